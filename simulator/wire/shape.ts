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
  readonly kind: Kind;
  readonly name: string;
  /** Only where the schema names one. */
  readonly timestampFormat: TimestampFormat | undefined;
  readonly isUnion: boolean;
  /** Members of a structure, in order. */
  readonly members: readonly Member[];
  member(name: string): Member | undefined;
  /** Elements of a list, or values of a map. */
  readonly item: Member;
  readonly key: Member;
  readonly xmlName: string | undefined;
}

export interface Member {
  readonly name: string;
  readonly shape: Shape;
  readonly isRequired: boolean;
  /** Of the member itself. */
  readonly xmlName: string | undefined;
  /** Of the member, or else of what it points to. */
  readonly mergedXmlName: string | undefined;
  readonly ec2Name: string | undefined;
  /** In the form bodies of the query protocol, and of EC2's. */
  readonly formName: string;
  readonly ec2FormName: string;
  readonly jsonName: string | undefined;
  readonly isFlattened: boolean;
  readonly isAttribute: boolean;
  readonly isStreaming: boolean;
  readonly isSparse: boolean;
  readonly isIdempotencyToken: boolean;
  readonly isSensitive: boolean;
  readonly header: string | undefined;
  readonly prefixHeaders: string | undefined;
  readonly query: string | undefined;
  readonly isLabel: boolean;
  readonly isPayload: boolean;
  readonly isQueryParams: boolean;
  readonly isResponseCode: boolean;
  readonly mediaType: string | undefined;
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
}

const compiled = new WeakMap<object, Shape>();

export function shapeOf(ref: SchemaRef | undefined | null): Shape {
  return ref === null || ref === undefined ? unit : compile(NormalizedSchema.of(ref));
}

const unit: Shape = {
  kind: "unit",
  name: "Unit",
  timestampFormat: undefined,
  xmlName: undefined,
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
  const shape = new LazyShape(ns, schema);
  if (typeof schema === "object" && schema !== null) compiled.set(schema, shape);
  return shape;
}

/**
 * Classes here and below, because all shapes and members must look the same to the compiler: getters of object
 * literals give each object a layout of its own, and reading those was 6 % of a small call (2026-11-22).
 */
class LazyShape implements Shape {
  readonly kind: Kind;
  readonly name: string;
  readonly timestampFormat: TimestampFormat | undefined;
  readonly isUnion: boolean;
  readonly xmlName: string | undefined;
  readonly #ns: NormalizedSchema;
  readonly #schema: unknown;
  #members: Member[] | undefined = undefined;
  #byName: Map<string, Member> | undefined = undefined;
  #item: Member | undefined = undefined;
  #key: Member | undefined = undefined;
  constructor(ns: NormalizedSchema, schema: unknown) {
    this.kind = kindOf(ns);
    this.name = ns.getName() ?? this.kind;
    this.timestampFormat = schema === 5 || schema === 6 || schema === 7 ? schema : undefined;
    this.isUnion = ns.isUnionSchema();
    this.xmlName = (ns.getOwnTraits() as Traits).xmlName || undefined;
    this.#ns = ns;
    this.#schema = schema;
  }
  get members(): readonly Member[] {
    this.#members ??= this.kind === "struct" ? membersOf(this.#ns, this.#schema) : [];
    return this.#members;
  }
  member(name: string): Member | undefined {
    this.#byName ??= new Map(this.members.map((member) => [member.name, member]));
    return this.#byName.get(name);
  }
  get item(): Member {
    this.#item ??= new LazyMember("member", this.#ns.getValueSchema(), false);
    return this.#item;
  }
  get key(): Member {
    this.#key ??= new LazyMember("key", this.#ns.getKeySchema(), false);
    return this.#key;
  }
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
  return [...ns.structIterator()].map(
    ([name, member], at) => new LazyMember(name, member, at < requiredCount),
  );
}

class LazyMember implements Member {
  readonly name: string;
  readonly isRequired: boolean;
  readonly xmlName: string | undefined;
  readonly mergedXmlName: string | undefined;
  readonly ec2Name: string | undefined;
  readonly formName: string;
  readonly ec2FormName: string;
  readonly jsonName: string | undefined;
  readonly isFlattened: boolean;
  readonly isAttribute: boolean;
  readonly isStreaming: boolean;
  readonly isSparse: boolean;
  readonly isIdempotencyToken: boolean;
  readonly isSensitive: boolean;
  readonly header: string | undefined;
  readonly prefixHeaders: string | undefined;
  readonly query: string | undefined;
  readonly isLabel: boolean;
  readonly isPayload: boolean;
  readonly isQueryParams: boolean;
  readonly isResponseCode: boolean;
  readonly mediaType: string | undefined;
  readonly #ns: NormalizedSchema;
  #shape: Shape | undefined = undefined;
  constructor(name: string, ns: NormalizedSchema, isRequired: boolean) {
    const traits = ns.getMergedTraits() as Traits;
    this.name = name;
    this.isRequired = isRequired;
    this.xmlName = (ns.getMemberTraits() as Traits).xmlName || undefined;
    this.mergedXmlName = traits.xmlName || undefined;
    this.ec2Name = traits.ec2QueryName || undefined;
    this.formName = this.mergedXmlName ?? name;
    this.ec2FormName = this.ec2Name ?? this.formName.charAt(0).toUpperCase() + this.formName.slice(1);
    this.jsonName = traits.jsonName || undefined;
    this.isFlattened = Boolean(traits.xmlFlattened);
    this.isAttribute = Boolean(traits.xmlAttribute);
    this.isStreaming = ns.isStreaming();
    this.isSparse = Boolean(traits.sparse);
    this.isIdempotencyToken = ns.isIdempotencyToken();
    this.isSensitive = Boolean(traits.sensitive);
    this.header = traits.httpHeader?.toLowerCase() || undefined;
    this.prefixHeaders = traits.httpPrefixHeaders?.toLowerCase();
    this.query = traits.httpQuery || undefined;
    this.isLabel = Boolean(traits.httpLabel);
    this.isPayload = Boolean(traits.httpPayload);
    this.isQueryParams = Boolean(traits.httpQueryParams);
    this.isResponseCode = Boolean(traits.httpResponseCode);
    this.mediaType = traits.mediaType || undefined;
    this.#ns = ns;
  }
  get shape(): Shape {
    this.#shape ??= compile(this.#ns);
    return this.#shape;
  }
}
