// The same role from each format, with everything that can be chosen and more actions than one policy holds: as a
// stack, from the JSON by IAM's calls, and from the AWS CLI lines as a shell runs them.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { small } from "../../../simulator/worlds/small.ts";
import { organizationRoleActions } from "../organization-actions.ts";
import { type SimulatedAws, startSimulatedAws } from "../testing/simulated-aws.ts";
import type { ConcreteRole } from "./concrete-role.ts";
import type { RoleName, TemplateParameters } from "./role-model.ts";
import { renderTemplate, type TemplateFormat } from "./template.ts";

/** Of names as long as the longest ones: more than one policy holds, and no more than a stack takes from a command line. */
const manyActions = Array.from(
  { length: 200 },
  (_, i) => `resource-explorer-2:DescribeOrganizationConfiguration${i}`,
);
const { managementAccountId, prodAccountId, devAccountId, hostingAccountId } = small;

let aws: SimulatedAws;
const folder = mkdtempSync(join(tmpdir(), "skywarden-formats-"));
beforeAll(async () => {
  aws = await startSimulatedAws({ world: "small" });
});
afterAll(async () => {
  await aws.close();
  rmSync(folder, { recursive: true });
});

const cases: [name: RoleName, policies: number][] = [
  ["organization-role", 1],
  ["member-role", 3],
  ["install-role", 1],
];
const given: TemplateParameters = {
  rolePath: "/security/a+b=c@d/",
  permissionsBoundaryArn: "arn:aws:iam::aws:policy/ReadOnlyAccess",
  platformRoleArn: [
    `arn:aws:iam::${hostingAccountId}:role/Skywarden-Install-Role`,
    `arn:aws:iam::${devAccountId}:role/second/Installation`,
  ],
  externalId: "skywarden-0123456789abcdef",
  roleType: "standard",
  tags: [
    { key: "owner", value: "team a/b" },
    { key: "cost", value: "=1" },
  ],
};
const render = (name: RoleName, format: TemplateFormat) =>
  renderTemplate(name, format, { ...given, roleName: `R-${name}`, policyName: `P-${name}` }, manyActions)
    .text;
const awsTags = (tags: { key: string; value: string }[]) =>
  tags.map(({ key, value }) => ({ Key: key, Value: value }));

async function byStack(accountId: string, name: RoleName): Promise<void> {
  const made = await aws.createStack(accountId, name, render(name, "cloudformation"));
  expect([made.status, made.reason]).toEqual(["CREATE_COMPLETE", ""]);
}

async function byJson(accountId: string, name: RoleName): Promise<void> {
  const role = JSON.parse(render(name, "json")) as ConcreteRole;
  const { roleName: RoleName, path: Path } = role;
  const iam = (operation: string, input: object) =>
    aws.must<{ Policy?: { Arn?: string } }>(accountId, "iam", operation, { ...input });
  await iam("CreateRole", {
    ...{ RoleName, Path, PermissionsBoundary: role.permissionsBoundaryArn, Tags: awsTags(role.tags) },
    AssumeRolePolicyDocument: JSON.stringify(role.trustPolicy),
  });
  for (const { name: PolicyName, document } of role.policies) {
    const made = await iam("CreatePolicy", { PolicyName, Path, PolicyDocument: JSON.stringify(document) });
    await iam("AttachRolePolicy", { RoleName, PolicyArn: made.Policy?.Arn });
  }
  for (const PolicyArn of role.managedPolicyArns) await iam("AttachRolePolicy", { RoleName, PolicyArn });
}

/** Stands in for the AWS CLI: notes its arguments and answers the ARN that a new policy will have. */
const standIn = `aws() {
  for word in "$@"; do printf '%s\\0' "$word"; done >> "$NOTES"; printf '\\n\\0' >> "$NOTES"
  previous= name= path=
  for word in "$@"; do
    case $previous in --policy-name) name=$word ;; --path) path=$word ;; esac
    previous=$word
  done
  printf 'arn:aws:iam::%s:policy%s%s\\n' "$ACCOUNT" "$path" "$name"
}
`;

