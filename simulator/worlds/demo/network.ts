// Networks of a demo account: an application's VPC at home, AWS's default VPC in the next region.
import type { FlowLog, Subnet, Vpc } from "@aws-sdk/client-ec2";
import { amazonOptions } from "../../services/ec2/default-network.ts";
import { ec2Id } from "../../services/ec2/ids.ts";
import { defaultAcl, defaultGroup, mainRouteTable } from "../../services/ec2/vpc-parts.ts";
import { zonesOf } from "../../services/ec2/zones.ts";
import type { Stored } from "../../stored.ts";
import type { Random } from "../../world.ts";
import { add, type Draft, daysAgo, isGood, placeIn, streamOf, tagsFor, teamOf } from "./draft.ts";
import { drawGroups, type Groups } from "./groups.ts";

export interface Network {
  region: string;
  vpcId: string;
  publicSubnets: Stored<Subnet>[];
  privateSubnets: Stored<Subnet>[];
  groups: Groups;
}

export function drawNetworks(draft: Draft): Network {
  drawDefaultVpc(draft, draft.regions[1], streamOf(draft, "default-vpc"));
  return drawApplicationVpc(draft, draft.regions[0], streamOf(draft, "vpc"));
}

function drawVpc(draft: Draft, region: string, random: Random, cidr: string, isDefault: boolean): string {
  const place = placeIn(draft, region);
  const id = ec2Id("vpc", random);
  const associationId = ec2Id("vpc-cidr-assoc", random);
  const optionsId = ec2Id("dopt", random);
  add(draft, region, "ec2:dhcp-options", optionsId, amazonOptions(place, optionsId));
  const vpc: Stored<Vpc> = {
    VpcId: id,
    OwnerId: draft.accountId,
    State: "available",
    CidrBlock: cidr,
    CidrBlockAssociationSet: [
      { AssociationId: associationId, CidrBlock: cidr, CidrBlockState: { State: "associated" } },
    ],
    DhcpOptionsId: optionsId,
    InstanceTenancy: "default",
    IsDefault: isDefault,
    Tags: isDefault ? [] : tagsFor(draft, `${teamOf(draft)}-vpc`),
  };
  add(draft, region, "ec2:vpc", id, vpc);
  const acl = defaultAcl(place, id, ec2Id("acl", random));
  add(draft, region, "ec2:network-acl", acl.NetworkAclId, acl);
  const group = defaultGroup(draft.world.partition, place, id, ec2Id("sg", random));
  const closed = { ...group, IpPermissions: [], IpPermissionsEgress: [] };
  add(draft, region, "ec2:security-group", group.GroupId, isGood(draft, random) ? closed : group);
  return id;
}

/** The gateway, and the route that leads out through it. */
function drawGateway(draft: Draft, region: string, random: Random, vpcId: string) {
  const id = ec2Id("igw", random);
  add(draft, region, "ec2:internet-gateway", id, {
    InternetGatewayId: id,
    OwnerId: draft.accountId,
    Attachments: [{ State: "available", VpcId: vpcId }],
    Tags: [],
  });
  return {
    DestinationCidrBlock: "0.0.0.0/0",
    GatewayId: id,
    Origin: "CreateRoute" as const,
    State: "active" as const,
  };
}

const mainTable = (draft: Draft, region: string, random: Random, vpcId: string, cidr: string) =>
  mainRouteTable(placeIn(draft, region), vpcId, cidr, {
    table: ec2Id("rtb", random),
    association: ec2Id("rtbassoc", random),
  });

function subnetOf(
  draft: Draft,
  region: string,
  random: Random,
  wish: { vpcId: string; cidr: string; zone: number; isPublic: boolean; isDefault: boolean; name: string },
): Stored<Subnet> {
  const zones = zonesOf(region);
  const zone = zones[wish.zone % zones.length];
  const id = ec2Id("subnet", random);
  const subnet: Stored<Subnet> = {
    SubnetId: id,
    SubnetArn: `arn:${draft.world.partition}:ec2:${region}:${draft.accountId}:subnet/${id}`,
    VpcId: wish.vpcId,
    OwnerId: draft.accountId,
    State: "available",
    CidrBlock: wish.cidr,
    AvailableIpAddressCount: 2 ** (32 - Number(wish.cidr.split("/")[1])) - 5 - random.int(40),
    AvailabilityZone: zone?.name,
    AvailabilityZoneId: zone?.id,
    DefaultForAz: wish.isDefault,
    MapPublicIpOnLaunch: wish.isPublic,
    MapCustomerOwnedIpOnLaunch: false,
    AssignIpv6AddressOnCreation: false,
    Ipv6CidrBlockAssociationSet: [],
    EnableDns64: false,
    Ipv6Native: false,
    Tags: wish.isDefault ? [] : tagsFor(draft, wish.name),
  };
  add(draft, region, "ec2:subnet", id, subnet);
  return subnet;
}

