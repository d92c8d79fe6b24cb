// VPC endpoints: gateway ones stand in route tables, interface ones have interfaces in subnets. Their policy is kept as text.
import type {
  CreateVpcEndpointRequest,
  DeleteVpcEndpointsRequest,
  ModifyVpcEndpointRequest,
  NetworkInterface,
  RouteTable,
  State,
  VpcEndpoint,
} from "@aws-sdk/client-ec2";
import { AwsFault, type Call, type Operation } from "../../operation.ts";
import type { Stored } from "../../stored.ts";
import { checkedPolicy } from "../checked-policy.ts";
import { blockOf } from "./cidr.ts";
import { here, kept, tagsFrom } from "./describe.ts";
import { freeAddress } from "./free-address.ts";
import { ec2Id, macAddress } from "./ids.ts";
import { type Reading, reading } from "./network.ts";
import { needGroup } from "./security-group.ts";
import { needSubnet } from "./subnet.ts";
import { needVpc } from "./vpc.ts";

type StoredEndpoint = Stored<VpcEndpoint>;

const endpointReading: Reading = {
  output: "VpcEndpoints",
  kind: "ec2:vpc-endpoint",
  ids: "VpcEndpointIds",
  noun: "Vpc Endpoint Id",
  notFound: "InvalidVpcEndpointId.NotFound",
  filters: {
    "service-name": "ServiceName",
    "vpc-id": "VpcId",
    "vpc-endpoint-id": "VpcEndpointId",
    "vpc-endpoint-state": "State",
    "vpc-endpoint-type": "VpcEndpointType",
  },
};
const endpoints = kept<StoredEndpoint>(endpointReading);

/** What an endpoint lets through when nothing else is said. */
export const openEndpointPolicy = JSON.stringify({
  Version: "2008-10-17",
  Statement: [{ Effect: "Allow", Principal: "*", Action: "*", Resource: "*" }],
});

const checked = (text: string) =>
  checkedPolicy(text, "InvalidPolicyDocument", "The policy document is not valid");

function interfaceIn(
  call: Call,
  subnetId: string,
  endpointId: string,
  groups: VpcEndpoint["Groups"],
): string {
  const subnet = needSubnet(call, subnetId);
  const block = blockOf(subnet.CidrBlock ?? "");
  const id = ec2Id("eni");
  call.world.collection<Stored<NetworkInterface>>(here(call), "ec2:network-interface").put(id, {
    NetworkInterfaceId: id,
    OwnerId: call.accountId,
    VpcId: subnet.VpcId,
    SubnetId: subnetId,
    AvailabilityZone: subnet.AvailabilityZone,
    Description: `VPC Endpoint Interface ${endpointId}`,
    InterfaceType: "vpc_endpoint",
    Status: "in-use",
    MacAddress: macAddress(),
    RequesterManaged: true,
    RequesterId: call.accountId,
    Groups: (groups ?? []).map(({ GroupId, GroupName }) => ({ GroupId, GroupName })),
    PrivateIpAddress: block ? freeAddress(call, subnet, block) : "",
    SourceDestCheck: true,
    TagSet: [],
  });
  return id;
}

function groupsFor(call: Call, ids: string[] | undefined, vpcId: string | undefined) {
  const found = ids?.length
    ? ids.map((id) => needGroup(call, id))
    : call.world
        .collection<ReturnType<typeof needGroup>>(here(call), "ec2:security-group")
        .list()
        .filter((each) => each.VpcId === vpcId && each.GroupName === "default");
  return found.map(({ GroupId, GroupName }) => ({ GroupId, GroupName }));
}

function tableIds(call: Call, ids: string[] | undefined): string[] {
  const tables = call.world.collection<Stored<RouteTable>>(here(call), "ec2:route-table");
  return (ids ?? []).map((id) => {
    if (!tables.get(id))
      throw new AwsFault("InvalidRouteTableId.NotFound", `The routeTable ID '${id}' does not exist`);
    return id;
  });
}

