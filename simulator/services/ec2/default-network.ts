// AWS's default network of a region: a VPC, a subnet in each zone, and what AWS makes along with them. Ids are the
// caller's: from a world's numbers where it is derived, by chance where the API makes it again.
import type {
  AttachmentStatus,
  DhcpOptions,
  InternetGateway,
  NetworkAcl,
  RouteTable,
  SecurityGroup,
  Subnet,
  Vpc,
} from "@aws-sdk/client-ec2";
import type { Stored } from "../../stored.ts";
import type { Place, World } from "../../world.ts";
import { ec2Id } from "./ids.ts";
import { defaultAcl, defaultGroup, mainRouteTable } from "./vpc-parts.ts";
import { type Zone, zonesOf } from "./zones.ts";

const cidr = "172.31.0.0/16";

/** The id of a part: the same part always has the same one, whoever asks. */
export type NameParts = (prefix: string, part?: string) => string;

interface Ground {
  world: World;
  place: Place;
  id: NameParts;
}

/** By kind of collection; each is made without the others. */
export const defaultNetworkParts: Record<string, (ground: Ground) => [id: string, value: object][]> = {
  "ec2:vpc": (ground) => entry("VpcId", vpcOf(ground)),
  "ec2:subnet": (ground) =>
    zonesOf(ground.place.region).flatMap((zone, index) =>
      entry("SubnetId", defaultSubnet(ground, ground.id("vpc"), zone, `172.31.${index * 16}.0/20`)),
    ),
  "ec2:internet-gateway": (ground) => entry("InternetGatewayId", gatewayOf(ground)),
  "ec2:route-table": (ground) => entry("RouteTableId", tableOf(ground)),
  "ec2:network-acl": (ground) => entry("NetworkAclId", aclOf(ground)),
  "ec2:security-group": ({ world, place, id }) =>
    entry("GroupId", defaultGroup(world.partition, place, id("vpc"), id("sg"))) satisfies [
      string,
      Stored<SecurityGroup>,
    ][],
};

/** As a world has it before any call. */
export function derivedNames(world: World, { accountId, region }: Place): NameParts {
  return (prefix, part = "") =>
    ec2Id(prefix, world.random("default-network", accountId, region, prefix, part));
}

/** As it is made anew: each part is named once. */
export function freshNames(): NameParts {
  const names = new Map<string, string>();
  return (prefix, part = "") => {
    const key = `${prefix}|${part}`;
    const name = names.get(key) ?? ec2Id(prefix);
    names.set(key, name);
    return name;
  };
}

function entry<T extends object>(member: keyof T, value: T): [string, T][] {
  return [[String(value[member]), value]];
}

function vpcOf({ place, id }: Ground): Stored<Vpc> {
  return {
    VpcId: id("vpc"),
    OwnerId: place.accountId,
    State: "available",
    CidrBlock: cidr,
    CidrBlockAssociationSet: [
      { AssociationId: id("vpc-cidr-assoc"), CidrBlock: cidr, CidrBlockState: { State: "associated" } },
    ],
    DhcpOptionsId: id("dopt"),
    InstanceTenancy: "default",
    IsDefault: true,
    Tags: [],
  };
}

export function defaultSubnet(
  { world, place, id }: Ground,
  vpcId: string,
  zone: Zone,
  block: string,
): Stored<Subnet> {
  const subnetId = id("subnet", zone.name);
  return {
    SubnetId: subnetId,
    SubnetArn: `arn:${world.partition}:ec2:${place.region}:${place.accountId}:subnet/${subnetId}`,
    VpcId: vpcId,
    OwnerId: place.accountId,
    State: "available",
    CidrBlock: block,
    // A /20 without the five addresses that AWS keeps.
    AvailableIpAddressCount: 4091,
    AvailabilityZone: zone.name,
    AvailabilityZoneId: zone.id,
    DefaultForAz: true,
    MapPublicIpOnLaunch: true,
    MapCustomerOwnedIpOnLaunch: false,
    AssignIpv6AddressOnCreation: false,
    Ipv6CidrBlockAssociationSet: [],
    EnableDns64: false,
    Ipv6Native: false,
    Tags: [],
  };
}

function gatewayOf({ place, id }: Ground): Stored<InternetGateway> {
  return {
    InternetGatewayId: id("igw"),
    OwnerId: place.accountId,
    Attachments: [{ State: "available" as AttachmentStatus, VpcId: id("vpc") }],
    Tags: [],
  };
}

function tableOf({ place, id }: Ground): Stored<RouteTable> {
  const ids = { table: id("rtb"), association: id("rtbassoc") };
  const table = mainRouteTable(place, id("vpc"), cidr, ids);
  const outward = {
    DestinationCidrBlock: "0.0.0.0/0",
    GatewayId: id("igw"),
    Origin: "CreateRoute" as const,
    State: "active" as const,
  };
  return { ...table, Routes: [...(table.Routes ?? []), outward] };
}

function aclOf({ place, id }: Ground): Stored<NetworkAcl> {
  const NetworkAclId = id("acl");
  return {
    ...defaultAcl(place, id("vpc"), NetworkAclId),
    Associations: zonesOf(place.region).map(({ name }) => ({
      NetworkAclAssociationId: id("aclassoc", name),
      NetworkAclId,
      SubnetId: id("subnet", name),
    })),
  };
}

/** The options that every region begins with: AWS's own resolver and domain. */
export function amazonOptions({ accountId, region }: Place, id: string): Stored<DhcpOptions> {
  const domain = region === "us-east-1" ? "ec2.internal" : `${region}.compute.internal`;
  return {
    DhcpOptionsId: id,
    OwnerId: accountId,
    DhcpConfigurations: [
      { Key: "domain-name", Values: [{ Value: domain }] },
      { Key: "domain-name-servers", Values: [{ Value: "AmazonProvidedDNS" }] },
    ],
    Tags: [],
  };
}
