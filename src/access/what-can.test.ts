// What a user or role can do, from its own policies, its groups', AWS's and its account's, less what a boundary, an
// SCP or a denial takes away.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { TestCloud } from "#jobs/testing/catalog-estate.ts";
import { actionsOfService, levelOf } from "./action-levels.ts";
import { accessLevels, accessTargets } from "./targets.ts";
import {
  type AccessEstate,
  allFull,
  allow,
  deny,
  fullAccess,
  now,
  openAccessEstate,
  role,
  text,
} from "./testing/account.ts";
import { type Permissions, whatCan } from "./what-can.ts";

let opened: AccessEstate;
let cloud: TestCloud;
let other: TestCloud;

beforeAll(async () => {
  opened = await openAccessEstate();
  ({ cloud, other } = opened);
});
beforeEach(() => opened.organizationPolicies("SERVICE", allFull([cloud, other])));
afterAll(() => opened.estate.close());

const managed = (name: string, Arn: string, ...statements: object[]) => ({
  PolicyName: name,
  Arn,
  Path: "/",
  DefaultVersionId: "v2",
  PolicyVersionList: [
    { VersionId: "v1", IsDefaultVersion: false, Document: text(fullAccess) },
    { VersionId: "v2", IsDefaultVersion: true, Document: text(...statements) },
  ],
});
const attached = (...arns: string[]) => ({
  AttachedManagedPolicies: arns.map((PolicyArn) => ({ PolicyArn, PolicyName: PolicyArn.split("/").at(-1) })),
});
const ofAws = "arn:aws:iam::aws:policy/ReadTables";
const own = () => `arn:aws:iam::${cloud.accountId}:policy/queues`;

function permissions(name: string, service?: string, type = "aws.iam.role"): Promise<Permissions> {
  return opened.withDocument(type, name, (tx, document) => whatCan(tx, document, service ?? null, now));
}

/** "verdict by statements" of one action. */
async function answer(name: string, action: string, type?: string): Promise<string> {
  const { actions } = await permissions(name, action.split(":")[0], type);
  const found = actions?.find((one) => one.action === action);
  if (!found) return "not granted";
  const { verdict, statements, conditionKeys, deniedBy, notAllowedBy, unread } = found;
  return [
    `${verdict} ${statements.map(({ policyName, sid }) => `${policyName}/${sid}`).join(",")}`,
    ...(conditionKeys.length > 0 ? [`if ${conditionKeys.join(",")}`] : []),
    ...deniedBy.map(({ layer, sid, attachedTo }) => `denied in ${layer} by ${sid} at ${attachedTo.id}`),
    ...notAllowedBy.map((layer) => `not allowed in ${layer}`),
    ...unread.map((layer) => `unread ${layer}`),
  ].join(" | ");
}

