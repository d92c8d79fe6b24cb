// The rules of security groups, added, removed and changed one by one: by what they say, or by their ids. A rule's id
// follows from what it says, until the rule is changed and keeps it in `ruleId`.
import { hash } from "node:crypto";
import type {
  AuthorizeSecurityGroupIngressRequest,
  DescribeSecurityGroupRulesRequest,
  ModifySecurityGroupRulesRequest,
  RevokeSecurityGroupIngressRequest,
  SecurityGroupRuleRequest,
  UpdateSecurityGroupRuleDescriptionsIngressRequest,
} from "@aws-sdk/client-ec2";
import { AwsFault, type Call, type Operation } from "../../operation.ts";
import { blockOf } from "./cidr.ts";
import { applyFilters, type DescribeInput, here, missing, pageOf, tagsFrom } from "./describe.ts";
import { type Permission, permissionsOf, type Rule, ruleKey, rulesOf } from "./rule-set.ts";
import { needGroup, type StoredGroup, storeGroup } from "./security-group.ts";

type Direction = "IpPermissions" | "IpPermissionsEgress";
const directions: Direction[] = ["IpPermissions", "IpPermissionsEgress"];

const unknownRule = (id: string) =>
  missing("InvalidSecurityGroupRuleId.NotFound", "security group rule ID", id);

function ruleIdOf(groupId: string, direction: Direction, rule: Rule): string {
  const { ruleId } = rule.source;
  return ruleId ?? `sgr-0${hash("sha256", `${groupId}|${direction}|${ruleKey(rule)}`, "hex").slice(0, 16)}`;
}

type RulesCall = Call<AuthorizeSecurityGroupIngressRequest>;

/** The rules that a request means: `IpPermissions`, or the older single parameters. */
function askedRules({ input, accountId }: RulesCall): Rule[] {
  const { IpPermissions, IpProtocol, FromPort, ToPort, CidrIp } = input;
  const permissions = IpPermissions?.length
    ? (IpPermissions as Permission[])
    : [{ IpProtocol, FromPort, ToPort, IpRanges: CidrIp ? [{ CidrIp }] : [] }];
  const rules = rulesOf(permissions).map((rule) =>
    rule.member === "UserIdGroupPairs" ? { ...rule, source: { UserId: accountId, ...rule.source } } : rule,
  );
  if (rules.length === 0)
    throw new AwsFault("MissingParameter", "The request must contain the parameter ipPermissions");
  for (const { protocol, from, to, source } of rules) {
    if (source.CidrIp !== undefined && !blockOf(source.CidrIp))
      throw new AwsFault("InvalidParameterValue", `CIDR block ${source.CidrIp} is malformed`);
    const needsPorts = protocol === "tcp" || protocol === "udp";
    if (needsPorts && (from === undefined || to === undefined || from > to || from < 0 || to > 65535))
      throw new AwsFault(
        "InvalidParameterValue",
        `Invalid value for portRange. Must specify both from and to ports with ${protocol}.`,
      );
  }
  return rules;
}

function ruleShown(call: Call, groupId: string, direction: Direction, rule: Rule) {
  const { CidrIp, CidrIpv6, PrefixListId, GroupId, UserId, Description } = rule.source;
  return {
    SecurityGroupRuleId: ruleIdOf(groupId, direction, rule),
    GroupId: groupId,
    GroupOwnerId: call.accountId,
    IsEgress: direction === "IpPermissionsEgress",
    IpProtocol: rule.protocol,
    FromPort: rule.from ?? -1,
    ToPort: rule.to ?? -1,
    CidrIpv4: CidrIp,
    CidrIpv6,
    PrefixListId,
    ReferencedGroupInfo: GroupId ? { GroupId, UserId } : undefined,
    Description,
  };
}

const authorizing =
  (direction: Direction): Operation =>
  (call: RulesCall) => {
    const group = needGroup(call, call.input.GroupId ?? call.input.GroupName);
    const asked = askedRules(call);
    const rules = rulesOf(group[direction]);
    const known = new Set(rules.map(ruleKey));
    for (const rule of asked) {
      const key = ruleKey(rule);
      if (known.has(key))
        throw new AwsFault("InvalidPermission.Duplicate", `the specified rule "${key}" already exists`);
      known.add(key);
    }
    storeGroup(call, { ...group, [direction]: permissionsOf([...rules, ...asked]) });
    const Tags = tagsFrom(call.input.TagSpecifications, "security-group-rule");
    return {
      Return: true,
      SecurityGroupRules: asked.map((rule) => ({
        ...ruleShown(call as Call, group.GroupId ?? "", direction, rule),
        Tags,
      })),
    };
  };

const revoking =
  (direction: Direction): Operation =>
  (call: Call<RevokeSecurityGroupIngressRequest>) => {
    const group = needGroup(call, call.input.GroupId ?? call.input.GroupName);
    const { SecurityGroupRuleIds: ids } = call.input;
    const rules = rulesOf(group[direction]);
    const idOf = (rule: Rule) => ruleIdOf(group.GroupId ?? "", direction, rule);
    const unknown = ids?.find((id) => !rules.some((rule) => idOf(rule) === id));
    if (unknown) unknownRule(unknown);
    const asked = ids?.length ? undefined : new Set(askedRules(call as RulesCall).map(ruleKey));
    const isGone = (rule: Rule) => (asked ? asked.has(ruleKey(rule)) : ids?.includes(idOf(rule)));
    const left = rules.filter((rule) => !isGone(rule));
    if (left.length + (asked?.size ?? ids?.length ?? 0) !== rules.length)
      throw new AwsFault(
        "InvalidPermission.NotFound",
        "The specified rule does not exist in this security group.",
      );
    storeGroup(call, { ...group, [direction]: permissionsOf(left) });
    return { Return: true };
  };

