import { describe, expect, test } from "vitest";
import { type RoleModel, roleModel } from "./role-model.ts";
import { roleTags, templateVersion, versionTagKey } from "./template-version.ts";

const member = (actions: string[]) => roleModel("member-role", actions);
const base = member(["ec2:DescribeInstances", "backup:ListBackupPlans"]);

const versionCases: [title: string, model: RoleModel, isSame: boolean][] = [
  ["the same actions in another order", member(["backup:ListBackupPlans", "ec2:DescribeInstances"]), true],
  ["other words", { ...base, title: "T", description: "D" }, true],
  ["other default names", { ...base, defaultRoleName: "R", defaultPolicyName: base.defaultPolicyName }, true],
  ["one action more", member(["ec2:DescribeInstances", "backup:ListBackupPlans", "s3:ListBucket"]), false],
  ["an action that only the standard type names", member(["backup:ListBackupPlans"]), false],
  ["another trust", { ...base, trust: ["ec2.amazonaws.com"] }, false],
  ["another role", roleModel("organization-role", []), false],
];

describe("the version of a role's template", () => {
  test.each(versionCases)("%s", (_, model, isSame) => {
    expect(templateVersion(model) === templateVersion(base)).toBe(isSame);
  });

  test("names the template and twelve characters of its content, as a tag's value may be", () => {
    expect(templateVersion(base)).toMatch(/^member-role:[0-9a-f]{12}$/);
  });
});

test("nobody replaces the version's tag by one of their own", () => {
  const given = {
    tags: [
      { key: versionTagKey, value: "mine" },
      { key: "owner", value: "a" },
    ],
  };
  expect(roleTags(base, given)).toEqual([
    { key: "owner", value: "a" },
    { key: versionTagKey, value: templateVersion(base) },
  ]);
});
