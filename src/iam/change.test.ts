// The change of the document that blocks, and its proof: the verdict after it.
import { describe, expect, test } from "vitest";
import { mend, proposeChange } from "#iam/change.ts";
import { explain } from "#iam/explain.ts";
import type { Layers } from "#iam/layers.ts";
import type { Request } from "#iam/request.ts";
import {
  accountId,
  allowing,
  attached,
  document,
  everything,
  layersOf,
  level,
  otherAccountId,
  requestOf,
  resourcePolicy,
  roleArn,
} from "#iam/testing/cases.ts";
import { audit, by, guard, scps } from "#iam/testing/guarded-unit.ts";

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
