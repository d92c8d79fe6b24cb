// fast-check generators of documents, whose names and values meet those of rule-generators.ts
// often. For tests.
import fc from "fast-check";
import type { RuleDocument } from "../document.ts";
import type { Scalar } from "../tree.ts";
import { documentOf } from "./both-forms.ts";

const names = ["A", "B", "L", "Ünï", "aws:x y", "length", "0", "constructor"];
const name = fc.constantFrom(...names);
const typedNames = ["When", "Where", "Ports", "Policy", "L"];
const instants = [
  "2025-12-31T23:59:59.999Z",
  "2025-12-31",
  "2025-12-22T00:00:00Z",
  "2025-12-22T01:00:00+0100",
  "2025-12-21T23:59:59.9999999Z",
  "2024-02-29T12:00",
  "2023-02-29",
  "2026-06-01T00:00:00Z",
  "2025-12-22T00:00:00.001-00:00",
  "2025-12-22T24:00:00Z",
];
const addresses = [
  "10.0.0.1",
  "10.0.0.0/8",
  "10.0.0.0/9",
  "192.168.1.300",
  "::1",
  "fd00::/8",
  "fd12:3456::1/64",
  "2001:db8::",
  "0.0.0.0/0",
  "::/0",
  "1::2::3",
];
const words = [
  "",
  "a",
  "A",
  "ab",
  "a*b",
  "100%",
  "_",
  "\\",
  "🙂",
  "é",
  "e\u0301",
  "line\nline",
  "22",
  "true",
  "null",
];
const texts = [...words, ...instants, ...addresses];
export const text = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom(...texts) },
  { weight: 1, arbitrary: fc.string({ unit: "grapheme", maxLength: 4 }).filter(isStorable) },
);
export const number = fc.oneof(
  fc.constantFrom(0, 1, -1, 22, 65_535, 0.1, 1e15, -1e15, 5e-7),
  fc.integer({ min: -3, max: 3 }),
  fc.double({ min: -1e6, max: 1e6, noNaN: true }).map((double) => double + 0),
);
export const scalar: fc.Arbitrary<Scalar> = fc.oneof(
  { weight: 4, arbitrary: text },
  { weight: 2, arbitrary: number },
  fc.boolean(),
  fc.constant(null),
);

function isStorable(value: string): boolean {
  return value.isWellFormed() && !value.includes("\u0000");
}

const range = (field: string) =>
  fc.record(
    { [field]: fc.oneof(fc.constantFrom("0.0.0.0/0", "::/0", "10.0.0.0/8"), scalar) },
    { requiredKeys: [] },
  );
const permission = fc.record(
  {
    IpProtocol: fc.oneof(
      { weight: 6, arbitrary: fc.constantFrom("-1", "tcp", "6", "udp", "17", "icmp") },
      scalar,
    ),
    FromPort: fc.oneof(fc.constantFrom(-1, 0, 1, 22, 80), scalar),
    ToPort: fc.oneof(fc.constantFrom(-1, 0, 22, 443, 65_535), scalar),
    IpRanges: fc.oneof({ weight: 5, arbitrary: fc.array(range("CidrIp"), { maxLength: 2 }) }, scalar),
    Ipv6Ranges: fc.array(fc.oneof(range("CidrIpv6"), scalar), { maxLength: 2 }),
  },
  { requiredKeys: ["IpProtocol"] },
);

export const own = "111111111111";
const oneOrMore = <T>(item: fc.Arbitrary<T>) =>
  fc.oneof<fc.Arbitrary<unknown>[]>(
    item,
    fc.array(fc.oneof<fc.Arbitrary<unknown>[]>({ weight: 6, arbitrary: item } as never, scalar), {
      maxLength: 2,
    }),
  );
