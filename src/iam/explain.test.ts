// What an answer says of itself: the minimal scenario of reference/iam.md §3.2, all blockers, the change and its proof.
import { describe, expect, test } from "vitest";
import { mend, proposeChange } from "#iam/change.ts";
import { evaluate } from "#iam/evaluate.ts";
import { explain } from "#iam/explain.ts";
import type { Layers } from "#iam/layers.ts";
import type { Request } from "#iam/request.ts";
import {
  accountId,
  allowing,
  attached,
  document,
  everything,
  type Keys,
  layersOf,
  level,
  otherAccountId,
  requestOf,
  resourcePolicy,
  roleArn,
  roleSession,
} from "#iam/testing/cases.ts";
import type { Blocker } from "#iam/verdict.ts";

const guard = {
  Sid: "DenyUnlessHarvest",
  Effect: "Deny",
  Action: ["guardduty:*", "ec2:DescribeInstances"],
  Condition: { ArnNotLike: { "aws:PrincipalArn": "arn:aws:iam::*:role/csp-harvest" } },
};
const network = {
  Sid: "OurNetwork",
  Effect: "Deny",
  Action: "*",
  Condition: { NotIpAddress: { "aws:SourceIp": "203.0.113.0/24" } },
};
const audit = attached(document({ Sid: "BaseSecurityAuditStatement", Action: ["ec2:Describe*"] }), {
  name: "SecurityAudit",
  arn: "arn:aws:iam::aws:policy/SecurityAudit",
});
const scpArn = "arn:aws:organizations::999999999999:policy/o-ours/service_control_policy/p-guard01";

function scps(...statements: object[]) {
  return [
    level("root", "r-ab12", everything),
    level(
      "unit",
      "ou-ab12-prod",
      everything,
      attached(document(...(statements as never[])), { name: "p-guard01", arn: scpArn }),
    ),
    level("account", accountId, everything),
  ];
}

function by(name: string, keys: Keys = {}): Request {
  const arn = `arn:aws:iam::${accountId}:role/${name}`;
  return requestOf({ principal: roleSession(arn), keys: { "aws:PrincipalArn": arn, ...keys } });
}

const named = (blockers: readonly Blocker[]) =>
  blockers.map((blocker) =>
    blocker.kind === "deny"
      ? [
          blocker.layer,
          blocker.by.policy.name,
          blocker.by.statement.sid ?? blocker.by.statement.index,
          blocker.by.policy.attachedTo.id,
        ]
      : [blocker.layer, blocker.kind],
  );

describe("the minimal scenario (S46)", () => {
  const layers = layersOf({ identity: [audit], scp: scps(guard) });

  test("the role that the SCP spares is allowed, by SecurityAudit", () => {
    const { verdict, allowing: statements, blockers } = explain(by("csp-harvest"), layers);
    expect([verdict, blockers]).toEqual(["allowed", []]);
    expect(statements.map(({ policy, statement }) => [policy.name, statement.sid])).toContainEqual([
      "SecurityAudit",
      "BaseSecurityAuditStatement",
    ]);
  });

  test.each([
    "csp-harvest-v2",
    "path/csp-harvest",
  ])("%s is denied, and the statement is named with what it compared", (name) => {
    const { denial, blockers } = explain(by(name), layers);
    expect(denial).toBe("explicit");
    expect(named(blockers)).toEqual([["scp", "p-guard01", "DenyUnlessHarvest", "ou-ab12-prod"]]);
    expect(blockers[0]?.kind === "deny" && blockers[0].by.conditions).toEqual([
      {
        operator: "ArnNotLike",
        key: "aws:PrincipalArn",
        expected: ["arn:aws:iam::*:role/csp-harvest"],
        actual: [`arn:aws:iam::${accountId}:role/${name}`],
        holds: 2,
      },
    ]);
  });

  test("an address that nobody told makes it conditional on the key", () => {
    const explained = explain(
      by("csp-harvest", { "aws:SourceIp": "unknown" }),
      layersOf({ identity: [audit], scp: scps(network) }),
    );
    expect(explained).toMatchObject({ verdict: "conditional", unknownKeys: ["aws:SourceIp"] });
    expect(explained.blockers).toMatchObject([{ kind: "deny", layer: "scp", certain: false }]);
  });

  test("the management account is allowed", () => {
    expect(evaluate(by("csp-harvest-v2"), layersOf({ identity: [audit], scp: "exempt" })).verdict).toBe(
      "allowed",
    );
  });

  test("the change spares the new role in that list, and is proved", () => {
    const request = by("csp-harvest-v2");
    const { steps, verdict } = mend(request, layers);
    expect(
      steps.map(({ change }) => "operations" in change && [change.policy?.arn, change.operations]),
    ).toEqual([
      [
        scpArn,
        [
          {
            op: "replace",
            path: "/Statement/0/Condition/ArnNotLike/aws:PrincipalArn",
            value: ["arn:aws:iam::*:role/csp-harvest", "arn:aws:iam::*:role/csp-harvest-v2"],
          },
        ],
      ],
    ]);
    expect(verdict).toEqual({ verdict: "allowed", denial: null });
  });
});

