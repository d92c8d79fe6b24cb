// VPCs: read, create with what AWS makes along with one (default group, main route table, default
// ACL), delete with AWS's dependency rules.
import type {
  CreateVpcRequest,
  DeleteVpcRequest,
  InternetGateway,
  NatGateway,
  NetworkAcl,
  NetworkInterface,
  RouteTable,
  SecurityGroup,
  Subnet,
  Vpc,
  VpcEndpoint,
} from "@aws-sdk/client-ec2";
import { AwsFault, type Call, type Operation } from "../../operation.ts";
import type { Stored } from "../../stored.ts";
import { blockOf } from "./cidr.ts";
import { type DescribedKind, type DescribeInput, describe, here, need, tagsFrom } from "./describe.ts";
import { optionsForNewVpc } from "./dhcp-options.ts";
import { ec2Id } from "./ids.ts";
import { defaultAcl, defaultGroup, mainRouteTable } from "./vpc-parts.ts";

const vpcKind: DescribedKind = {
  kind: "ec2:vpc",
  ids: "VpcIds",
  noun: "vpc ID",
  notFound: "InvalidVpcID.NotFound",
  filters: {
    "vpc-id": "VpcId",
    cidr: "CidrBlock",
    "cidr-block-association.cidr-block": "CidrBlockAssociationSet.CidrBlock",
    "cidr-block-association.association-id": "CidrBlockAssociationSet.AssociationId",
    "cidr-block-association.state": "CidrBlockAssociationSet.CidrBlockState.State",
    "dhcp-options-id": "DhcpOptionsId",
    "is-default": "IsDefault",
    isDefault: "IsDefault",
    "owner-id": "OwnerId",
    state: "State",
  },
};

type StoredVpc = Stored<Vpc>;

export const needVpc = (call: Call, id: string | undefined) =>
  need<StoredVpc>(call.world, here(call), vpcKind.kind, id, vpcKind.notFound, vpcKind.noun);

function describeVpcs(call: Call<DescribeInput>) {
  const { items, next } = describe<StoredVpc>(call as Call<DescribeInput & Record<string, unknown>>, vpcKind);
  return { Vpcs: items, NextToken: next };
}

function createVpc(call: Call<CreateVpcRequest>) {
  const { CidrBlock = "", InstanceTenancy = "default", TagSpecifications } = call.input;
  const block = blockOf(CidrBlock);
  if (!block)
    throw new AwsFault(
      "InvalidParameterValue",
      `Value (${CidrBlock}) for parameter cidrBlock is invalid. This is not a valid CIDR block.`,
    );
  if (block.prefix < 16 || block.prefix > 28)
    throw new AwsFault("InvalidVpc.Range", `The CIDR '${CidrBlock}' is invalid.`);
  const vpc: StoredVpc = {
    VpcId: ec2Id("vpc"),
    OwnerId: call.accountId,
    State: "available",
    CidrBlock,
    CidrBlockAssociationSet: [
      { AssociationId: ec2Id("vpc-cidr-assoc"), CidrBlock, CidrBlockState: { State: "associated" } },
    ],
    DhcpOptionsId: optionsForNewVpc(call),
    InstanceTenancy,
    IsDefault: false,
    Tags: tagsFrom(TagSpecifications, "vpc"),
  };
  const id = vpc.VpcId ?? "";
  const place = here(call);
  const group = defaultGroup(call.world.partition, place, id, ec2Id("sg"));
  const table = mainRouteTable(place, id, CidrBlock, { table: ec2Id("rtb"), association: ec2Id("rtbassoc") });
  const acl = defaultAcl(place, id, ec2Id("acl"));
  call.world.collection<StoredVpc>(place, "ec2:vpc").put(id, vpc);
  call.world.collection<Stored<SecurityGroup>>(place, "ec2:security-group").put(group.GroupId ?? "", group);
  call.world.collection<Stored<RouteTable>>(place, "ec2:route-table").put(table.RouteTableId ?? "", table);
  call.world.collection<Stored<NetworkAcl>>(place, "ec2:network-acl").put(acl.NetworkAclId ?? "", acl);
  return { Vpc: { ...vpc, State: "pending" } };
}

function deleteVpc(call: Call<DeleteVpcRequest>) {
  const { VpcId: id = "" } = needVpc(call, call.input.VpcId);
  const place = here(call);
  const of = <T extends { VpcId?: string | undefined }>(kind: string) =>
    call.world
      .collection<T>(place, kind)
      .list()
      .filter((each) => each.VpcId === id);
  const groups = of<Stored<SecurityGroup>>("ec2:security-group");
  const tables = of<Stored<RouteTable>>("ec2:route-table");
  const acls = of<Stored<NetworkAcl>>("ec2:network-acl");
  const gateways = call.world.collection<Stored<InternetGateway>>(place, "ec2:internet-gateway").list();
  const inUse =
    of<Stored<Subnet>>("ec2:subnet").length > 0 ||
    of<Stored<NetworkInterface>>("ec2:network-interface").length > 0 ||
    of<Stored<VpcEndpoint>>("ec2:vpc-endpoint").length > 0 ||
    of<Stored<NatGateway>>("ec2:nat-gateway").some((each) => each.State !== "deleted") ||
    groups.some((group) => group.GroupName !== "default") ||
    tables.some((table) => !table.Associations?.some((each) => each.Main)) ||
    acls.some((acl) => !acl.IsDefault) ||
    gateways.some((gateway) => gateway.Attachments?.some((each) => each.VpcId === id));
  if (inUse)
    throw new AwsFault("DependencyViolation", `The vpc '${id}' has dependencies and cannot be deleted.`);
  for (const group of groups) call.world.collection(place, "ec2:security-group").delete(group.GroupId ?? "");
  for (const table of tables)
    call.world.collection(place, "ec2:route-table").delete(table.RouteTableId ?? "");
  for (const acl of acls) call.world.collection(place, "ec2:network-acl").delete(acl.NetworkAclId ?? "");
  call.world.collection(place, "ec2:vpc").delete(id);
  return {};
}

export const vpcOperations: Record<string, Operation> = {
  DescribeVpcs: describeVpcs,
  CreateVpc: createVpc,
  DeleteVpc: deleteVpc,
};
