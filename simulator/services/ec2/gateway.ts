// Internet and NAT gateways: made, attached, taken away, with the rules of what stands on them.
import type {
  Address,
  AttachInternetGatewayRequest,
  AttachmentStatus,
  CreateInternetGatewayRequest,
  CreateNatGatewayRequest,
  DeleteInternetGatewayRequest,
  DeleteNatGatewayRequest,
  DetachInternetGatewayRequest,
  InternetGateway,
  NatGateway,
  NetworkInterface,
  NetworkInterfaceType,
  RouteTable,
  Subnet,
} from "@aws-sdk/client-ec2";
import { AwsFault, type Call, type Operation } from "../../operation.ts";
import type { Stored } from "../../stored.ts";
import { blockOf } from "./cidr.ts";
import { type DescribeInput, here, kept, tagsFrom } from "./describe.ts";
import { freeAddress } from "./free-address.ts";
import { ec2Id } from "./ids.ts";
import { type Reading, reading } from "./network.ts";
import { needSubnet } from "./subnet.ts";
import { needVpc } from "./vpc.ts";

const internet = kept<Stored<InternetGateway>>({
  kind: "ec2:internet-gateway",
  noun: "internetGateway ID",
  notFound: "InvalidInternetGatewayID.NotFound",
});

function createInternetGateway(call: Call<CreateInternetGatewayRequest>) {
  const id = ec2Id("igw");
  const InternetGateway = internet.put(call, id, {
    InternetGatewayId: id,
    OwnerId: call.accountId,
    Attachments: [],
    Tags: tagsFrom(call.input.TagSpecifications, "internet-gateway"),
  });
  return { InternetGateway };
}

function attach(call: Call<AttachInternetGatewayRequest>) {
  const gateway = internet.need(call, call.input.InternetGatewayId);
  const { VpcId } = needVpc(call, call.input.VpcId);
  if (gateway.Attachments?.length)
    throw new AwsFault(
      "Resource.AlreadyAssociated",
      `resource ${gateway.InternetGatewayId} is already attached to network ${gateway.Attachments[0]?.VpcId}`,
    );
  if (internet.list(call).some((each) => each.Attachments?.some((at) => at.VpcId === VpcId)))
    throw new AwsFault("InvalidParameterValue", `Network ${VpcId} already has an internet gateway attached`);
  internet.put(call, gateway.InternetGatewayId, {
    ...gateway,
    Attachments: [{ State: "available" as AttachmentStatus, VpcId }],
  });
  return {};
}

/** Public addresses in the VPC hold its gateway. */
function detach(call: Call<DetachInternetGatewayRequest>) {
  const gateway = internet.need(call, call.input.InternetGatewayId);
  const { VpcId } = needVpc(call, call.input.VpcId);
  if (!gateway.Attachments?.some((each) => each.VpcId === VpcId))
    throw new AwsFault(
      "Gateway.NotAttached",
      `resource ${gateway.InternetGatewayId} is not attached to network ${VpcId}`,
    );
  const isMapped = call.world
    .collection<Stored<NetworkInterface>>(here(call), "ec2:network-interface")
    .list()
    .some((each) => each.VpcId === VpcId && each.Association?.PublicIp);
  if (isMapped)
    throw new AwsFault(
      "DependencyViolation",
      `Network ${VpcId} has some mapped public address(es). Please unmap those public address(es) before detaching the gateway.`,
    );
  internet.put(call, gateway.InternetGatewayId, { ...gateway, Attachments: [] });
  return {};
}

function deleteInternetGateway(call: Call<DeleteInternetGatewayRequest>) {
  const { InternetGatewayId: id, Attachments } = internet.need(call, call.input.InternetGatewayId);
  if (Attachments?.length)
    throw new AwsFault(
      "DependencyViolation",
      `The internetGateway '${id}' has dependencies and cannot be deleted.`,
    );
  internet.delete(call, id);
  return {};
}

const natReading: Reading = {
  output: "NatGateways",
  kind: "ec2:nat-gateway",
  ids: "NatGatewayIds",
  noun: "NAT gateway",
  notFound: "NatGatewayNotFound",
  filters: {
    "nat-gateway-id": "NatGatewayId",
    "subnet-id": "SubnetId",
    "vpc-id": "VpcId",
    state: "State",
  },
};
const nat = kept<Stored<NatGateway>>(natReading);

/** A NAT gateway's list of filters is called `Filter`. */
function describeNatGateways(
  call: Call<DescribeInput & { Filter?: DescribeInput["Filters"] } & Record<string, unknown>>,
) {
  const { Filter, ...input } = call.input;
  return reading(natReading)({ ...call, input: { ...input, ...(Filter ? { Filters: Filter } : {}) } });
}

function addressFor({ world, ...call }: Call, id: string | undefined): Stored<Address> {
  const found = world.collection<Stored<Address>>(here({ world, ...call }), "ec2:address").get(id ?? "");
  if (!found) throw new AwsFault("InvalidAllocationID.NotFound", `The allocation ID '${id}' does not exist`);
  if (found.AssociationId)
    throw new AwsFault("Resource.AlreadyAssociated", `Elastic IP address [${id}] is already associated`);
  return found;
}