test("all that blocks is named, not the first", () => {
  const layers = layersOf({
    identity: [audit],
    boundary: allowing("s3:*"),
    scp: scps(guard, { ...network, Condition: undefined })
      .slice(0, 2)
      .concat(level("account", accountId, allowing("s3:*"))),
  });
  expect(named(explain(by("csp-harvest-v2"), layers).blockers)).toEqual([
    ["scp", "p-guard01", "DenyUnlessHarvest", "ou-ab12-prod"],
    ["scp", "p-guard01", "OurNetwork", "ou-ab12-prod"],
    ["scp", "no-allow"],
    ["boundary", "no-allow"],
  ]);
});

test("what nearly allows is told with the condition that does not hold", () => {
  const regional = attached(
    document({ Action: "ec2:*", Condition: { StringEquals: { "aws:RequestedRegion": "eu-west-1" } } }),
  );
  const request = requestOf({ keys: { "aws:RequestedRegion": "us-east-1" } });
  const [blocker] = explain(request, layersOf({ identity: [regional] })).blockers;
  expect(blocker?.kind === "no-allow" && blocker.nearly[0]?.conditions).toMatchObject([
    { expected: ["eu-west-1"], actual: ["us-east-1"], holds: 0 },
  ]);
});

test("a variable is shown with its value", () => {
  const policy = attached(
    document({
      Effect: "Deny",
      Action: "*",
      Condition: { StringNotLike: { "ex:a": "${aws:PrincipalTag/team}-*" } },
    }),
  );
  const [blocker] = explain(
    requestOf({ keys: { "ex:a": "b", "aws:PrincipalTag/team": "red" } }),
    layersOf({ identity: [policy] }),
  ).blockers;
  expect(blocker?.kind === "deny" && blocker.by.conditions[0]?.expected).toEqual(["red-*"]);
});

test.each<[name: string, layers: Partial<Layers>, unread: string[]]>([
  ["SCPs", { identity: [everything], scp: "unread" }, ["scp"]],
  ["the boundary", { identity: [everything], boundary: "unread" }, ["boundary"]],
  [
    "a policy that cannot be understood",
    { identity: [everything, attached("[]", { name: "odd" })] },
    ["identity"],
  ],
])("%s not read: the answer is unknown and says so", (_, layers, unread) => {
  expect(explain(requestOf({}), layersOf(layers))).toMatchObject({ verdict: "unknown", unread });
});

interface ChangeCase {
  name: string;
  request?: Partial<Request>;
  layers: Partial<Layers>;
  operations: unknown;
  verdict?: string;
}

const bucket = { action: "s3:GetObject", resource: "arn:aws:s3:::bucket/key" };
const key = {
  action: "kms:Decrypt",
  resource: `arn:aws:kms:eu-west-1:${accountId}:key/1`,
  resourceAccountId: accountId,
};

