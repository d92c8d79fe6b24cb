// Roles as somebody left them, against what their template makes: what is told, in words.
import { expect, test } from "vitest";
import type { RolePolicy, RoleReading } from "#model/role-inspection.ts";
import { baselineOf, differencesOf } from "./role-drift.ts";
import { externalIdWord, withoutExternalIds } from "./role-reading.ts";
import { concreteRole } from "./templates/concrete-role.ts";
import { type RoleType, roleModel } from "./templates/role-model.ts";

const model = roleModel("member-role", ["s3:ListAllMyBuckets", "s3:GetBucketAcl", "xray:GetGroups"]);
const platform = "arn:aws:iam::999999999999:role/Skywarden-Install-Role";

type Document = { Version: string; Statement: Record<string, unknown>[] };

/** As the template makes it. */
function made(roleType: RoleType): RoleReading {
  const role = concreteRole(model, { roleType, platformRoleArn: [platform], externalId: externalIdWord });
  return {
    roleId: "AROA1",
    template: "member-role:000000000000",
    stackName: null,
    trust: role.trustPolicy,
    boundaryArn: null,
    boundary: null,
    tags: [],
    policies: [
      ...role.managedPolicyArns.map((arn): RolePolicy => {
        return { kind: "aws-managed", name: arn.split("/").at(-1) ?? "", arn, version: null, document: null };
      }),
      ...role.policies.map(({ name, document }): RolePolicy => {
        return { kind: "managed", name, arn: `arn:aws:iam::1:policy/${name}`, version: "v1", document };
      }),
    ],
  };
}

const own = ({ policies }: RoleReading) =>
  policies.find(({ kind }) => kind === "managed")?.document as Document;
const trust = (reading: RoleReading) => (reading.trust as Document).Statement[0] as Record<string, unknown>;
const conditionOf = (reading: RoleReading) =>
  trust(reading).Condition as Record<string, Record<string, unknown>>;

const cases: [string, RoleType, (reading: RoleReading) => unknown, string[]][] = [
  ["nothing", "standard", () => undefined, []],
  ["nothing, of another role type", "power-user", () => undefined, []],
  [
    "the order and case of actions, and one value instead of a list",
    "standard",
    (reading) => {
      const [statement] = own(reading).Statement;
      Object.assign(statement ?? {}, {
        Action: (statement?.Action as string[]).toReversed().map((action) => action.toUpperCase()),
        Resource: ["*"],
      });
      trust(reading).Principal = { AWS: "999999999999" };
    },
    [],
  ],
  [
    "an action taken away and one added",
    "standard",
    (reading) => {
      const [statement] = own(reading).Statement;
      const actions = statement?.Action as string[];
      actions.splice(actions.indexOf("s3:GetBucketAcl"), 1, "s3:PutBucketAcl");
    },
    [
      "Statement Harvest of policy Skywarden-Harvest-Member-Policy lacks s3:GetBucketAcl.",
      "Statement Harvest of policy Skywarden-Harvest-Member-Policy has s3:PutBucketAcl, which the template does not give.",
    ],
  ],
  [
    "fewer resources and a condition",
    "standard",
    (reading) =>
      Object.assign(own(reading).Statement[0] ?? {}, {
        Resource: "arn:aws:s3:::one",
        Condition: { Bool: { "aws:SecureTransport": "true" } },
      }),
    [
      "Statement Harvest of policy Skywarden-Harvest-Member-Policy is for arn:aws:s3:::one instead of *.",
      "Statement Harvest of policy Skywarden-Harvest-Member-Policy has conditions: Bool aws:SecureTransport.",
    ],
  ],
  [
    "an effect turned round",
    "standard",
    (reading) => Object.assign(own(reading).Statement[0] ?? {}, { Effect: "Deny" }),
    [
      expect.stringMatching(
        /^Statement Harvest of policy .* is another: Deny account:ListRegions, /,
      ) as never,
    ],
  ],
  [
    "a policy taken away",
    "standard",
    (reading) => reading.policies.splice(0, 1),
    [
      expect.stringMatching(
        /^Statement Harvest is gone: Allow account:ListRegions, .* and \d+ more on \*\.$/,
      ) as never,
    ],
  ],
  [
    "an AWS policy exchanged",
    "standard-managed",
    (reading) => Object.assign(reading.policies[0] ?? {}, { name: "AdministratorAccess" }),
    [
      "AWS's policy AdministratorAccess is attached, which the template does not do.",
      "AWS's policy SecurityAudit is not attached any more.",
    ],
  ],
  [
    "a policy under another name",
    "standard",
    (reading) => Object.assign(reading.policies[0] ?? {}, { name: "renamed" }),
    [],
  ],
  [
    "the condition on the platform role dropped",
    "standard",
    (reading) => delete conditionOf(reading).ArnEquals,
    ["The condition ArnEquals aws:PrincipalArn is gone."],
  ],
  [
    "another platform trusted too",
    "standard",
    (reading) =>
      Object.assign(conditionOf(reading).ArnEquals ?? {}, { "aws:PrincipalArn": [platform, `${platform}2`] }),
    [`The condition ArnEquals aws:PrincipalArn takes ${platform}2 too.`],
  ],
  [
    "a stranger let in by a statement of its own",
    "standard",
    (reading) =>
      (reading.trust as Document).Statement.push({
        Effect: "Allow",
        Principal: { AWS: "arn:aws:iam::123456789012:root" },
        Action: "sts:AssumeRole",
      }),
    ["A statement was added: Allow sts:AssumeRole to account 123456789012."],
  ],
  [
    "the boundary",
    "standard",
    (reading) => Object.assign(reading, { boundaryArn: "arn:aws:iam::1:policy/b" }),
    ["The permissions boundary arn:aws:iam::1:policy/b was added."],
  ],
];

test.each(cases)("what was changed of a role by hand is told: %s (S70)", (_, roleType, change, texts) => {
  const before = made(roleType);
  const baseline = baselineOf(before, before.template ?? "");
  const after = structuredClone(before);
  change(after);
  expect(differencesOf(after, model, baseline).map(({ text }) => text)).toEqual(texts);
});

test("what a template lets its user choose is no change", () => {
  const reading = made("standard");
  reading.boundaryArn = "arn:aws:iam::1:policy/b";
  delete conditionOf(reading).StringEquals;
  conditionOf(reading).ArnEquals = { "aws:PrincipalArn": [platform, `${platform}-2`] };
  expect(differencesOf(reading, model, baselineOf(reading, "x"))).toEqual([]);
});

test("a trust that takes the old external id beside the new one, as a rotation makes it, is no drift (E28)", () => {
  const before = made("standard");
  const baseline = baselineOf(before, "member-role:000000000000");
  const externalIds = { externalId: "the new one", previousExternalId: "the old one" };
  const { trustPolicy } = concreteRole(model, { platformRoleArn: [platform], ...externalIds });
  const rotated = { ...before, trust: withoutExternalIds(trustPolicy) };
  expect(differencesOf(rotated, model, baseline)).toEqual([]);
  expect(JSON.stringify(rotated.trust)).not.toContain("one");
});