const ruleFilters = {
  "group-id": "GroupId",
  "security-group-rule-id": "SecurityGroupRuleId",
};

function describeRules(call: Call<DescribeSecurityGroupRulesRequest>) {
  const { SecurityGroupRuleIds, Filters } = call.input;
  const all = call.world
    .collection<StoredGroup>(here(call), "ec2:security-group")
    .list()
    .flatMap((group) =>
      directions.flatMap((direction) =>
        rulesOf(group[direction]).map((rule) => ruleShown(call, group.GroupId ?? "", direction, rule)),
      ),
    );
  const chosen = SecurityGroupRuleIds?.length
    ? SecurityGroupRuleIds.map((id) => all.find((rule) => rule.SecurityGroupRuleId === id) ?? unknownRule(id))
    : all;
  const asked = { ...call.input, Filters: Filters as DescribeInput["Filters"] } as DescribeInput;
  const { items, next } = pageOf(applyFilters(chosen, asked.Filters, ruleFilters), asked);
  return { SecurityGroupRules: items, NextToken: next };
}

/** What a request says that a rule shall be; it keeps its id. */
function replacement(asked: SecurityGroupRuleRequest, ruleId: string, accountId: string): Rule {
  const { IpProtocol, FromPort, ToPort, CidrIpv4, CidrIpv6, PrefixListId, ReferencedGroupId, Description } =
    asked;
  const named = Description === undefined ? {} : { Description };
  const rules = rulesOf([
    {
      IpProtocol,
      FromPort,
      ToPort,
      IpRanges: CidrIpv4 ? [{ CidrIp: CidrIpv4, ...named }] : [],
      Ipv6Ranges: CidrIpv6 ? [{ CidrIpv6, ...named }] : [],
      PrefixListIds: PrefixListId ? [{ PrefixListId, ...named }] : [],
      UserIdGroupPairs: ReferencedGroupId
        ? [{ GroupId: ReferencedGroupId, UserId: accountId, ...named }]
        : [],
    },
  ]);
  const [rule] = rules;
  if (!rule || rules.length > 1)
    throw new AwsFault(
      "InvalidParameterCombination",
      "Exactly one of CidrIpv4, CidrIpv6, PrefixListId and ReferencedGroupId must be given",
    );
  if (CidrIpv4 && !blockOf(CidrIpv4))
    throw new AwsFault("InvalidParameterValue", `CIDR block ${CidrIpv4} is malformed`);
  return { ...rule, source: { ...rule.source, ruleId } };
}

function modifyRules(call: Call<ModifySecurityGroupRulesRequest>) {
  const group = needGroup(call, call.input.GroupId);
  const asked = new Map(
    (call.input.SecurityGroupRules ?? []).map((each) => [
      each.SecurityGroupRuleId ?? "",
      each.SecurityGroupRule ?? {},
    ]),
  );
  const found = new Set<string>();
  const changed = directions.map((direction) => {
    const rules = rulesOf(group[direction]).map((rule) => {
      const id = ruleIdOf(group.GroupId ?? "", direction, rule);
      const wish = asked.get(id);
      if (!wish) return rule;
      found.add(id);
      return replacement(wish, id, call.accountId);
    });
    if (new Set(rules.map(ruleKey)).size < rules.length)
      throw new AwsFault("InvalidPermission.Duplicate", "the specified rule already exists");
    return [direction, permissionsOf(rules)];
  });
  const unknown = [...asked.keys()].find((id) => !found.has(id));
  if (unknown !== undefined) unknownRule(unknown);
  storeGroup(call, { ...group, ...Object.fromEntries(changed) });
  return { Return: true };
}

const describing =
  (direction: Direction): Operation =>
  (call: Call<UpdateSecurityGroupRuleDescriptionsIngressRequest>) => {
    const group = needGroup(call, call.input.GroupId ?? call.input.GroupName);
    const { IpPermissions, SecurityGroupRuleDescriptions } = call.input;
    const byKey = rulesOf(IpPermissions as Permission[] | undefined).map(
      (rule) => [ruleKey(rule), rule.source.Description] as const,
    );
    const byId = (SecurityGroupRuleDescriptions ?? []).map(
      (each) => [each.SecurityGroupRuleId ?? "", each.Description] as const,
    );
    const asked = new Map([...byKey, ...byId]);
    const found = new Set<string>();
    const rules = rulesOf(group[direction]).map((rule) => {
      const names = [ruleKey(rule), ruleIdOf(group.GroupId ?? "", direction, rule)];
      const name = names.find((each) => asked.has(each));
      if (name === undefined) return rule;
      found.add(name);
      return { ...rule, source: { ...rule.source, Description: asked.get(name) } };
    });
    if (found.size < asked.size)
      throw new AwsFault(
        "InvalidPermission.NotFound",
        "The specified rule does not exist in this security group.",
      );
    storeGroup(call, { ...group, [direction]: permissionsOf(rules) });
    return { Return: true };
  };

export const securityGroupRuleOperations: Record<string, Operation> = {
  DescribeSecurityGroupRules: describeRules,
  AuthorizeSecurityGroupIngress: authorizing("IpPermissions"),
  AuthorizeSecurityGroupEgress: authorizing("IpPermissionsEgress"),
  RevokeSecurityGroupIngress: revoking("IpPermissions"),
  RevokeSecurityGroupEgress: revoking("IpPermissionsEgress"),
  ModifySecurityGroupRules: modifyRules,
  UpdateSecurityGroupRuleDescriptionsIngress: describing("IpPermissions"),
  UpdateSecurityGroupRuleDescriptionsEgress: describing("IpPermissionsEgress"),
};
