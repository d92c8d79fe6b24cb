// The SDK's schemas compiled once into the form that readers and writers walk: kinds as words,
// names and tags worked out, targets resolved on first use (schemas may be recursive).
import { NormalizedSchema } from "@smithy/core/schema";
import type { SchemaRef } from "@smithy/types";

export type Kind =
  | "string"
  | "number"
  | "boolean"
  | "blob"
  | "timestamp"
  | "document"
  | "bigint"
  | "decimal"
  | "list"
  | "map"
  | "struct"
  | "unit";

/** 5 date-time, 6 HTTP date, 7 epoch seconds: the SDK's own numbers. */
export type TimestampFormat = 5 | 6 | 7;

export interface Shape {
  kind: Kind;
  name: string;
  /** Only where the schema names one. */
  timestampFormat?: TimestampFormat;
  isUnion: boolean;
  /** Members of a structure, in order. */
  readonly members: readonly Member[];
  member(name: string): Member | undefined;
  /** Elements of a list, or values of a map. */
  readonly item: Member;
  readonly key: Member;
  xmlName?: string;
  xmlNamespace?: readonly [string, string] | undefined;
}

export interface Member {
  name: string;
  readonly shape: Shape;
  isRequired: boolean;
  /** Of the member itself. */
  xmlName?: string;
  /** Of the member, or else of what it points to. */
  mergedXmlName?: string;
  ec2Name?: string;
  jsonName?: string;
  isFlattened: boolean;
  isAttribute: boolean;
  isStreaming: boolean;
  isSparse: boolean;
  isIdempotencyToken: boolean;
  isSensitive: boolean;
  header?: string;
  prefixHeaders?: string;
  query?: string;
  isLabel: boolean;
  isPayload: boolean;
  isQueryParams: boolean;
  isResponseCode: boolean;
  mediaType?: string;
}

interface Traits {
  [trait: string]: unknown;
  xmlName?: string;
  ec2QueryName?: string;
  jsonName?: string;
  httpHeader?: string;
  httpPrefixHeaders?: string;
  httpQuery?: string;
  mediaType?: string;
  xmlNamespace?: string | readonly [string, string];
}

const compiled = new WeakMap<object, Shape>();

export function shapeOf(ref: SchemaRef | undefined | null): Shape {
  return ref === null || ref === undefined ? unit : compile(NormalizedSchema.of(ref));
}

const unit: Shape = {
  kind: "unit",
  name: "Unit",
  isUnion: false,
  members: [],
  member: () => undefined,
  get item(): Member {
    throw new Error("a unit has no items");
  },
  get key(): Member {
    throw new Error("a unit has no keys");
  },
};

function compile(ns: NormalizedSchema): Shape {
  const schema = ns.getSchema();
  const known = typeof schema === "object" && schema !== null ? compiled.get(schema) : undefined;
  if (known) return known;
  const shape = lazyShape(ns, schema);
  if (typeof schema === "object" && schema !== null) compiled.set(schema, shape);
  return shape;
}

function lazyShape(ns: NormalizedSchema, schema: unknown): Shape {
  const traits = ns.getOwnTraits() as Traits;
  const kind = kindOf(ns);
  let members: Member[] | undefined;
  let byName: Map<string, Member> | undefined;
  let item: Member | undefined;
  let key: Member | undefined;
  const shape: Shape = {
    kind,
    name: ns.getName() ?? kind,
    isUnion: ns.isUnionSchema(),
    get members() {
      if (kind !== "struct") return [];
      members ??= membersOf(ns, schema);
      return members;
    },
    member(name) {
      byName ??= new Map(shape.members.map((member) => [member.name, member]));
      return byName.get(name);
    },
    get item() {
      item ??= memberOf("member", ns.getValueSchema(), false);
      return item;
    },
    get key() {
      key ??= memberOf("key", ns.getKeySchema(), false);
      return key;
    },
  };
  if (schema === 5 || schema === 6 || schema === 7) shape.timestampFormat = schema;
  if (traits.xmlName) shape.xmlName = traits.xmlName;
  if (Array.isArray(traits.xmlNamespace))
    shape.xmlNamespace = [traits.xmlNamespace[0], traits.xmlNamespace[1]];
  return shape;
}

function kindOf(ns: NormalizedSchema): Kind {
  if (ns.isStructSchema()) return "struct";
  if (ns.isListSchema()) return "list";
  if (ns.isMapSchema()) return "map";
  if (ns.isUnitSchema()) return "unit";
  if (ns.isBlobSchema()) return "blob";
  if (ns.isTimestampSchema()) return "timestamp";
  if (ns.isBooleanSchema()) return "boolean";
  if (ns.isNumericSchema()) return "number";
  if (ns.isBigIntegerSchema()) return "bigint";
  if (ns.isBigDecimalSchema()) return "decimal";
  if (ns.isStringSchema()) return "string";
  return "document";
}

function membersOf(ns: NormalizedSchema, schema: unknown): Member[] {
  // The last element of a structure's schema counts its required members, which come first.
  const counted = Array.isArray(schema) ? schema[6] : undefined;
  const requiredCount = typeof counted === "number" ? counted : 0;
  return [...ns.structIterator()].map(([name, member], at) => memberOf(name, member, at < requiredCount));
}

function memberOf(name: string, ns: NormalizedSchema, isRequired: boolean): Member {
  const traits = ns.getMergedTraits() as Traits;
  const own = ns.getMemberTraits() as Traits;
  let shape: Shape | undefined;
  const member: Member = {
    name,
    isRequired,
    get shape() {
      shape ??= compile(ns);
      return shape;
    },
    isFlattened: Boolean(traits.xmlFlattened),
    isAttribute: Boolean(traits.xmlAttribute),
    isStreaming: ns.isStreaming(),
    isSparse: Boolean(traits.sparse),
    isIdempotencyToken: ns.isIdempotencyToken(),
    isSensitive: Boolean(traits.sensitive),
    isLabel: Boolean(traits.httpLabel),
    isPayload: Boolean(traits.httpPayload),
    isQueryParams: Boolean(traits.httpQueryParams),
    isResponseCode: Boolean(traits.httpResponseCode),
  };
  if (own.xmlName) member.xmlName = own.xmlName;
  if (traits.xmlName) member.mergedXmlName = traits.xmlName;
  if (traits.ec2QueryName) member.ec2Name = traits.ec2QueryName;
  if (traits.jsonName) member.jsonName = traits.jsonName;
  if (traits.httpHeader) member.header = traits.httpHeader.toLowerCase();
  if (typeof traits.httpPrefixHeaders === "string")
    member.prefixHeaders = traits.httpPrefixHeaders.toLowerCase();
  if (traits.httpQuery) member.query = traits.httpQuery;
  if (traits.mediaType) member.mediaType = traits.mediaType;
  return member;
}
