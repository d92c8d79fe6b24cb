// What AWS makes along with every VPC: its default security group, main route table and default
// network ACL. Used by CreateVpc and by worlds that derive VPCs.
import type { NetworkAcl, RouteTable, SecurityGroup } from "@aws-sdk/client-ec2";
import type { Stored } from "../../stored.ts";
import type { Place } from "../../world.ts";

export function groupArn(partition: string, place: Place, id: string): string {
  return `arn:${partition}:ec2:${place.region}:${place.accountId}:security-group/${id}`;
}

/** Members of the default group reach each other, and everything outside. */
export function defaultGroup(
  partition: string,
  place: Place,
  vpcId: string,
  id: string,
): Stored<SecurityGroup> {
  return {
    GroupId: id,
    GroupName: "default",
    Description: "default VPC security group",
    OwnerId: place.accountId,
    VpcId: vpcId,
    SecurityGroupArn: groupArn(partition, place, id),
    IpPermissions: [
      {
        IpProtocol: "-1",
        UserIdGroupPairs: [{ GroupId: id, UserId: place.accountId }],
        IpRanges: [],
        Ipv6Ranges: [],
        PrefixListIds: [],
      },
    ],
    IpPermissionsEgress: [allEgress()],
    Tags: [],
  };
}

export function allEgress() {
  return {
    IpProtocol: "-1",
    IpRanges: [{ CidrIp: "0.0.0.0/0" }],
    Ipv6Ranges: [],
    PrefixListIds: [],
    UserIdGroupPairs: [],
  };
}

export function mainRouteTable(
  place: Place,
  vpcId: string,
  cidr: string,
  ids: { table: string; association: string },
): Stored<RouteTable> {
  return {
    RouteTableId: ids.table,
    VpcId: vpcId,
    OwnerId: place.accountId,
    Routes: [{ DestinationCidrBlock: cidr, GatewayId: "local", Origin: "CreateRouteTable", State: "active" }],
    Associations: [
      {
        Main: true,
        RouteTableAssociationId: ids.association,
        RouteTableId: ids.table,
        AssociationState: { State: "associated" },
      },
    ],
    PropagatingVgws: [],
    Tags: [],
  };
}

/** Everything allowed in and out, then the closing denial that every ACL ends with. */
export function defaultAcl(place: Place, vpcId: string, id: string): Stored<NetworkAcl> {
  return {
    NetworkAclId: id,
    VpcId: vpcId,
    OwnerId: place.accountId,
    IsDefault: true,
    Associations: [],
    Entries: [true, false].flatMap((egress) => [
      { CidrBlock: "0.0.0.0/0", Egress: egress, Protocol: "-1", RuleAction: "allow", RuleNumber: 100 },
      { CidrBlock: "0.0.0.0/0", Egress: egress, Protocol: "-1", RuleAction: "deny", RuleNumber: 32767 },
    ]),
    Tags: [],
  };
}