async function byCliLines(accountId: string, name: RoleName): Promise<void> {
  const notes = join(folder, name);
  writeFileSync(notes, "");
  execFileSync("sh", ["-c", standIn + render(name, "cli")], {
    env: { PATH: "/usr/bin:/bin", NOTES: notes, ACCOUNT: accountId },
  });
  for (const call of readFileSync(notes, "utf8").split("\n\0")) {
    const [service, command = "", ...words] = call.split("\0").slice(0, -1);
    if (!service) continue;
    const input: Record<string, unknown> = {};
    for (let at = 0; at < words.length; at += 2) {
      const option = pascal((words[at] ?? "").slice(2));
      const text = words[at + 1] ?? "";
      if (option === "Query" || option === "Output") continue;
      input[option] = option === "Tags" ? JSON.parse(text) : /^\d+$/.test(text) ? Number(text) : text;
    }
    await aws.must(accountId, service, pascal(command), input);
  }
}

const pascal = (text: string) =>
  text.replace(/(^|-)([a-z])/g, (_, __, letter: string) => letter.toUpperCase());

interface Shown {
  Path?: string;
  Tags?: { Key: string; Value: string }[];
  PermissionsBoundary?: { PermissionsBoundaryArn?: string };
  AssumeRolePolicyDocument?: string;
}

/** All that makes the role what it is, whichever account it is in. */
async function roleIn(accountId: string, name: RoleName) {
  const RoleName = `R-${name}`;
  const iam = <Output>(operation: string, input: Record<string, unknown>) =>
    aws.must<Output>(accountId, "iam", operation, input);
  const { Role = {} } = await iam<{ Role?: Shown }>("GetRole", { RoleName });
  const { AttachedPolicies = [] } = await iam<{
    AttachedPolicies?: { PolicyArn: string; PolicyName: string }[];
  }>("ListAttachedRolePolicies", { RoleName });
  const policies = [];
  for (const { PolicyArn } of AttachedPolicies) {
    const { PolicyVersion } = await iam<{ PolicyVersion: { Document: string } }>("GetPolicyVersion", {
      PolicyArn,
      VersionId: "v1",
    });
    policies.push([PolicyArn, JSON.parse(decodeURIComponent(PolicyVersion.Document))]);
  }
  const byKey = (a: { Key: string }, b: { Key: string }) => (a.Key < b.Key ? -1 : 1);
  const shown = {
    path: Role.Path,
    boundary: Role.PermissionsBoundary?.PermissionsBoundaryArn,
    tags: [...(Role.Tags ?? [])].sort(byKey),
    trust: JSON.parse(decodeURIComponent(Role.AssumeRolePolicyDocument ?? "{}")),
    policies: policies.sort(([a], [b]) => (String(a) < String(b) ? -1 : 1)),
  };
  // The install role names itself by its own account, or by any.
  return JSON.parse(
    JSON.stringify(shown)
      .replaceAll(`:${accountId}:policy`, ":own:policy")
      .replaceAll(`iam::${accountId}:role${given.rolePath}`, `iam::*:role${given.rolePath}`),
  );
}

test.each(cases)("%s is the same from each format (S39, E22)", async (name, policies) => {
  await byStack(prodAccountId, name);
  await byJson(devAccountId, name);
  await byCliLines(managementAccountId, name);
  const stack = await roleIn(prodAccountId, name);
  expect(stack).toMatchObject({
    path: given.rolePath,
    boundary: given.permissionsBoundaryArn,
    tags: expect.arrayContaining([...awsTags(given.tags ?? [])]),
  });
  expect(stack.policies).toHaveLength(policies);
  if (name !== "install-role")
    expect(stack.trust.Statement[0]).toMatchObject({
      Principal: { AWS: [`arn:aws:iam::${hostingAccountId}:root`, `arn:aws:iam::${devAccountId}:root`] },
      Condition: { ArnEquals: { "aws:PrincipalArn": given.platformRoleArn } },
    });
  expect(await roleIn(devAccountId, name)).toEqual(stack);
  expect(await roleIn(managementAccountId, name)).toEqual(stack);
});

test("the split policies allow every action that was asked for, once", async () => {
  const { policies } = await roleIn(prodAccountId, "member-role");
  const actions = policies.flatMap(([, document]: [string, { Statement: { Action: string[] }[] }]) =>
    document.Statement.flatMap((statement) => statement.Action),
  );
  expect(new Set(actions).size).toBe(actions.length);
  expect(actions).toEqual(expect.arrayContaining(manyActions));
  const organization = await roleIn(prodAccountId, "organization-role");
  expect(organization.policies[0][1].Statement[0].Action).toEqual([...organizationRoleActions].sort());
});
