// What a role lacks for this release, what is not seen for it, which release made it, and what mends it.
import { describe, expect, test } from "vitest";
import { loadCatalog } from "#catalog/load.ts";
import type { RolePolicy } from "#model/role-inspection.ts";
import { blindnessOf } from "./role-blindness.ts";
import { mendOf } from "./role-mend.ts";
import { listedActions, neededActions } from "./role-upkeep.ts";
import { templateReleases } from "./template-releases.ts";
import { roleTemplate } from "./templates/cloudformation.ts";
import { roleModel } from "./templates/role-model.ts";
import { templateVersion } from "./templates/template-version.ts";

const needs = { harvestActions: ["s3:GetBucketAcl", "s3:ListAllMyBuckets"] };
const allowing = (statement: object): RolePolicy => ({
  kind: "inline",
  name: "one",
  arn: null,
  version: null,
  document: { Statement: [{ Effect: "Allow", Resource: "*", ...statement }] },
});
const securityAudit: RolePolicy = {
  ...{ kind: "aws-managed", name: "SecurityAudit", arn: "arn:aws:iam::aws:policy/SecurityAudit" },
  ...{ version: null, document: null },
};
const listed = (...policies: RolePolicy[]) =>
  listedActions(
    {
      ...{ roleId: "", template: null, stackName: null, trust: {}, boundaryArn: null, boundary: null },
      tags: [],
      policies,
    },
    needs,
  );
const others = ["iam:Get*", "iam:List*", "iam:Simulate*", "ec2:DescribeRegions"];
const all = ["s3:GetBucketAcl", "s3:ListAllMyBuckets", ...others];

describe("actions that a role's policies list", () => {
  const cases: [string, RolePolicy[], string[], string[]][] = [
    ["by name", [allowing({ Action: all })], [], []],
    [
      "with wildcards, in any case",
      [allowing({ Action: ["S3:getbucket*", "s3:List?llMyBuckets", ...others] })],
      [],
      [],
    ],
    ["by everything else being left out", [allowing({ NotAction: "s3:PutObject" })], [], []],
    ["by AWS's SecurityAudit", [securityAudit], [], []],
    ["not", [allowing({ Action: ["s3:GetBucketAcl", ...others] })], ["s3:ListAllMyBuckets"], []],
    ["not, but left out by name", [allowing({ NotAction: "s3:*" })], needs.harvestActions, []],
    [
      "for some resources",
      [allowing({ Action: others }), allowing({ Action: "s3:*", Resource: "arn:aws:s3:::a" })],
      [],
      needs.harvestActions,
    ],
    [
      "under a condition",
      [allowing({ Action: others }), allowing({ Action: "s3:*", Condition: { Bool: { a: "true" } } })],
      [],
      needs.harvestActions,
    ],
    [
      "only to deny them",
      [allowing({ Action: others }), allowing({ Effect: "Deny", Action: "s3:*" })],
      needs.harvestActions,
      [],
    ],
    [
      "but neither of the two that tell regions",
      [allowing({ Action: ["s3:*", "iam:*"] })],
      ["account:ListRegions", "ec2:DescribeRegions"],
      [],
    ],
  ];

  test.each(cases)("%s (S70)", (_, policies, missing, limited) => {
    expect(listed(...policies)).toEqual({ missing, limited });
  });

  test("are those of the catalog, of the regions and of the look at the role itself", () => {
    expect(neededActions(needs)).toEqual(expect.arrayContaining([...needs.harvestActions, "iam:GetRole"]));
  });
});

describe("what is not seen", () => {
  test("without the listing of a type is all of it, and every insight that reads it, from another type too", async () => {
    const catalog = await loadCatalog();
    const blind = await blindnessOf(catalog, ["s3:ListAllMyBuckets"]);
    expect(blind.resourceTypes).toMatchObject([{ type: "aws.s3.bucket", properties: null }]);
    const ids = blind.insights.map(({ id }) => id);
    expect(ids).toContain("aws.s3.bucket-public-access-block-enabled");
    expect(ids.some((id) => id.startsWith("aws.cloudtrail."))).toBe(true);
    expect(ids.some((id) => id.startsWith("aws.kms."))).toBe(false);
  });

  test("without a detail is its property, and the insights that read that", async () => {
    const blind = await blindnessOf(await loadCatalog(), ["s3:GetBucketVersioning"]);
    expect(blind.resourceTypes).toEqual([
      {
        type: "aws.s3.bucket",
        title: "S3 bucket",
        properties: ["Versioning"],
        actions: ["s3:GetBucketVersioning"],
      },
    ]);
    expect(blind.insights.length).toBeGreaterThan(0);
    expect(blind.insights.map(({ id }) => id)).not.toContain("aws.s3.bucket-public-access-block-enabled");
  });

  test("without what no resource type needs is nothing", async () => {
    expect(await blindnessOf(await loadCatalog(), ["iam:GetRole"])).toEqual({
      resourceTypes: [],
      insights: [],
    });
  });
});

