// Generated policy sets and requests over few enough words that they meet: for properties, and for the comparison
// with the simulator's own decision.
import fc from "fast-check";
import type { Keys, RawStatement } from "#iam/testing/cases.ts";

const accounts = ["111122223333", "444455556666"] as const;

export interface GeneratedLayers {
  identity: RawStatement[][];
  boundary: RawStatement[] | null;
  session: RawStatement[][] | null;
  scp: RawStatement[][][] | null;
  rcp: RawStatement[][][] | null;
  resource: RawStatement[] | null;
}

export interface GeneratedRequest {
  action: string;
  resource: string;
  resourceAccountId: string;
  caller: "role" | "user";
  keys: Keys;
}

const requested: readonly [action: string, resource: string][] = [
  ["s3:GetObject", "arn:aws:s3:::bucket/home/eve/a:b.txt"],
  ["s3:ListBucket", "arn:aws:s3:::bucket"],
  ["ec2:DescribeInstances", "*"],
  ["ec2:StartInstances", "arn:aws:ec2:eu-west-1:111122223333:instance/i-1"],
  ["sqs:SendMessage", "arn:aws:sqs:eu-west-1:111122223333:orders"],
  ["kms:Decrypt", "arn:aws:kms:eu-west-1:111122223333:key/1"],
  ["kms:RetireGrant", "arn:aws:kms:eu-west-1:111122223333:key/1"],
  ["sts:AssumeRole", "arn:aws:iam::111122223333:role/target"],
];

const actionPattern = fc.constantFrom(
  ...["*", "*", "s3:*", "S3:get*", "s3:GetObject", "ec2:*", "ec2:Describe*", "*:*", "sqs:SendMessage"],
  ...["kms:*", "kms:Decrypt?", "kms:?ecrypt", "sts:Assume*", "s3:GetObject,s3:ListBucket", "iam:*"],
);
const resourcePattern = fc.constantFrom(
  ...["*", "*", "*", "arn:aws:s3:::bucket", "arn:aws:s3:::bucket/*", "arn:aws:s3:::*", "arn:aws:*:*:*:*"],
  ...[
    "arn:aws:s3:::bucket/home/${ex:name}/*",
    "arn:aws:s3:::bucket/home/${ex:none, 'eve'}/*",
    "arn:aws:sqs:*",
  ],
  ...[
    "arn:aws:sqs:eu-west-?:*:orders",
    "arn:aws:sqs:eu*1:orders",
    "arn:aws:sqs:*:orders",
    "arn:aws:kms:*:111122223333:key/*",
  ],
  ...["arn:aws:ec2:*:*:instance/i-?", "arn:aws:iam::111122223333:role/*", "arn:aws:s3:::bucket/home/*:*"],
);

const prefix = fc.constantFrom("", "", "", "ForAllValues:", "ForAnyValue:");
const suffix = fc.constantFrom("", "", "IfExists");
const someOf = (...values: string[]) => fc.subarray(values, { minLength: 1, maxLength: 2 });

/** `[operator, key, values]` with values that make sense to the operator. */
const condition = fc.oneof(
  conditionOf(
    [
      "StringEquals",
      "StringNotEquals",
      "StringLike",
      "StringNotLike",
      "StringEqualsIgnoreCase",
      "StringNotEqualsIgnoreCase",
    ],
    ["ex:text", "ex:list", "EX:Name"],
    someOf("a", "ab", "A*", "a?", "*b*", "eve", "${ex:name}", "${ex:none, 'a'}", "x${*}"),
  ),
  conditionOf(
    [
      "NumericEquals",
      "NumericNotEquals",
      "NumericLessThan",
      "NumericLessThanEquals",
      "NumericGreaterThan",
      "NumericGreaterThanEquals",
    ],
    ["ex:number"],
    someOf("4", "5", "5.5"),
  ),
  conditionOf(
    [
      "DateEquals",
      "DateNotEquals",
      "DateLessThan",
      "DateLessThanEquals",
      "DateGreaterThan",
      "DateGreaterThanEquals",
    ],
    ["aws:CurrentTime"],
    someOf("2026-11-22T10:00:00Z", "2026-11-22", "1795341600", "2027"),
  ),
  conditionOf(["Bool"], ["aws:SecureTransport"], someOf("true", "false")),
  conditionOf(
    ["IpAddress", "NotIpAddress"],
    ["aws:SourceIp"],
    someOf("10.0.0.0/8", "10.1.2.3", "2001:db8::/32"),
  ),
  conditionOf(
    ["ArnLike", "ArnEquals", "ArnNotLike", "ArnNotEquals"],
    ["aws:PrincipalArn"],
    someOf(
      "arn:aws:iam::*:role/csp-harvest",
      "arn:aws:iam::111122223333:*",
      "arn:aws:iam::*:user/e?e",
      "arn:aws:*:role/csp-harvest",
    ),
  ),
  fc.tuple(
    fc.constant("Null"),
    fc.constantFrom("ex:text", "ex:list", "aws:SourceIp"),
    someOf("true", "false"),
  ),
);

