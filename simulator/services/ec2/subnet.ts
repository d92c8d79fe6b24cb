// Subnets: read, create inside a VPC, delete when nothing uses them.
import type {
  CreateSubnetRequest,
  DeleteSubnetRequest,
  NetworkInterface,
  Subnet,
  Vpc,
} from "@aws-sdk/client-ec2";
import { AwsFault, type Call, type Operation } from "../../operation.ts";
import type { Stored } from "../../stored.ts";
import { type Block, blockOf, contains, overlaps } from "./cidr.ts";
import { type DescribedKind, type DescribeInput, describe, here, need, tagsFrom } from "./describe.ts";
import { ec2Id } from "./ids.ts";
import { tieToDefaultAcl, untieFromAcls } from "./network-acl.ts";
import { needVpc } from "./vpc.ts";
import { type Zone, zonesOf } from "./zones.ts";

export const subnetKind: DescribedKind = {
  kind: "ec2:subnet",
  ids: "SubnetIds",
  noun: "subnet ID",
  notFound: "InvalidSubnetID.NotFound",
  filters: {
    "subnet-id": "SubnetId",
    "subnet-arn": "SubnetArn",
    "vpc-id": "VpcId",
    "availability-zone": "AvailabilityZone",
    availabilityZone: "AvailabilityZone",
    "availability-zone-id": "AvailabilityZoneId",
    "available-ip-address-count": "AvailableIpAddressCount",
    cidr: "CidrBlock",
    "cidr-block": "CidrBlock",
    cidrBlock: "CidrBlock",
    "default-for-az": "DefaultForAz",
    "map-public-ip-on-launch": "MapPublicIpOnLaunch",
    "owner-id": "OwnerId",
    state: "State",
  },
};

type StoredSubnet = Stored<Subnet>;

export const needSubnet = (call: Call, id: string | undefined) =>
  need<StoredSubnet>(call.world, here(call), subnetKind.kind, id, subnetKind.notFound, subnetKind.noun);

function describeSubnets(call: Call<DescribeInput>) {
  const { items, next } = describe<StoredSubnet>(
    call as Call<DescribeInput & Record<string, unknown>>,
    subnetKind,
  );
  return { Subnets: items, NextToken: next };
}

function createSubnet(call: Call<CreateSubnetRequest>) {
  const vpc = needVpc(call, call.input.VpcId);
  const subnets = call.world.collection<StoredSubnet>(here(call), subnetKind.kind);
  const own = subnets.list().filter((each) => each.VpcId === vpc.VpcId);
  const block = freeBlock(call.input.CidrBlock ?? "", vpc, own);
  const zone = zoneFor(call);
  const id = ec2Id("subnet");
  const subnet: StoredSubnet = {
    SubnetId: id,
    SubnetArn: `arn:${call.world.partition}:ec2:${call.region}:${call.accountId}:subnet/${id}`,
    VpcId: vpc.VpcId,
    OwnerId: call.accountId,
    State: "available",
    CidrBlock: call.input.CidrBlock,
    AvailableIpAddressCount: block.size - 5,
    AvailabilityZone: zone.name,
    AvailabilityZoneId: zone.id,
    DefaultForAz: false,
    MapPublicIpOnLaunch: false,
    MapCustomerOwnedIpOnLaunch: false,
    AssignIpv6AddressOnCreation: false,
    Ipv6CidrBlockAssociationSet: [],
    EnableDns64: false,
    Ipv6Native: false,
    Tags: tagsFrom(call.input.TagSpecifications, "subnet"),
  };
  subnets.put(id, subnet);
  tieToDefaultAcl(call, vpc.VpcId, id);
  return { Subnet: subnet };
}

/** The block, if it lies in the VPC and no subnet touches it. */
function freeBlock(cidr: string, vpc: Stored<Vpc>, own: StoredSubnet[]): Block {
  const block = blockOf(cidr);
  const outer = blockOf(vpc.CidrBlock ?? "");
  if (!block)
    throw new AwsFault(
      "InvalidParameterValue",
      `Value (${cidr}) for parameter cidrBlock is invalid. This is not a valid CIDR block.`,
    );
  if (!outer || block.prefix > 28 || !contains(outer, block))
    throw new AwsFault("InvalidSubnet.Range", `The CIDR '${cidr}' is invalid.`);
  const taken = own.map((each) => blockOf(each.CidrBlock ?? ""));
  if (taken.some((each) => each && overlaps(each, block)))
    throw new AwsFault("InvalidSubnet.Conflict", `The CIDR '${cidr}' conflicts with another subnet`);
  return block;
}

/** The asked zone, by name or id; the first of the region unless told. */
function zoneFor({ input, region }: Call<CreateSubnetRequest>): Zone {
  const { AvailabilityZone, AvailabilityZoneId } = input;
  const zones = zonesOf(region);
  const isAsked = AvailabilityZone || AvailabilityZoneId;
  const zone = isAsked
    ? zones.find((each) => each.name === AvailabilityZone || each.id === AvailabilityZoneId)
    : zones[0];
  if (zone) return zone;
  throw new AwsFault(
    "InvalidParameterValue",
    `Value (${AvailabilityZone ?? AvailabilityZoneId}) for parameter availabilityZone is invalid.`,
  );
}

function deleteSubnet(call: Call<DeleteSubnetRequest>) {
  const { SubnetId: id = "" } = needSubnet(call, call.input.SubnetId);
  const place = here(call);
  const interfaces = call.world.collection<Stored<NetworkInterface>>(place, "ec2:network-interface").list();
  if (interfaces.some((each) => each.SubnetId === id))
    throw new AwsFault("DependencyViolation", `The subnet '${id}' has dependencies and cannot be deleted.`);
  call.world.collection(place, subnetKind.kind).delete(id);
  untieFromAcls(call, id);
  return {};
}

export const subnetOperations: Record<string, Operation> = {
  DescribeSubnets: describeSubnets,
  CreateSubnet: createSubnet,
  DeleteSubnet: deleteSubnet,
};