const changes: ChangeCase[] = [
  {
    name: "a deny without a condition gets an exception",
    layers: { identity: [everything], scp: scps({ Effect: "Deny", Action: "ec2:*" }) },
    operations: [
      {
        op: "add",
        path: "/Statement/0/Condition",
        value: { ArnNotLike: { "aws:PrincipalArn": ["arn:aws:iam::*:role/csp-harvest"] } },
      },
    ],
  },
  {
    name: "a region deny gets an exception beside its condition",
    request: { context: requestOf({ keys: { "aws:RequestedRegion": "sa-east-1" } }).context },
    layers: {
      identity: [everything],
      scp: scps({
        Effect: "Deny",
        Action: "*",
        Condition: { StringNotEquals: { "aws:RequestedRegion": ["eu-west-1"] } },
      }),
    },
    operations: [
      {
        op: "add",
        path: "/Statement/0/Condition/ArnNotLike",
        value: { "aws:PrincipalArn": ["arn:aws:iam::*:role/csp-harvest"] },
      },
    ],
  },
  {
    name: "an exact list in an SCP gets a list with wildcards beside it",
    layers: {
      identity: [everything],
      scp: scps({
        Effect: "Deny",
        Action: "*",
        Condition: { StringNotEquals: { "aws:PrincipalArn": "arn:aws:iam::1:role/a" } },
      }),
    },
    operations: [
      {
        op: "add",
        path: "/Statement/0/Condition/ArnNotLike",
        value: { "aws:PrincipalArn": ["arn:aws:iam::*:role/csp-harvest"] },
      },
    ],
  },
  {
    name: "ArnNotLike on another key gets one more key",
    layers: {
      identity: [everything],
      scp: scps({
        Effect: "Deny",
        Action: "*",
        Condition: { ArnNotLike: { "aws:SourceArn": "arn:aws:iam::1:role/a" } },
      }),
    },
    operations: [
      {
        op: "add",
        path: "/Statement/0/Condition/ArnNotLike/aws:PrincipalArn",
        value: ["arn:aws:iam::*:role/csp-harvest"],
      },
    ],
  },
  {
    name: "a single statement of a bucket that denies",
    request: { ...bucket },
    layers: {
      identity: [everything],
      resource: attached({
        Version: "2012-10-17",
        Statement: { Effect: "Deny", Principal: "*", Action: "s3:*", Resource: "*" },
      }),
    },
    operations: [
      { op: "add", path: "/Statement/Condition", value: { ArnNotLike: { "aws:PrincipalArn": [roleArn] } } },
    ],
  },
  {
    name: "a level that does not allow gets the action in its list",
    layers: {
      identity: [everything],
      scp: [level("account", accountId, attached(document({ Action: ["s3:*"] }), { name: "allow-list" }))],
    },
    operations: [{ op: "add", path: "/Statement/0/Action/-", value: "ec2:DescribeInstances" }],
  },
  {
    name: "a boundary gets the action, where one stands without a list",
    layers: { identity: [everything], boundary: attached(document({ Action: "s3:*" })) },
    operations: [{ op: "replace", path: "/Statement/0/Action", value: ["s3:*", "ec2:DescribeInstances"] }],
  },
  {
    name: "AWS's own policies stay, a new one is proposed",
    layers: { identity: [{ ...audit, ...attached(document({ Action: "s3:*" })), arn: audit.arn }] },
    operations: [
      {
        op: "add",
        path: "",
        value: {
          Version: "2012-10-17",
          Statement: [{ Effect: "Allow", Action: ["ec2:DescribeInstances"], Resource: "*" }],
        },
      },
    ],
  },
  {
    name: "a key's policy gets a statement for the role",
    request: key,
    layers: {
      identity: [everything],
      resource: resourcePolicy({ Principal: { AWS: otherAccountId }, Action: "kms:*", Resource: "*" }),
    },
    operations: [
      {
        op: "add",
        path: "/Statement/-",
        value: { Effect: "Allow", Principal: { AWS: roleArn }, Action: ["kms:Decrypt"], Resource: "*" },
      },
    ],
  },
  {
    name: "a role's trust gets a statement without a resource",
    request: {
      action: "sts:AssumeRole",
      resource: "arn:aws:iam::111122223333:role/target",
      resourceAccountId: accountId,
    },
    layers: {
      identity: [everything],
      resource: resourcePolicy({ Principal: { Service: "ec2.amazonaws.com" }, Action: "sts:AssumeRole" }),
    },
    operations: [
      {
        op: "add",
        path: "/Statement/-",
        value: { Effect: "Allow", Principal: { AWS: roleArn }, Action: ["sts:AssumeRole"] },
      },
    ],
  },
];

describe("the change of the document that blocks", () => {
  test.each(changes)("$name", ({ request = {}, layers, operations, verdict = "allowed" }) => {
    const mended = mend(requestOf(request), layersOf(layers));
    expect(
      mended.steps.map(({ change }) => ("operations" in change ? change.operations : change.none)),
    ).toEqual([operations]);
    expect(mended.verdict.verdict).toBe(verdict);
  });

  test("several blockers are mended one after the other, two of them in one document", () => {
    const layers = layersOf({
      identity: [allowing("s3:*")],
      scp: scps(guard, { Effect: "Deny", Action: "ec2:*" }),
    });
    const { steps, verdict } = mend(by("csp-harvest-v2"), layers);
    expect(steps.map((step) => [step.blocker.layer, step.verdict.denial])).toEqual([
      ["scp", "explicit"],
      ["scp", "implicit"],
      ["identity", null],
    ]);
    expect(verdict.verdict).toBe("allowed");
  });

  test.each<[name: string, layers: Partial<Layers>, none: string]>([
    [
      "AWS's own deny",
      {
        identity: [
          everything,
          {
            ...attached(document({ Effect: "Deny", Action: "*" })),
            arn: "arn:aws:iam::aws:policy/AWSDenyAll",
          },
        ],
      },
      "aws-managed",
    ],
    [
      "AWS's own boundary",
      {
        identity: [everything],
        boundary: { ...allowing("s3:*"), arn: "arn:aws:iam::aws:policy/AmazonS3FullAccess" },
      },
      "aws-managed",
    ],
  ])("%s has none", (_, layers, none) => {
    expect(mend(requestOf({}), layersOf(layers)).steps.map(({ change }) => change)).toEqual([{ none }]);
  });

  test("a layer that was not read has none", () => {
    const [blocker] = explain(requestOf({}), layersOf({ identity: [everything], scp: "unread" })).blockers;
    expect(blocker && proposeChange(blocker, requestOf({}))).toEqual({ none: "not-read" });
  });
});
