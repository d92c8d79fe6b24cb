// CreateDefaultVpc and CreateDefaultSubnet: what somebody deleted is made again. Sources of the errors: EC2's list of
// error codes; the words of "does not exist" are from memory.
import type {
  CreateDefaultSubnetRequest,
  DescribeAccountAttributesRequest,
  Subnet,
  Vpc,
} from "@aws-sdk/client-ec2";
import { AwsFault, type Call, type Operation } from "../../operation.ts";
import type { Stored } from "../../stored.ts";
import { type Block, blockOf, overlaps } from "./cidr.ts";
import { defaultNetworkParts, defaultSubnet, freshNames } from "./default-network.ts";
import { here } from "./describe.ts";
import { optionsForNewVpc } from "./dhcp-options.ts";
import { tieToDefaultAcl } from "./network-acl.ts";
import { subnetKind } from "./subnet.ts";
import { zonesOf } from "./zones.ts";

const defaultVpcOf = (call: Call) =>
  call.world
    .collection<Stored<Vpc>>(here(call), "ec2:vpc")
    .list()
    .find((vpc) => vpc.IsDefault);

function createDefaultVpc(call: Call) {
  const place = here(call);
  if (defaultVpcOf(call))
    throw new AwsFault(
      "DefaultVpcAlreadyExists",
      "A Default VPC already exists for this account in this region.",
    );
  const ground = { world: call.world, place, id: freshNames() };
  for (const [kind, make] of Object.entries(defaultNetworkParts))
    for (const [id, value] of make(ground)) call.world.collection(place, kind).put(id, value);
  const made = call.world.collection<Stored<Vpc>>(place, "ec2:vpc");
  const Vpc = { ...made.get(ground.id("vpc")), DhcpOptionsId: optionsForNewVpc(call) };
  made.put(ground.id("vpc"), Vpc);
  return { Vpc: { ...Vpc, State: "pending" } };
}

function createDefaultSubnet(call: Call<CreateDefaultSubnetRequest>) {
  const { AvailabilityZone, AvailabilityZoneId } = call.input;
  const place = here(call);
  const vpc = defaultVpcOf(call);
  if (!vpc?.VpcId)
    throw new AwsFault("DefaultVpcDoesNotExist", "No default VPC exists for this account in this region.");
  const zone = zonesOf(call.region).find(
    (each) => each.name === AvailabilityZone || each.id === AvailabilityZoneId,
  );
  if (!zone)
    throw new AwsFault(
      "InvalidParameterValue",
      `Value (${AvailabilityZone ?? AvailabilityZoneId}) for parameter availabilityZone is invalid.`,
    );
  const subnets = call.world.collection<Stored<Subnet>>(place, subnetKind.kind);
  const own = subnets.list().filter((each) => each.VpcId === vpc.VpcId);
  const standing = own.find((each) => each.DefaultForAz && each.AvailabilityZone === zone.name);
  if (standing)
    throw new AwsFault(
      "DefaultSubnetAlreadyExistsInAvailabilityZone",
      `'${standing.SubnetId}' is already the default subnet in ${zone.name}.`,
    );
  const ground = { world: call.world, place, id: freshNames() };
  const made = defaultSubnet(ground, vpc.VpcId, zone, freeBlock(own));
  const id = made.SubnetId ?? "";
  subnets.put(id, made);
  tieToDefaultAcl(call, vpc.VpcId, id);
  return { Subnet: made };
}

/** The lowest /20 of the default VPC that no subnet touches. */
function freeBlock(subnets: Stored<Subnet>[]): string {
  const taken = subnets.map((each) => blockOf(each.CidrBlock ?? "")).filter((each) => each !== undefined);
  const all = Array.from({ length: 16 }, (_, index) => `172.31.${index * 16}.0/20`);
  const isFree = (block: Block | undefined) => block && !taken.some((each) => overlaps(each, block));
  const found = all.find((cidr) => isFree(blockOf(cidr)));
  if (!found)
    throw new AwsFault(
      "InsufficientFreeAddressesInSubnet",
      "The default VPC has no room for another default subnet.",
    );
  return found;
}

function describeAccountAttributes(call: Call<DescribeAccountAttributesRequest>) {
  const limits: Record<string, string> = {
    "supported-platforms": "VPC",
    "default-vpc": defaultVpcOf(call)?.VpcId ?? "none",
    "max-instances": "20",
    "vpc-max-security-groups-per-interface": "5",
    "max-elastic-ips": "5",
    "vpc-max-elastic-ips": "5",
  };
  const asked: string[] = call.input.AttributeNames ?? Object.keys(limits);
  return {
    AccountAttributes: asked.map((AttributeName) => ({
      AttributeName,
      AttributeValues: [{ AttributeValue: limits[AttributeName] ?? "" }],
    })),
  };
}

export const defaultVpcOperations: Record<string, Operation> = {
  CreateDefaultVpc: createDefaultVpc,
  CreateDefaultSubnet: createDefaultSubnet,
  DescribeAccountAttributes: describeAccountAttributes,
};