function create(call: Call<CreateVpcEndpointRequest>) {
  const { input } = call;
  const { VpcId } = needVpc(call, input.VpcId);
  const { ServiceName = "", VpcEndpointType = "Gateway" } = input;
  if (!/^(com|aws|cn\.com)\./.test(ServiceName))
    throw new AwsFault("InvalidServiceName", `The Vpc Endpoint Service '${ServiceName}' does not exist`);
  const isInterface = VpcEndpointType !== "Gateway";
  if (!isInterface && !/\.(s3|dynamodb)$/.test(ServiceName))
    throw new AwsFault(
      "InvalidParameter",
      `The endpoint type (Gateway) is not supported by the service ${ServiceName}.`,
    );
  const id = ec2Id("vpce");
  const Groups = isInterface ? groupsFor(call, input.SecurityGroupIds, VpcId) : [];
  const SubnetIds = input.SubnetIds ?? [];
  const endpoint = endpoints.put(call, id, {
    VpcEndpointId: id,
    VpcEndpointType,
    VpcId,
    ServiceName,
    // The SDK says "Available"; AWS answers in small letters.
    State: "available" as State,
    PolicyDocument: input.PolicyDocument ? checked(input.PolicyDocument) : openEndpointPolicy,
    RouteTableIds: tableIds(call, input.RouteTableIds),
    SubnetIds,
    Groups,
    PrivateDnsEnabled: isInterface && (input.PrivateDnsEnabled ?? true),
    RequesterManaged: false,
    NetworkInterfaceIds: SubnetIds.map((subnetId) => interfaceIn(call, subnetId, id, Groups)),
    DnsEntries: [],
    CreationTimestamp: call.now.toISOString(),
    OwnerId: call.accountId,
    Tags: tagsFrom(input.TagSpecifications, "vpc-endpoint"),
  });
  return { VpcEndpoint: endpoint };
}

const changedList = (old: string[] = [], added: string[] = [], removed: string[] = []) =>
  [...new Set([...old, ...added])].filter((each) => !removed.includes(each));

function modify(call: Call<ModifyVpcEndpointRequest>) {
  const { input } = call;
  const found = endpoints.need(call, input.VpcEndpointId);
  const groupIds = changedList(
    found.Groups?.map((group) => group.GroupId ?? ""),
    input.AddSecurityGroupIds,
    input.RemoveSecurityGroupIds,
  );
  const policy = input.ResetPolicy ? openEndpointPolicy : input.PolicyDocument;
  endpoints.put(call, found.VpcEndpointId, {
    ...found,
    ...(policy ? { PolicyDocument: checked(policy) } : {}),
    ...(input.PrivateDnsEnabled === undefined ? {} : { PrivateDnsEnabled: input.PrivateDnsEnabled }),
    RouteTableIds: changedList(
      found.RouteTableIds,
      tableIds(call, input.AddRouteTableIds),
      input.RemoveRouteTableIds,
    ),
    Groups: groupIds.length > 0 ? groupsFor(call, groupIds, found.VpcId) : [],
  });
  return { Return: true };
}

/** Answers with those it could not delete. */
function remove(call: Call<DeleteVpcEndpointsRequest>) {
  const Unsuccessful = [];
  for (const ResourceId of call.input.VpcEndpointIds ?? []) {
    const found = endpoints.list(call).find((each) => each.VpcEndpointId === ResourceId);
    if (!found) {
      const Message = `The Vpc Endpoint Id '${ResourceId}' does not exist`;
      Unsuccessful.push({ ResourceId, Error: { Code: "InvalidVpcEndpoint.NotFound", Message } });
      continue;
    }
    for (const id of found.NetworkInterfaceIds ?? [])
      call.world.collection(here(call), "ec2:network-interface").delete(id);
    endpoints.delete(call, ResourceId);
  }
  return { Unsuccessful };
}

export const endpointOperations: Record<string, Operation> = {
  DescribeVpcEndpoints: reading(endpointReading),
  CreateVpcEndpoint: create,
  ModifyVpcEndpoint: modify,
  DeleteVpcEndpoints: remove,
};