describe("a principal", () => {
  beforeAll(() =>
    opened.identities(cloud, {
      role: [
        role("worker", [allow({ Sid: "Own", Action: "sqs:Send*" })], attached(own(), ofAws)),
        role("bounded", [allow({ Sid: "All", Action: "*" })], {
          PermissionsBoundary: { PermissionsBoundaryArn: own() },
        }),
        role("admin", [
          allow({ Sid: "All", Action: "*" }),
          deny({ Sid: "NoKeys", Action: "kms:ScheduleKeyDeletion" }),
        ]),
        role("unclear", [], attached("arn:aws:iam::aws:policy/NeverRead")),
        role("hosts", [allow({ Sid: "One", Action: "s3:GetObject", Resource: "arn:aws:s3:::a/*" })]),
        role("opener", [
          allow({ Sid: "Roles", Action: "sts:AssumeRole", Resource: "arn:aws:iam::*:role/*" }),
          allow({ Sid: "Keys", Action: "kms:Decrypt", Resource: "arn:aws:kms:*:*:key/*" }),
        ]),
        role("careful", [
          allow({
            Sid: "Mfa",
            Action: "s3:DeleteBucket",
            Condition: { Bool: { "aws:MultiFactorAuthPresent": "true" } },
          }),
        ]),
      ],
      user: [{ UserName: "anna", Path: "/", GroupList: ["tables", "gone"] }],
      group: [{ GroupName: "tables", Path: "/", ...attached(ofAws) }],
      policy: [
        managed("queues", own(), allow({ Sid: "Queues", Action: ["sqs:ReceiveMessage", "sqs:SendMessage"] })),
      ],
      "aws-managed-policy": [managed("ReadTables", ofAws, allow({ Sid: "Tables", Action: "dynamodb:Get*" }))],
    }),
  );

  const cases: [name: string, action: string, expected: () => string][] = [
    ["worker", "sqs:SendMessage", () => "allowed own/Own,queues/Queues"],
    ["worker", "dynamodb:GetItem", () => "allowed ReadTables/Tables"],
    ["worker", "dynamodb:PutItem", () => "not granted"],
    ["bounded", "sqs:ReceiveMessage", () => "allowed own/All"],
    ["bounded", "sqs:DeleteQueue", () => "denied own/All | not allowed in boundary"],
    [
      "admin",
      "kms:ScheduleKeyDeletion",
      () => `denied own/All | denied in identity by NoKeys at arn:aws:iam::${cloud.accountId}:role/admin`,
    ],
    ["hosts", "s3:GetObject", () => "allowed own/One"],
    // Whether a trust or key policy agrees is told by the role or key.
    ["opener", "sts:AssumeRole", () => "allowed own/Roles"],
    ["opener", "kms:Decrypt", () => "allowed own/Keys"],
    ["careful", "s3:DeleteBucket", () => "conditional own/Mfa | if aws:MultiFactorAuthPresent"],
  ];
  test.each(cases)("%s asking for %s", async (name, action, expected) => {
    expect(await answer(name, action)).toBe(expected());
  });

  test("a user has its groups' permissions; one that was not read leaves what it may unknown", async () => {
    expect(await answer("anna", "dynamodb:GetItem", "aws.iam.user")).toBe(
      "unknown ReadTables/Tables | unread identity",
    );
  });

  test("a policy that was not read is told: what it grants is not known", async () => {
    const { notRead } = await permissions("unclear");
    expect(notRead).toEqual([
      {
        what: "arn:aws:iam::aws:policy/NeverRead",
        cloudId: cloud.id,
        why: "The document of arn:aws:iam::aws:policy/NeverRead was not read.",
      },
    ]);
  });

  test("an SCP takes away, and is named with where it hangs", async () => {
    const scps = allFull([cloud, other]);
    await opened.organizationPolicies("SERVICE", {
      ...scps,
      "ou-prod": [fullAccess, deny({ Sid: "NoTables", Action: "dynamodb:*" })],
    });
    expect(await answer("worker", "dynamodb:GetItem")).toBe(
      "denied ReadTables/Tables | denied in scp by NoTables at ou-prod",
    );
    const { services } = await permissions("worker");
    expect(services.find(({ service }) => service === "dynamodb")?.takenAway.scp).toBeGreaterThan(3);
  });

  test("is told by service and access level, an administrator of all", async () => {
    const { services, notRead } = await permissions("worker");
    expect(services.map(({ service }) => service)).toEqual(["dynamodb", "sqs"]);
    expect(services[1]?.levels).toEqual({
      read: { allowed: 1, conditional: 0, unknown: 0, denied: 0 },
      write: { allowed: 1, conditional: 0, unknown: 0, denied: 0 },
    });
    expect(notRead).toEqual([]);
    const all = await permissions("admin");
    expect(all.services.length).toBeGreaterThan(400);
    expect(all.services.find(({ service }) => service === "kms")?.takenAway).toEqual({ deny: 1 });
  });
});

test("every action of the targets is one of AWS's, at its level", async () => {
  const wrong: string[] = [];
  for (const { action, level } of accessTargets.flatMap(({ actions }) => actions)) {
    const known = (await actionsOfService(action.split(":")[0] ?? "")).find((one) => one.action === action);
    if (known?.level !== level) wrong.push(`${action} ${level} ${known?.level}`);
  }
  expect(wrong).toEqual([]);
  expect(accessLevels).not.toContain(levelOf("Tagging, Write"));
});