function conditionOf(names: string[], keys: string[], values: fc.Arbitrary<string[]>) {
  return fc
    .tuple(prefix, fc.constantFrom(...names), suffix, fc.constantFrom(...keys), values)
    .map(([set, name, exists, key, list]): [string, string, string[]] => [
      `${key === "ex:list" ? set : ""}${name}${exists}`,
      key,
      list,
    ]);
}

const conditionBlock = fc.array(condition, { minLength: 1, maxLength: 2 }).map((all) => {
  const block: Record<string, Record<string, string[]>> = {};
  for (const [operator, key, values] of all) block[operator] = { ...block[operator], [key]: values };
  return { Condition: block };
});
const conditions = fc.oneof({ weight: 2, arbitrary: fc.constant({}) }, conditionBlock);

const negatable = (name: string, values: fc.Arbitrary<string>) =>
  fc
    .tuple(fc.integer({ min: 0, max: 5 }), fc.array(values, { minLength: 1, maxLength: 3 }))
    .map(([chance, list]) => ({ [chance === 0 ? `Not${name}` : name]: list }));

const effect = fc.constantFrom("Allow", "Allow", "Allow", "Allow", "Deny").map((Effect) => ({ Effect }));

export const statement: fc.Arbitrary<RawStatement> = fc
  .tuple(effect, negatable("Action", actionPattern), negatable("Resource", resourcePattern), conditions)
  .map((parts) => Object.assign({}, ...parts) as RawStatement);

/** On every action and resource, so that nothing but conditions decides. */
export const conditional: fc.Arbitrary<RawStatement> = fc
  .tuple(effect, conditionBlock)
  .map(([given, block]) => ({ ...given, Action: "*", Resource: "*", ...block }));

const principal = fc.constantFrom(
  ...["arn:aws:iam::111122223333:role/csp-harvest", "arn:aws:iam::111122223333:user/eve", "111122223333"],
  ...["arn:aws:sts::111122223333:assumed-role/csp-harvest/Skywarden", "arn:aws:iam::111122223333:root"],
  ...["arn:aws:iam::444455556666:root", "arn:aws:iam::111122223333:role/other", "*"],
);

/** NotPrincipal only with Deny: anything else AWS refuses. */
const resourceStatement: fc.Arbitrary<RawStatement> = fc
  .tuple(statement, fc.array(principal, { minLength: 1, maxLength: 3 }), fc.boolean())
  .map(([base, names, isNot]) => ({
    ...base,
    [isNot && base.Effect === "Deny" ? "NotPrincipal" : "Principal"]: { AWS: names },
  }));

const everything: RawStatement = { Effect: "Allow", Action: "*", Resource: "*" };
const document = fc.array(statement, { minLength: 1, maxLength: 3 });
/** Mostly with an allow of everything: of so many limits one would otherwise always deny. */
const wideDocument = fc
  .tuple(document, fc.integer({ min: 0, max: 3 }))
  .map(([statements, chance]) => (chance > 0 ? [everything, ...statements] : statements));
const levels = (hasAll: boolean) =>
  fc.array(
    fc
      .tuple(fc.array(document, { maxLength: 2 }), fc.integer({ min: 0, max: 9 }))
      .map(([policies, chance]) => (hasAll || chance > 0 ? [[everything], ...policies] : policies)),
    { minLength: 1, maxLength: 2 },
  );
/** Null once in so many times. */
const orNull = <Value>(value: fc.Arbitrary<Value>, freq: number) => fc.option(value, { freq });

export const layers: fc.Arbitrary<GeneratedLayers> = fc.record({
  identity: fc.array(wideDocument, { maxLength: 2 }),
  boundary: orNull(wideDocument, 2),
  session: orNull(fc.array(wideDocument, { minLength: 1, maxLength: 2 }), 2),
  scp: orNull(levels(false), 2),
  // RCPFullAWSAccess is at every level.
  rcp: orNull(levels(true), 2),
  resource: orNull(fc.array(resourceStatement, { minLength: 1, maxLength: 3 }), 2),
});

export const request: fc.Arbitrary<GeneratedRequest> = fc
  .record({
    what: fc.constantFrom(...requested),
    resourceAccountId: fc.constantFrom(accounts[0], accounts[0], accounts[1]),
    caller: fc.constantFrom("role" as const, "user" as const),
    text: fc.constantFrom("a", "ab", "A", null),
    list: fc.constantFrom(null, ["a"], ["a", "b"], ["b", "c"]),
    name: fc.constantFrom("eve", "bob", null),
    number: fc.constantFrom("5", "6", null),
    ip: fc.constantFrom("10.1.2.3", "198.51.100.1", "2001:db8::1", null),
    isSecure: fc.boolean(),
  })
  .map(({ what: [action, resource], resourceAccountId, caller, ...given }) => ({
    action,
    resource,
    resourceAccountId: resource === "*" ? accounts[0] : resourceAccountId,
    caller,
    keys: {
      "ex:text": given.text,
      "ex:list": given.list,
      "ex:name": given.name,
      "ex:number": given.number,
      "aws:currenttime": "2026-11-22T10:00:00Z",
      "aws:sourceip": given.ip,
      "aws:securetransport": String(given.isSecure),
      "aws:principalarn": `arn:aws:iam::${accounts[0]}:${caller === "role" ? "role/csp-harvest" : "user/eve"}`,
    },
  }));