export const action = fc.constantFrom(
  "*",
  "*:*",
  "s3:*",
  "s3:GetObject",
  "S3:get*",
  "iam:PassRole",
  "s3:?et*",
  "%",
);
const awsPrincipal = fc.constantFrom(
  "*",
  own,
  "222222222222",
  `arn:aws:iam::${own}:root`,
  "arn:aws:iam::222222222222:role/x",
  "AIDA1",
);
const conditionValue = fc.constantFrom(
  "*",
  own,
  "o-1",
  "o-1/*",
  "arn:aws:sns:*:111111111111:*",
  "arn:aws:sns:*:*:*",
  "AROA:*",
  "192.0.2.0/24",
  "0.0.0.0/0",
  "false",
  "",
  "a?",
);
const condition = fc.dictionary(
  fc.constantFrom(
    "StringEquals",
    "stringlike",
    "StringEqualsIfExists",
    "ForAnyValue:StringLike",
    "ForAllValues:StringLike",
    "ArnLike",
    "IpAddress",
    "Bool",
    "BoolIfExists",
    "StringNotEquals",
  ),
  fc.oneof(
    {
      weight: 8,
      arbitrary: fc.dictionary(
        fc.constantFrom(
          "aws:SourceAccount",
          "AWS:PrincipalOrgID",
          "aws:PrincipalOrgPaths",
          "aws:SourceArn",
          "aws:userid",
          "aws:SourceIp",
          "aws:SecureTransport",
          "kms:ViaService",
        ),
        oneOrMore(conditionValue),
        { maxKeys: 2 },
      ),
    },
    scalar,
  ),
  { maxKeys: 2 },
);
const statement = fc.record(
  {
    Effect: fc.constantFrom("Allow", "Allow", "Deny", "allow", null),
    Principal: fc.oneof(
      fc.constant("*"),
      fc.record({ AWS: oneOrMore(awsPrincipal) }),
      fc.constant({ Service: "x" }),
      scalar,
    ),
    NotPrincipal: fc.oneof(fc.constant(null), fc.record({ AWS: awsPrincipal })),
    Action: oneOrMore(action),
    NotAction: oneOrMore(action),
    Resource: oneOrMore(
      fc.constantFrom("*", "arn:aws:s3:::native-1", "arn:aws:s3:::native-1/*", "arn:aws:s3:::n?tive-*"),
    ),
    Condition: fc.oneof(condition, scalar),
  },
  { requiredKeys: ["Effect", "Principal"] },
);
const policy = fc
  .record({
    Statement: fc.oneof(
      {
        weight: 4,
        arbitrary: fc.array(fc.oneof({ weight: 9, arbitrary: statement }, scalar), { maxLength: 3 }),
      },
      statement,
      scalar,
    ),
  })
  .chain((document) => fc.constantFrom<unknown>(document, document, JSON.stringify(document)));

// Each member mostly holds what some operator wants to read, and sometimes anything.
function members(
  value: fc.Arbitrary<unknown>,
  list: fc.Arbitrary<unknown>,
): fc.Arbitrary<Record<string, unknown>> {
  const mostly = (usual: fc.Arbitrary<unknown>) => fc.oneof({ weight: 4, arbitrary: usual }, value);
  return fc.record(
    {
      ...Object.fromEntries(names.map((name) => [name, value])),
      L: mostly(list),
      When: mostly(fc.constantFrom(...instants)),
      Where: mostly(fc.constantFrom(...addresses)),
      Ports: mostly(fc.array(permission, { maxLength: 3 })),
      Policy: mostly(policy),
    },
    { requiredKeys: [], noNullPrototype: true },
  );
}

const { object } = fc.letrec<{ value: unknown; object: Record<string, unknown>; list: unknown[] }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, depthIdentifier: "value" },
    { weight: 4, arbitrary: scalar },
    { weight: 2, arbitrary: tie("object") },
    { weight: 2, arbitrary: tie("list") },
  ),
  object: members(tie("value"), tie("list")),
  list: fc.array(tie("value"), { maxLength: 4 }),
}));

export const path = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.array(name, { minLength: 1, maxLength: 2 }).map((segments) => segments.join(".")),
  },
  { weight: 4, arbitrary: fc.constantFrom("A", "B", ...typedNames) },
  {
    weight: 1,
    arbitrary: fc.constantFrom("@id", "@arn", "@name", "@region", "@account", "@createdAt", "@type"),
  },
);
export const elementPath = fc.oneof(
  { weight: 2, arbitrary: fc.constant("") },
  { weight: 5, arbitrary: path },
);
const tag = fc.record({ key: fc.constantFrom("Owner", "owner", "é"), value: fc.constantFrom("a", "") });

export const document: fc.Arbitrary<RuleDocument> = fc
  .record({
    properties: object,
    name: fc.option(text),
    arn: fc.option(fc.constant("arn:aws:s3:::native-1"), { freq: 4 }),
    createdAt: fc.option(fc.constantFrom(...instants.filter((one) => !/02-29$|24:00/.test(one)))),
    tags: fc.array(tag, { maxLength: 3 }),
    gaps: fc.oneof(
      { weight: 2, arbitrary: fc.constant<string[]>([]) },
      {
        weight: 2,
        arbitrary: fc.array(fc.oneof(path, fc.constantFrom("@tags", "L.0", "A.B.L")), { maxLength: 2 }),
      },
    ),
  })
  .map(({ properties, ...more }) => documentOf(properties, more));
