// EC2's records: operations of the early years show sets of items; later ones show their request and
// response as XML turned into JSON, under the operation's name. Which are early is from memory of records.

import type { Member, Shape } from "../wire/shape.ts";
import { dateOf } from "../wire/values.ts";
import { lowerFirst, secrecyOf } from "./casing.ts";

type Fields = Record<string, unknown>;

const early = new RegExp(
  `^(${[
    "(Run|Start|Stop|Reboot|Terminate|Monitor|Unmonitor)Instances",
    "(Create|Delete)(Tags|SecurityGroup|KeyPair|Volume|Snapshot|Vpc|Subnet|Route|RouteTable|InternetGateway)",
    "(Create|Delete)(NetworkAcl|NetworkAclEntry|NetworkInterface|DhcpOptions|PlacementGroup|VpnGateway|VpnConnection|CustomerGateway)",
    "CreateDefault(Vpc|Subnet)",
    "(Authorize|Revoke)SecurityGroup(Ingress|Egress)",
    "UpdateSecurityGroupRuleDescriptions(Ingress|Egress)",
    "(Attach|Detach)(Volume|InternetGateway|NetworkInterface|VpnGateway)",
    "(Modify|Reset)(Snapshot|Image|Instance|NetworkInterface)Attribute",
    "Modify(Vpc|Subnet|Volume)Attribute",
    "(Copy|Create|Register|Deregister)Image|CopySnapshot|ImportKeyPair",
    "(Allocate|Release|Associate|Disassociate)Address",
    "(Associate|Disassociate)(RouteTable|DhcpOptions)",
    "Replace(Route|RouteTableAssociation|NetworkAclEntry|NetworkAclAssociation)",
    "(Create|Accept|Delete|Reject)VpcPeeringConnection",
  ].join("|")})$`,
);

/** Lists of ids: the set's name and the name of each item's only member. */
const idSets: Record<string, [set: string, item: string]> = {
  InstanceIds: ["instancesSet", "instanceId"],
  SecurityGroupIds: ["groupSet", "groupId"],
  GroupIds: ["groupSet", "groupId"],
  Groups: ["groupSet", "groupId"],
  SecurityGroups: ["groupSet", "groupName"],
  Resources: ["resourcesSet", "resourceId"],
  SecurityGroupRuleIds: ["securityGroupRuleIds", "securityGroupRuleId"],
  UserIds: ["userIds", "userId"],
  GroupNames: ["groupNames", "group"],
};

const sets: Record<string, string> = {
  Tags: "tagSet",
  TagSpecifications: "tagSpecificationSet",
  NetworkInterfaces: "networkInterfaceSet",
};

export function ec2Request(operation: string, shape: Shape, input: unknown): Fields {
  if (!early.test(operation)) return { [`${operation}Request`]: wrapped(shape, input, "query") };
  const fields = earlyRequest(shape, input as Fields) as Fields;
  return operation === "RunInstances" ? runInstances(fields) : fields;
}

/** What is asked for each instance stands in the set of instances. */
function runInstances({ imageId, minCount, maxCount, keyName, ...rest }: Fields): Fields {
  const item = given({ imageId, minCount, maxCount, keyName });
  return { instancesSet: { items: [item] }, ...rest };
}

function earlyRequest(shape: Shape, value: unknown): unknown {
  if (shape.kind !== "struct") return plain(shape, value);
  const fields: Fields = {};
  for (const member of shape.members) {
    const inner = (value as Fields)[member.name];
    if (inner === undefined || inner === null || member.name === "DryRun") continue;
    const secrecy = secrecyOf(member, inner);
    const name = lowerFirst(member.xmlName ?? member.name);
    if (secrecy) fields[name] = secrecy.instead;
    else if (member.shape.kind !== "list") fields[name] = earlyRequest(member.shape, inner);
    else Object.assign(fields, earlyList(member, inner as unknown[]));
  }
  return given(fields);
}

