// The combined template as one stack in the management account of the small world: both roles there, the member
// role in every account of the units, and in one that comes later.
import { execFileSync } from "node:child_process";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parse } from "yaml";
import { loadCatalog } from "#catalog/load.ts";
import { iam } from "../../../simulator/iam-lookup.ts";
import { organizationOf } from "../../../simulator/organization.ts";
import { small } from "../../../simulator/worlds/small.ts";
import { makeRole, type SimulatedAws, startSimulatedAws } from "../testing/simulated-aws.ts";
import type { Template } from "./cloudformation.ts";
import type { TemplateParameters } from "./role-model.ts";
import { renderTemplate, type TemplateFormat } from "./template.ts";

let aws: SimulatedAws;
const actions = (await loadCatalog()).allHarvestActions();
const externalId = "skywarden-0123456789abcdef";
const { managementAccountId, prodAccountId, devAccountId } = small;
const render = (format: TemplateFormat, given: TemplateParameters = {}) =>
  renderTemplate("combined", format, { platformRoleArn: [aws.platformArn], externalId, ...given }, actions)
    .text;

beforeAll(async () => {
  aws = await startSimulatedAws({ world: "small" });
});
afterAll(() => aws.close());

async function rootId(of = aws): Promise<string> {
  const { Roots } = await of.must<{ Roots: { Id: string }[] }>(
    managementAccountId,
    "organizations",
    "ListRoots",
  );
  return Roots[0]?.Id ?? "";
}
const accountNamed = (name: string) =>
  organizationOf(aws.simulator.world)
    ?.accounts.list()
    .find((account) => account.Name === name)?.Id ?? "";
const rolesOf = (accountId: string) =>
  [...iam(aws.simulator.world, accountId).roles.list()].map(({ RoleName }) => RoleName);

async function until(condition: () => boolean): Promise<void> {
  for (let tries = 0; tries < 200 && !condition(); tries++)
    await new Promise((resolve) => setTimeout(resolve, 20));
}

test("one stack equips the organization, and accounts that come later", async () => {
  await aws.must(managementAccountId, "cloudformation", "ActivateOrganizationsAccess", {});
  const text = render("cloudformation", {
    organizationalUnitId: [await rootId()],
    tags: [{ key: "owner", value: "security" }],
  });
  expect(text.length).toBeLessThan(51_200);
  const stack = await aws.createStack(managementAccountId, "Skywarden", text);
  expect([stack.status, stack.reason]).toEqual(["CREATE_COMPLETE", ""]);
  const memberRole = "Skywarden-Harvest-Member-Role";
  await until(() => rolesOf(devAccountId).includes(memberRole));
  expect(rolesOf(managementAccountId)).toEqual(
    expect.arrayContaining(["Skywarden-Harvest-Org-Role", memberRole]),
  );
  const held = await aws.platform.credentials();
  for (const accountId of [managementAccountId, prodAccountId, devAccountId]) {
    expect(rolesOf(accountId)).toContain(memberRole);
    const assumed = await aws.roles().assume({
      source: { id: "platform", credentials: async () => held },
      roleArn: `arn:aws:iam::${accountId}:role/${memberRole}`,
      externalId,
      sessionName: "test",
      durationSeconds: 900,
      region: "us-east-1",
    });
    expect(assumed.ok, JSON.stringify(assumed)).toBe(true);
  }
  const { Tags } = await aws.must<{ Tags: { Key: string; Value: string }[] }>(
    managementAccountId,
    "iam",
    "ListRoleTags",
    { RoleName: memberRole },
  );
  expect(Tags).toContainEqual({ Key: "owner", Value: "security" });
  await aws.must(managementAccountId, "organizations", "CreateAccount", {
    AccountName: "late",
    Email: "late@example.org",
  });
  await until(() => accountNamed("late") !== "");
  const late = accountNamed("late");
  await until(() => rolesOf(late).includes(memberRole));
  expect(rolesOf(late)).toContain(memberRole);
});

test("without trusted access for StackSets the stack fails whole and says why", async () => {
  const other = await startSimulatedAws({ world: "small" });
  const stack = await other.createStack(
    managementAccountId,
    "Skywarden",
    render("cloudformation", { organizationalUnitId: [await rootId(other)] }),
  );
  expect(stack.status).toBe("ROLLBACK_COMPLETE");
  expect(stack.reason).toMatch(/organizations access|trusted access/i);
  await other.close();
});