describe("the release that made a template", () => {
  const releases = templateReleases(
    [
      { release: "1.0.0", adds: ["s3:ListAllMyBuckets"], drops: [] },
      { release: "1.1.0", adds: ["s3:GetBucketAcl", "kms:ListKeys"], drops: [] },
      { release: "unreleased", adds: [], drops: ["kms:ListKeys"] },
    ],
    needs.harvestActions,
  );
  const version = (...actions: string[]) => templateVersion(roleModel("member-role", actions));

  test("is known of this release's and of earlier ones (S70)", () => {
    expect(releases.find(version("s3:ListAllMyBuckets"))).toMatchObject({
      release: "1.0.0",
      isCurrent: false,
    });
    expect(releases.find(version("kms:ListKeys", "s3:GetBucketAcl", "s3:ListAllMyBuckets"))).toMatchObject({
      release: "1.1.0",
      isCurrent: false,
    });
    expect(releases.find(version(...needs.harvestActions))).toMatchObject({
      release: "unreleased",
      isCurrent: true,
    });
    expect(releases.find("member-role:000000000000")).toBeNull();
  });

  test("that first needed an action is named", () => {
    expect(releases.releaseOf("s3:GetBucketAcl")).toBe("1.1.0");
    expect(releases.releaseOf("s3:PutObject")).toBeNull();
  });
});

describe("what mends a role", () => {
  const role = {
    ...{ roleArn: "arn:aws:iam::1:role/a/Name", missing: ["kms:ListKeys"], isMember: false },
    usualName: "member-role" as const,
  };
  const mend = (name: "member-role" | null, stackName: string | null, isMember = false, isCurrent = false) =>
    mendOf({ ...role, name, reading: { stackName }, isMember, isCurrent });

  test("from a stack is the update of that stack", () => {
    const { kind, commands } = mend("member-role", "my-stack");
    expect(kind).toBe("stack");
    expect(commands.join("\n")).toMatch(/template member-role.*deploy.*--stack-name my-stack /s);
  });

  test("from a StackSet is the update of the StackSet, by its name where the stack tells it", () => {
    const stack = "StackSet-Members-12345678-1234-1234-1234-123456789abc";
    expect(mend("member-role", stack)).toMatchObject({ kind: "stack-set" });
    expect(mend("member-role", stack).commands[1]).toContain("--stack-set-name Members ");
    expect(mend("member-role", null, true)).toMatchObject({ kind: "stack-set" });
  });

  test("changed by hand under this release's template is a drift-aware change set, as an update changes nothing", () => {
    const { kind, commands } = mend("member-role", "my-stack", true, true);
    expect(kind).toBe("revert");
    expect(commands[0]).toMatch(/create-change-set.*--stack-name my-stack .*--deployment-mode REVERT_DRIFT/s);
  });

  test.each([
    "member-role",
    "organization-role",
  ] as const)("keeps every parameter of the %s", async (name) => {
    const { Parameters } = roleTemplate(roleModel(name, needs.harvestActions), {});
    const { commands } = mendOf({
      ...{ ...role, name, usualName: name, isCurrent: true },
      reading: { stackName: "my-stack" },
    });
    const kept = [...(commands[0] ?? "").matchAll(/ParameterKey=(\w+),UsePreviousValue=true/g)];
    expect(kept.map(([, key]) => key).sort()).toEqual(Object.keys(Parameters).sort());
  });

  test("made by hand is the statement to add", () => {
    const { kind, commands } = mend(null, null);
    expect(kind).toBe("by-hand");
    expect(commands[0]).toMatch(/put-role-policy.*--role-name Name .*"Action":\["kms:ListKeys"\]/s);
  });
});