/** The interface that AWS makes for a NAT gateway, and manages itself. */
function interfaceOf(
  call: Call,
  subnet: Stored<Subnet>,
  gateway: Stored<NatGateway>,
): Stored<NetworkInterface> {
  const { NetworkInterfaceId, PrivateIp, PublicIp, AllocationId } = gateway.NatGatewayAddresses?.[0] ?? {};
  return {
    NetworkInterfaceId,
    OwnerId: call.accountId,
    VpcId: subnet.VpcId,
    SubnetId: subnet.SubnetId,
    AvailabilityZone: subnet.AvailabilityZone,
    Description: `Interface for NAT Gateway ${gateway.NatGatewayId}`,
    // So AWS answers (many published outputs of DescribeNetworkInterfaces), though the SDK lists "natGateway".
    InterfaceType: "nat_gateway" as NetworkInterfaceType,
    Status: "in-use",
    RequesterManaged: true,
    RequesterId: call.accountId,
    Groups: [],
    PrivateIpAddress: PrivateIp,
    ...(PublicIp ? { Association: { AllocationId, PublicIp } } : {}),
    SourceDestCheck: false,
    TagSet: [],
  };
}

function createNatGateway(call: Call<CreateNatGatewayRequest>) {
  const { AllocationId, ConnectivityType = "public", TagSpecifications } = call.input;
  const subnet = needSubnet(call, call.input.SubnetId);
  if (ConnectivityType === "public" && !AllocationId)
    throw new AwsFault("MissingParameter", "The request must contain the parameter AllocationId");
  const address = ConnectivityType === "public" ? addressFor(call, AllocationId) : undefined;
  const id = ec2Id("nat");
  const interfaceId = ec2Id("eni");
  const block = blockOf(subnet.CidrBlock ?? "");
  const PrivateIp = block ? freeAddress(call, subnet, block) : "";
  const gateway: Stored<NatGateway> = {
    NatGatewayId: id,
    SubnetId: subnet.SubnetId,
    VpcId: subnet.VpcId,
    State: "available",
    ConnectivityType,
    CreateTime: call.now.toISOString(),
    NatGatewayAddresses: [
      {
        NetworkInterfaceId: interfaceId,
        PrivateIp,
        IsPrimary: true,
        Status: "succeeded",
        ...(address ? { AllocationId, PublicIp: address.PublicIp } : {}),
      },
    ],
    Tags: tagsFrom(TagSpecifications, "natgateway"),
  };
  const networkInterface = interfaceOf(call, subnet, gateway);
  const place = here(call);
  call.world
    .collection<Stored<NetworkInterface>>(place, "ec2:network-interface")
    .put(interfaceId, networkInterface);
  if (address)
    call.world.collection<Stored<Address>>(place, "ec2:address").put(AllocationId ?? "", {
      ...address,
      AssociationId: ec2Id("eipassoc"),
      NetworkInterfaceId: interfaceId,
      PrivateIpAddress: PrivateIp,
    });
  nat.put(call, id, gateway);
  return { NatGateway: { ...gateway, State: "pending" } };
}

/** Its routes stay and become black holes; its address is free again. AWS shows it as deleted for an hour. */
function deleteNatGateway(call: Call<DeleteNatGatewayRequest>) {
  const gateway = nat.need(call, call.input.NatGatewayId);
  const place = here(call);
  const { NetworkInterfaceId = "", AllocationId = "" } = gateway.NatGatewayAddresses?.[0] ?? {};
  call.world.collection(place, "ec2:network-interface").delete(NetworkInterfaceId);
  const addresses = call.world.collection<Stored<Address>>(place, "ec2:address");
  const address = addresses.get(AllocationId);
  if (address) {
    const { AssociationId: _, NetworkInterfaceId: _interface, PrivateIpAddress: _private, ...free } = address;
    addresses.put(AllocationId, free);
  }
  const tables = call.world.collection<Stored<RouteTable>>(place, "ec2:route-table");
  for (const table of tables.list()) {
    if (!table.Routes?.some((route) => route.NatGatewayId === gateway.NatGatewayId)) continue;
    const Routes = table.Routes.map((route) =>
      route.NatGatewayId === gateway.NatGatewayId ? { ...route, State: "blackhole" as const } : route,
    );
    tables.put(table.RouteTableId ?? "", { ...table, Routes });
  }
  const DeleteTime = call.now.toISOString();
  nat.put(call, gateway.NatGatewayId, { ...gateway, State: "deleted", DeleteTime });
  return { NatGatewayId: gateway.NatGatewayId };
}

export const gatewayOperations: Record<string, Operation> = {
  CreateInternetGateway: createInternetGateway,
  AttachInternetGateway: attach,
  DetachInternetGateway: detach,
  DeleteInternetGateway: deleteInternetGateway,
  DescribeNatGateways: describeNatGateways,
  CreateNatGateway: createNatGateway,
  DeleteNatGateway: deleteNatGateway,
};
