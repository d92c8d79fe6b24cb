// Security groups: read, created, deleted. Their rules stand in security-group-rules.ts.
import type {
  CreateSecurityGroupRequest,
  DeleteSecurityGroupRequest,
  NetworkInterface,
  SecurityGroup,
  Vpc,
} from "@aws-sdk/client-ec2";
import { AwsFault, type Call, type Operation } from "../../operation.ts";
import type { Stored } from "../../stored.ts";
import {
  applyFilters,
  type DescribedKind,
  type DescribeInput,
  describe,
  here,
  missing,
  need,
  pageOf,
  tagsFrom,
} from "./describe.ts";
import { ec2Id } from "./ids.ts";
import { type Permission, rulesOf } from "./rule-set.ts";
import { needVpc } from "./vpc.ts";
import { allEgress, groupArn } from "./vpc-parts.ts";

export type StoredGroup = Stored<SecurityGroup>;

const permissionFilters = (prefix: string, member: string) => ({
  [`${prefix}.cidr`]: `${member}.IpRanges.CidrIp`,
  [`${prefix}.ipv6-cidr`]: `${member}.Ipv6Ranges.CidrIpv6`,
  [`${prefix}.from-port`]: `${member}.FromPort`,
  [`${prefix}.to-port`]: `${member}.ToPort`,
  [`${prefix}.protocol`]: `${member}.IpProtocol`,
  [`${prefix}.group-id`]: `${member}.UserIdGroupPairs.GroupId`,
  [`${prefix}.prefix-list-id`]: `${member}.PrefixListIds.PrefixListId`,
});

const groupKind: DescribedKind = {
  kind: "ec2:security-group",
  ids: "GroupIds",
  noun: "security group",
  notFound: "InvalidGroup.NotFound",
  filters: {
    "group-id": "GroupId",
    "group-name": "GroupName",
    "vpc-id": "VpcId",
    "owner-id": "OwnerId",
    description: "Description",
    ...permissionFilters("ip-permission", "IpPermissions"),
    ...permissionFilters("egress.ip-permission", "IpPermissionsEgress"),
  },
};

export const needGroup = (call: Call, id: string | undefined) =>
  need<StoredGroup>(call.world, here(call), groupKind.kind, id, groupKind.notFound, groupKind.noun);

function describeSecurityGroups(
  call: Call<DescribeInput & Record<string, unknown> & { GroupNames?: string[] }>,
) {
  const { GroupNames } = call.input;
  if (!GroupNames?.length) {
    const { items, next } = describe<StoredGroup>(call, groupKind);
    return { SecurityGroups: items, NextToken: next };
  }
  const all = call.world.collection<StoredGroup>(here(call), groupKind.kind).list();
  const named = GroupNames.flatMap((name) => {
    const found = all.filter((each) => each.GroupName === name);
    return found.length ? found : missing(groupKind.notFound, groupKind.noun, name);
  });
  const { items, next } = pageOf(applyFilters(named, call.input.Filters, groupKind.filters), call.input);
  return { SecurityGroups: items, NextToken: next };
}

function createSecurityGroup(call: Call<CreateSecurityGroupRequest>) {
  const { GroupName = "", Description = "", TagSpecifications } = call.input;
  const place = here(call);
  const vpcId = call.input.VpcId ? needVpc(call, call.input.VpcId).VpcId : defaultVpcId(call);
  if (!GroupName || /^(sg-|default$)/.test(GroupName))
    throw new AwsFault(
      "InvalidParameterValue",
      `Value (${GroupName}) for parameter groupName is invalid. It is reserved or empty.`,
    );
  const groups = call.world.collection<StoredGroup>(place, groupKind.kind);
  if (groups.list().some((each) => each.VpcId === vpcId && each.GroupName === GroupName))
    throw new AwsFault(
      "InvalidGroup.Duplicate",
      `The security group '${GroupName}' already exists for VPC '${vpcId}'`,
    );
  const id = ec2Id("sg");
  const group: StoredGroup = {
    GroupId: id,
    GroupName,
    Description,
    OwnerId: call.accountId,
    VpcId: vpcId,
    SecurityGroupArn: groupArn(call.world.partition, place, id),
    IpPermissions: [],
    IpPermissionsEgress: [allEgress()],
    Tags: tagsFrom(TagSpecifications, "security-group"),
  };
  groups.put(id, group);
  return { GroupId: id, Tags: group.Tags, SecurityGroupArn: group.SecurityGroupArn };
}

export function defaultVpcId(call: Call): string {
  const found = call.world
    .collection<Stored<Vpc>>(here(call), "ec2:vpc")
    .list()
    .find((each) => each.IsDefault);
  if (!found?.VpcId) throw new AwsFault("VPCIdNotSpecified", "No default VPC for this user");
  return found.VpcId;
}

function deleteSecurityGroup(call: Call<DeleteSecurityGroupRequest>) {
  const { GroupId: id = "", GroupName } = needGroup(call, call.input.GroupId ?? call.input.GroupName);
  if (GroupName === "default")
    throw new AwsFault(
      "CannotDelete",
      `the specified group: "${id}" name: "default" cannot be deleted by a user`,
    );
  const place = here(call);
  const groups = call.world.collection<StoredGroup>(place, groupKind.kind);
  const interfaces = call.world.collection<Stored<NetworkInterface>>(place, "ec2:network-interface").list();
  const refersTo = (permissions: Permission[] | undefined) =>
    rulesOf(permissions).some((rule) => rule.source.GroupId === id);
  const inUse =
    interfaces.some((each) => each.Groups?.some((group) => group.GroupId === id)) ||
    groups
      .list()
      .some(
        (each) => each.GroupId !== id && (refersTo(each.IpPermissions) || refersTo(each.IpPermissionsEgress)),
      );
  if (inUse) throw new AwsFault("DependencyViolation", `resource ${id} has a dependent object`);
  groups.delete(id);
  return { Return: true, GroupId: id };
}

export function storeGroup(call: Call, group: StoredGroup): void {
  call.world.collection<StoredGroup>(here(call), groupKind.kind).put(group.GroupId ?? "", group);
}

export const securityGroupOperations: Record<string, Operation> = {
  DescribeSecurityGroups: describeSecurityGroups,
  CreateSecurityGroup: createSecurityGroup,
  DeleteSecurityGroup: deleteSecurityGroup,
};