function drawDefaultVpc(draft: Draft, region: string, random: Random): void {
  const cidr = "172.31.0.0/16";
  const vpcId = drawVpc(draft, region, random, cidr, true);
  const outward = drawGateway(draft, region, random, vpcId);
  const table = mainTable(draft, region, random, vpcId, cidr);
  add(draft, region, "ec2:route-table", table.RouteTableId, {
    ...table,
    Routes: [...(table.Routes ?? []), outward],
  });
  zonesOf(region)
    .slice(0, 3)
    .forEach((_, zone) => {
      const wish = {
        vpcId,
        cidr: `172.31.${zone * 16}.0/20`,
        zone,
        isPublic: true,
        isDefault: true,
        name: "",
      };
      subnetOf(draft, region, random, wish);
    });
}

function drawApplicationVpc(draft: Draft, region: string, random: Random): Network {
  const prefix = `10.${random.int(200)}`;
  const cidr = `${prefix}.0.0/16`;
  const vpcId = drawVpc(draft, region, random, cidr, false);
  const assignsPublic = !isGood(draft, random);
  const draw = (kind: string, index: number, isPublic: boolean) =>
    subnetOf(draft, region, random, {
      vpcId,
      cidr: `${prefix}.${(kind === "public" ? 0 : 100) + index}.0/24`,
      zone: index,
      isPublic,
      isDefault: false,
      name: `${teamOf(draft)}-${kind}-${index + 1}`,
    });
  const publicSubnets = [0, 1].map((index) => draw("public", index, assignsPublic));
  const privateSubnets = [0, 1].map((index) => draw("private", index, false));
  drawRoutes(draft, region, random, { vpcId, cidr, publicSubnets });
  if (isGood(draft, random)) drawFlowLog(draft, region, random, vpcId);
  return { region, vpcId, publicSubnets, privateSubnets, groups: drawGroups(draft, region, random, vpcId) };
}

/** A main table that stays inside, and one for the public subnets that leads out. */
function drawRoutes(
  draft: Draft,
  region: string,
  random: Random,
  { vpcId, cidr, publicSubnets }: { vpcId: string; cidr: string; publicSubnets: Stored<Subnet>[] },
): void {
  const outward = drawGateway(draft, region, random, vpcId);
  const main = mainTable(draft, region, random, vpcId, cidr);
  add(draft, region, "ec2:route-table", main.RouteTableId, main);
  const id = ec2Id("rtb", random);
  add(draft, region, "ec2:route-table", id, {
    ...main,
    RouteTableId: id,
    Routes: [...(main.Routes ?? []), outward],
    Associations: publicSubnets.map((subnet) => ({
      Main: false,
      RouteTableAssociationId: ec2Id("rtbassoc", random),
      RouteTableId: id,
      SubnetId: subnet.SubnetId,
      AssociationState: { State: "associated" as const },
    })),
    Tags: tagsFor(draft, `${teamOf(draft)}-public`),
  });
}

function drawFlowLog(draft: Draft, region: string, random: Random, vpcId: string): void {
  const flowLog: Stored<FlowLog> = {
    FlowLogId: ec2Id("fl", random),
    FlowLogStatus: "ACTIVE",
    ResourceId: vpcId,
    TrafficType: random.chance(0.7) ? "ALL" : "REJECT",
    LogDestinationType: "cloud-watch-logs",
    LogGroupName: `/vpc/${teamOf(draft)}/flow`,
    DeliverLogsStatus: "SUCCESS",
    DeliverLogsPermissionArn: `arn:${draft.world.partition}:iam::${draft.accountId}:role/${teamOf(draft)}-flow-logs`,
    CreationTime: daysAgo(draft, 200 + random.int(300)),
    MaxAggregationInterval: 600,
    Tags: [],
  };
  add(draft, region, "ec2:flow-log", flowLog.FlowLogId, flowLog);
}
