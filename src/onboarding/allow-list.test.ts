import { expect, test } from "vitest";
import { allowListText } from "./allow-list.ts";

const caller = "arn:aws:iam::111111111111:role/Skywarden-Install-Role";
const known = { caller, userAgent: "skywarden/1.0", actions: ["s3:ListAllMyBuckets", "ec2:DescribeVpcs"] };

test("the text for an allow-list names who calls, as what, and every action, that which assumes the role too", () => {
  const arn = "arn:aws:iam::<each account>:role/Harvest";
  const roles = [
    { arn, sessionName: "Skywarden" },
    { arn: `${arn}-Org`, sessionName: "Skywarden" },
  ];
  expect(allowListText({ ...known, roles }).split("\n")).toEqual([
    "What CloudTrail shows of Skywarden",
    "",
    `Assumed by:        ${caller}`,
    `Role:              ${arn}`,
    `Role:              ${arn}-Org`,
    "Role session name: Skywarden",
    "User agent:        skywarden/1.0",
    "Source identity:   none is set",
    "",
    "Only what reads is called, beside the assuming of the roles:",
    "  ec2:DescribeVpcs",
    "  s3:ListAllMyBuckets",
    "  sts:AssumeRole",
    "  sts:GetCallerIdentity",
    "",
  ]);
});

test("without a role nothing is assumed", () => {
  const text = allowListText({ ...known, roles: [] });
  expect(text).toContain(`Calls are made by: ${caller}`);
  expect(text).toContain("Only what reads is called:\n");
  expect(text).not.toContain("AssumeRole");
});