function earlyList(member: Member, values: unknown[]): Fields {
  const { shape } = member.shape.item;
  const ids = shape.kind === "struct" ? undefined : idSets[member.name];
  if (member.name === "TagSpecifications") {
    const items = (values as { ResourceType?: string; Tags?: { Key?: string; Value?: string }[] }[]).map(
      ({ ResourceType, Tags = [] }) => ({
        resourceType: ResourceType,
        tags: Tags.map(({ Key, Value }) => ({ key: Key, value: Value })),
      }),
    );
    return { tagSpecificationSet: { items } };
  }
  if (ids) return { [ids[0]]: itemsOf(values.map((value) => ({ [ids[1]]: value }))) };
  const own = sets[member.name] ?? lowerFirst(member.xmlName ?? member.name);
  const one = lowerFirst(member.xmlName ?? member.name);
  const items = values.map((value) =>
    shape.kind === "struct" ? earlyRequest(shape, value) : { [one]: plain(shape, value) },
  );
  return { [own]: itemsOf(items) };
}

const itemsOf = (items: unknown[]) => (items.length ? { items } : {});

export function ec2Response(operation: string, shape: Shape, output: unknown, requestId: string): Fields {
  if (!early.test(operation)) {
    const xmlns = "http://ec2.amazonaws.com/doc/2016-11-15/";
    const inner = shape.members.length ? (wrapped(shape, output ?? {}, "xml") as Fields) : { return: true };
    return { [`${operation}Response`]: { xmlns, requestId, ...inner } };
  }
  if (shape.members.length === 0) return { requestId, _return: true };
  const { return: _return, ...rest } = earlyResponse(shape, output ?? {}) as Fields;
  return { requestId, ...rest, ...(_return === undefined ? {} : { _return }) };
}

function earlyResponse(shape: Shape, value: unknown): unknown {
  if (value === undefined || value === null) return undefined;
  if (shape.kind === "list")
    return itemsOf((value as unknown[]).map((item) => earlyResponse(shape.item.shape, item)));
  if (shape.kind !== "struct") return plain(shape, value);
  const fields: Fields = {};
  for (const member of shape.members) {
    const inner = (value as Fields)[member.name];
    const secrecy = inner === undefined ? undefined : secrecyOf(member, inner);
    fields[member.xmlName ?? lowerFirst(member.name)] = secrecy
      ? secrecy.instead
      : earlyResponse(member.shape, inner);
  }
  return given(fields);
}

/** XML turned into JSON: one element stands alone, several are a list, request elements carry a tag. */
function wrapped(shape: Shape, value: unknown, side: "query" | "xml"): unknown {
  if (value === undefined || value === null) return undefined;
  if (shape.kind !== "struct") return plain(shape, value);
  const fields: Fields = {};
  for (const member of shape.members) {
    const inner = (value as Fields)[member.name];
    if (inner === undefined || inner === null || member.name === "DryRun") continue;
    const name = side === "xml" ? (member.xmlName ?? lowerFirst(member.name)) : queryName(member);
    const secrecy = secrecyOf(member, inner);
    fields[name] = secrecy
      ? secrecy.instead
      : member.shape.kind === "list"
        ? wrappedList(member.shape, inner as unknown[], side)
        : wrapped(member.shape, inner, side);
  }
  return given(fields);
}

function wrappedList(shape: Shape, values: unknown[], side: "query" | "xml"): unknown {
  const items = values.map((value, at) => {
    const inner = wrapped(shape.item.shape, value, side);
    if (side === "xml") return inner;
    return typeof inner === "object" && inner !== null
      ? { ...inner, tag: at + 1 }
      : { content: inner, tag: at + 1 };
  });
  const whole = items.length === 1 ? items[0] : items;
  return side === "xml" ? { item: whole } : whole;
}

function queryName({ ec2Name, xmlName, name }: Member): string {
  const found = ec2Name ?? xmlName ?? name;
  return found.charAt(0).toUpperCase() + found.slice(1);
}

/** EC2 shows instants as milliseconds. */
function plain(shape: Shape, value: unknown): unknown {
  return shape.kind === "timestamp" ? dateOf(value).getTime() : shape.kind === "blob" ? undefined : value;
}

function given(fields: Fields): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
