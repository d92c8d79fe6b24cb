// Policy documents and what policyAllows and policyDenies say of them. For tests.
import type { Truth } from "#model/verdict.ts";
import { policyAllows, policyDenies } from "../build.ts";
import type { Rule } from "../tree.ts";

interface PolicyCase {
  name: string;
  rule: Rule;
  policy: unknown;
  outcome: Truth;
}

type Statement = Record<string, unknown>;
const own = "111111111111";
const other = "222222222222";

function allow(more: Statement): Statement {
  return { Effect: "Allow", Principal: "*", Action: "s3:GetObject", Resource: "*", ...more };
}

function of(...statements: unknown[]): Statement {
  return { Version: "2012-10-17", Statement: statements };
}

const anyone = policyAllows("Policy", "anyone");
const others = policyAllows("Policy", "other-accounts");
const reads = policyAllows("Policy", "anyone", { actions: ["s3:GetObject", "s3:ListBucket"] });
const admin = policyAllows("Policy", "attached", { actions: ["*"], onEverything: true });
const tls = policyDenies("Policy", {
  actions: ["s3:*"],
  conditionKey: "aws:SecureTransport",
  conditionValue: "false",
  resourceSuffix: "/*",
});

const rows: [name: string, rule: Rule, policy: unknown, outcome: Truth][] = [
  ["no policy", anyone, null, false],
  ["blank text", anyone, " \n", false],
  ["not JSON", anyone, "{", "unknown"],
  ["encoded text", anyone, "%7B%7D", "unknown"],
  ["a number", anyone, 5, "unknown"],
  ["a list", anyone, [], "unknown"],
  ["no Statement", anyone, {}, "unknown"],
  ["no statements", anyone, of(), false],
  ["a statement that is none", anyone, of("x"), "unknown"],
  ["a statement that is none beside an allowing one", anyone, of("x", allow({})), true],
  ["one statement without a list", anyone, { Statement: allow({}) }, true],
  ["everyone", anyone, of(allow({})), true],
  ["everyone as AWS", anyone, of(allow({ Principal: { AWS: "*" } })), true],
  ["everyone in a list", anyone, of(allow({ Principal: { AWS: [own, "*"] } })), true],
  ["a service", anyone, of(allow({ Principal: { Service: "*" } })), false],
  ["one account", anyone, of(allow({ Principal: { AWS: other } })), false],
  ["everyone but one", anyone, of(allow({ Principal: undefined, NotPrincipal: { AWS: other } })), true],
  ["a Deny", anyone, of(allow({ Effect: "Deny" })), false],
  ["effect in another case", anyone, of(allow({ Effect: "allow" })), false],
  ["no action", anyone, of(allow({ Action: undefined })), false],
  ["empty actions", anyone, of(allow({ Action: [] })), false],
  [
    "narrowed to an account",
    anyone,
    of(allow({ Condition: { StringEquals: { "AWS:SourceAccount": own } } })),
    false,
  ],
  [
    "narrowed to accounts",
    anyone,
    of(allow({ Condition: { StringLike: { "aws:PrincipalAccount": [own, 2] } } })),
    false,
  ],
  [
    "not narrowed by a wildcard",
    anyone,
    of(allow({ Condition: { StringLike: { "aws:PrincipalOrgID": "o-*" } } })),
    true,
  ],
  [
    "not narrowed by one wildcard of two",
    anyone,
    of(allow({ Condition: { StringLike: { "aws:PrincipalOrgID": ["o-1", "*"] } } })),
    true,
  ],
  [
    "not narrowed by no values",
    anyone,
    of(allow({ Condition: { StringEquals: { "aws:PrincipalOrgID": [] } } })),
    true,
  ],
  [
    "not narrowed by an empty text",
    anyone,
    of(allow({ Condition: { StringEquals: { "aws:PrincipalOrgID": "" } } })),
    true,
  ],
  [
    "not narrowed by an object",
    anyone,
    of(allow({ Condition: { StringEquals: { "aws:PrincipalOrgID": {} } } })),
    true,
  ],
  [
    "not narrowed if exists",
    anyone,
    of(allow({ Condition: { StringEqualsIfExists: { "aws:PrincipalOrgID": "o-1" } } })),
    true,
  ],
  [
    "not narrowed by not equals",
    anyone,
    of(allow({ Condition: { StringNotEquals: { "aws:PrincipalOrgID": "o-1" } } })),
    true,
  ],
  [
    "not narrowed for all values",
    anyone,
    of(allow({ Condition: { "ForAllValues:StringEquals": { "aws:PrincipalOrgPaths": "o-1/r/" } } })),
    true,
  ],
  [
    "narrowed for any value",
    anyone,
    of(allow({ Condition: { "ForAnyValue:StringLike": { "aws:PrincipalOrgPaths": "o-1/*" } } })),
    false,
  ],
  [
    "not narrowed by any organization's path",
    anyone,
    of(allow({ Condition: { "ForAnyValue:StringLike": { "aws:PrincipalOrgPaths": "*/r-1/*" } } })),
    true,
  ],
  [
    "narrowed to a source's account",
    anyone,
    of(allow({ Condition: { ArnLike: { "aws:SourceArn": `arn:aws:sns:*:${own}:*` } } })),
    false,
  ],
  [
    "narrowed to a source bucket",
    anyone,
    of(allow({ Condition: { ArnEquals: { "aws:SourceArn": "arn:aws:s3:::one" } } })),
    false,
  ],
  [
    "not narrowed by any account's source",
    anyone,
    of(allow({ Condition: { ArnLike: { "aws:SourceArn": "arn:aws:sns:*:*:*" } } })),
    true,
  ],
  [
    "narrowed to a role's sessions",
    anyone,
    of(allow({ Condition: { StringLike: { "aws:userid": "AROA1:*" } } })),
    false,
  ],
  [
    "narrowed to an endpoint",
    anyone,
    of(allow({ Condition: { StringEquals: { "aws:SourceVpce": "vpce-1" } } })),
    false,
  ],
  [
    "narrowed to the key's caller",
    anyone,
    of(
      allow({
        Condition: {
          StringEquals: { "kms:CallerAccount": own, "kms:ViaService": "ec2.eu-west-1.amazonaws.com" },
        },
      }),
    ),
    false,
  ],
  [
    "not narrowed by the service",
    anyone,
    of(allow({ Condition: { StringEquals: { "kms:ViaService": "ec2.eu-west-1.amazonaws.com" } } })),
    true,
  ],
  [
    "not narrowed by the function URL's kind",
    anyone,
    of(allow({ Condition: { StringEquals: { "lambda:FunctionUrlAuthType": "NONE" } } })),
    true,
  ],
  [
    "narrowed to addresses",
    anyone,
    of(allow({ Condition: { IpAddress: { "aws:SourceIp": ["192.0.2.0/24"] } } })),
    false,
  ],
  [
    "not narrowed by all addresses",
    anyone,
    of(allow({ Condition: { IpAddress: { "aws:SourceIp": ["192.0.2.0/24", "0.0.0.0/0"] } } })),
    true,
  ],
  ["a condition that is none", anyone, of(allow({ Condition: "x" })), true],
  ["own account", others, of(allow({ Principal: { AWS: [own, `arn:aws:iam::${own}:root`] } })), false],
  ["another account", others, of(allow({ Principal: { AWS: other } })), true],
  [
    "another account's role",
    others,
    of(allow({ Principal: { AWS: [`arn:aws-cn:iam::${other}:role/x`] } })),
    true,
  ],
  [
    "another account's session",
    others,
    of(allow({ Principal: { AWS: `arn:aws:sts::${other}:assumed-role/x/y` } })),
    true,
  ],
  [
    "another account, narrowed",
    others,
    of(allow({ Principal: { AWS: other }, Condition: { StringEquals: { "aws:PrincipalOrgID": "o-1" } } })),
    true,
  ],
  ["a deleted principal", others, of(allow({ Principal: { AWS: "AIDAEXAMPLE" } })), false],
  ["a service for others", others, of(allow({ Principal: { Service: "sns.amazonaws.com" } })), false],
  ["everyone for others", others, of(allow({})), true],
  [
    "everyone narrowed for others",
    others,
    of(allow({ Condition: { StringEquals: { "aws:PrincipalAccount": own } } })),
    false,
  ],
  ["wanted action", reads, of(allow({})), true],
  ["wanted action in another case", reads, of(allow({ Action: "S3:getobject" })), true],
  ["wanted action by glob", reads, of(allow({ Action: ["s3:Put*", "s3:?etO*"] })), true],
  ["another action", reads, of(allow({ Action: ["s3:PutObject", 7] })), false],
  ["all but another action", reads, of(allow({ Action: undefined, NotAction: "s3:Put*" })), true],
  ["all but one wanted action", reads, of(allow({ Action: undefined, NotAction: "s3:GetObject" })), true],
  [
    "all but the wanted actions",
    reads,
    of(allow({ Action: undefined, NotAction: ["s3:Get*", "s3:List*"] })),
    false,
  ],
  [
    "all of a service is asked, some is given",
    policyAllows("Policy", "anyone", { actions: ["s3:*"] }),
    of(allow({ Action: "s3:Get*" })),
    false,
  ],
  [
    "all of a service",
    policyAllows("Policy", "anyone", { actions: ["s3:*"] }),
    of(allow({ Action: "s3:*" })),
    true,
  ],
  ["full administration", admin, of({ Effect: "Allow", Action: "*", Resource: "*" }), true],
  ["full administration as *:*", admin, of({ Effect: "Allow", Action: ["*:*"], Resource: ["x", "*"] }), true],
  ["administration of one thing", admin, of({ Effect: "Allow", Action: "*", Resource: "arn:x" }), false],
  ["all of one service", admin, of({ Effect: "Allow", Action: "s3:*", Resource: "*" }), false],
  ["all but one service", admin, of({ Effect: "Allow", NotAction: "iam:*", Resource: "*" }), false],
];

