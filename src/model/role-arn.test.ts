import { expect, test } from "vitest";
import { isSameRole } from "./role-arn.ts";

const role = "arn:aws:iam::111111111111:role/Skywarden-Install-Role";
test.each([
  [role, role, true],
  [role, ` ${role}`, true],
  [role, role.replace("role/", "role/hosts/europe/"), true],
  [role, role.replace("1111", "2222"), false],
  [role, role.replace("aws", "aws-cn"), false],
  [role, `${role}-2`, false],
  [role, role.replace("role/", "role/2"), false],
  [role, role.replace(":role/", ":user/"), false],
  ["", "", false],
])("%s and %s: %s", (one, other, same) => {
  expect(isSameRole(one, other)).toBe(same);
});