const preferenceCases: [title: string, given: TemplateParameters, values: object | null, status: string][] = [
  [
    "as many accounts may fail as there are, unless told otherwise",
    {},
    { MaxConcurrentPercentage: 100, FailureTolerancePercentage: 100, RegionConcurrencyType: "SEQUENTIAL" },
    "CREATE_COMPLETE",
  ],
  [
    "none may fail, one account at a time",
    { maxConcurrentCount: 1, failureToleranceCount: 0, regionConcurrencyType: "PARALLEL" },
    // The rollback took the set away.
    null,
    "ROLLBACK_COMPLETE",
  ],
  [
    "one may fail of two at a time, in all regions at once",
    { maxConcurrentCount: 2, failureToleranceCount: 1, regionConcurrencyType: "PARALLEL" },
    { MaxConcurrentCount: 2, FailureToleranceCount: 1, RegionConcurrencyType: "PARALLEL" },
    "CREATE_COMPLETE",
  ],
];
test.each(preferenceCases)("%s (E22)", async (_, given, preferences, status) => {
  const other = await startSimulatedAws({ world: "small" });
  await other.must(managementAccountId, "cloudformation", "ActivateOrganizationsAccess", {});
  // A role of that name is in the way.
  await makeRole(other, prodAccountId, "Skywarden-Harvest-Member-Role", {
    actions: ["s3:ListAllMyBuckets"],
    externalId,
  });
  const organizationalUnitId = [await rootId(other)];
  const stack = await other.createStack(
    managementAccountId,
    "Skywarden",
    render("cloudformation", { organizationalUnitId, ...given }),
  );
  const operations = await other.ask<{ Summaries: { OperationPreferences: object }[] }>(
    managementAccountId,
    "cloudformation",
    "ListStackSetOperations",
    { StackSetName: "Skywarden-Member-Role" },
  );
  const told = operations.ok ? operations.output.Summaries.at(-1)?.OperationPreferences : null;
  expect([stack.status, told]).toEqual([status, preferences]);
  await other.close();
});

test("every name that the template refers to is there", () => {
  const template = parse(render("cloudformation")) as Template;
  const known = new Set([template.Parameters, template.Conditions, template.Resources].flatMap(Object.keys));
  const named: string[] = [];
  const walk = (value: unknown): void => {
    if (typeof value !== "object" || value === null) return;
    for (const [key, inner] of Object.entries(value)) {
      if (key === "Ref" || (key === "Condition" && typeof inner === "string")) named.push(inner as string);
      else if (key === "Fn::GetAtt" || key === "Fn::If") named.push(inner[0]);
      else if (key === "Fn::Sub")
        for (const [, name = ""] of (inner as string).matchAll(/\$\{([\w:]+)\}/g)) named.push(name);
      walk(inner);
    }
  };
  walk(template);
  expect(named.length).toBeGreaterThan(30);
  expect(named.filter((name) => !known.has(name) && !name.startsWith("AWS::"))).toEqual([]);
});

test("the region follows the partition, unless one is chosen", () => {
  const region = (given: TemplateParameters) =>
    (parse(render("cloudformation", given)) as { Parameters: { DeploymentRegion: { Default: string } } })
      .Parameters.DeploymentRegion.Default;
  expect(region({})).toBe("us-east-1");
  expect(region({ platformRoleArn: ["arn:aws-us-gov:iam::999999999999:role/P"] })).toBe("us-gov-west-1");
  expect(region({ platformRoleArn: ["arn:aws-cn:iam::999999999999:role/P"] })).toBe("cn-north-1");
  expect(region({ deploymentRegion: "eu-west-1" })).toBe("eu-west-1");
});

test("JSON is the template, the CLI lines a script with it, Terraform its stack", () => {
  const document = JSON.parse(render("json"));
  expect(document).toEqual(parse(render("cloudformation")));
  const script = render("cli");
  execFileSync("sh", ["-n"], { input: script });
  expect(script).toContain(JSON.stringify(document, null, 2));
  expect(render("terraform")).toMatch(/resource "aws_cloudformation_stack" "skywarden" \{/);
});