function deny(more: Statement): Statement {
  return {
    Effect: "Deny",
    Principal: "*",
    Action: "s3:*",
    Resource: ["arn:aws:s3:::native-1", "arn:aws:s3:::native-1/*"],
    Condition: { Bool: { "aws:SecureTransport": "false" } },
    ...more,
  };
}

const denials: [name: string, rule: Rule, policy: unknown, outcome: Truth][] = [
  ["TLS, no policy", tls, null, false],
  ["TLS, unreadable", tls, "x", "unknown"],
  ["TLS", tls, of(allow({}), deny({})), true],
  ["TLS as a boolean", tls, of(deny({ Condition: { bool: { "AWS:securetransport": [false] } } })), true],
  ["TLS if exists", tls, of(deny({ Condition: { BoolIfExists: { "aws:SecureTransport": "false" } } })), true],
  ["TLS on everything", tls, of(deny({ Resource: "*", Action: "*", Principal: { AWS: "*" } })), true],
  ["TLS on the bucket only", tls, of(deny({ Resource: "arn:aws:s3:::native-1" })), false],
  ["TLS on another bucket", tls, of(deny({ Resource: "arn:aws:s3:::native-2/*" })), false],
  ["TLS for reads only", tls, of(deny({ Action: "s3:Get*" })), false],
  ["TLS for one account", tls, of(deny({ Principal: { AWS: own } })), false],
  ["TLS for all but one", tls, of(deny({ NotPrincipal: { AWS: own } })), false],
  ["TLS without condition", tls, of(deny({ Condition: undefined })), false],
  ["TLS reversed", tls, of(deny({ Condition: { Bool: { "aws:SecureTransport": "true" } } })), false],
  [
    "TLS with a second key",
    tls,
    of(
      deny({
        Condition: { Bool: { "aws:SecureTransport": "false", "aws:MultiFactorAuthPresent": "false" } },
      }),
    ),
    false,
  ],
  [
    "TLS with a second operator",
    tls,
    of(deny({ Condition: { Bool: { "aws:SecureTransport": "false" }, StringEquals: { a: "b" } } })),
    false,
  ],
  ["TLS allowed", tls, of(deny({ Effect: "Allow" })), false],
  ["TLS beside a statement that is none", tls, of(null, allow({})), "unknown"],
];

export const policyCases: PolicyCase[] = [...rows, ...denials].map(([name, rule, policy, outcome]) => ({
  name,
  rule,
  policy,
  outcome,
}));
