// What an answer says of itself: the minimal scenario of reference/iam.md §3.2, all blockers, the change and its proof.
import { describe, expect, test } from "vitest";
import { mend } from "#iam/change.ts";
import { evaluate } from "#iam/evaluate.ts";
import { explain } from "#iam/explain.ts";
import type { Layers } from "#iam/layers.ts";
import {
  accountId,
  allowing,
  attached,
  document,
  everything,
  layersOf,
  level,
  requestOf,
} from "#iam/testing/cases.ts";
import { audit, by, guard, scpArn, scps } from "#iam/testing/guarded-unit.ts";
import type { Blocker } from "#iam/verdict.ts";

const network = {
  Sid: "OurNetwork",
  Effect: "Deny",
  Action: "*",
  Condition: { NotIpAddress: { "aws:SourceIp": "203.0.113.0/24" } },
};

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
