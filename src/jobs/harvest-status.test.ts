import { expect, test } from "vitest";
import type { DeniedGap } from "#store/harvest-gaps.ts";
import { statusOfGaps } from "./harvest-status.ts";

const scp = { layer: "scp", policyArn: "arn:aws:organizations::1:policy/o-a/service_control_policy/p-1" };
const gap = (more: Partial<DeniedGap>): DeniedGap => ({
  operation: "kms:ListKeys",
  reason: "denied",
  code: "AccessDenied",
  deniedBy: null,
  scopes: 17,
  regions: 17,
  message: "no",
  ...more,
});
const operations = (count: number) =>
  Array.from({ length: count }, (_, n) => gap({ operation: `kms:Operation${n}` }));

const cases: [string, DeniedGap[], { state: string; code: string | null; reason: RegExp | null }][] = [
  ["nothing", [], { state: "healthy", code: null, reason: null }],
  [
    "a permission",
    [gap({})],
    { state: "warning", code: "missing-permissions", reason: /^kms:ListKeys is denied\.$/ },
  ],
  [
    "a service control policy",
    [gap({ deniedBy: scp })],
    {
      state: "warning",
      code: "denied-by-scp",
      reason: /is denied by a service control policy: arn:.*p-1\.$/,
    },
  ],
  [
    "one operation in two ways is named once",
    [gap({}), gap({ code: "Other" })],
    { state: "warning", code: "missing-permissions", reason: /^kms:ListKeys is denied\.$/ },
  ],
  [
    "many operations are four and a number",
    operations(7),
    {
      state: "warning",
      code: "missing-permissions",
      reason: /^kms:Operation0, .*kms:Operation3 and 3 more are denied\.$/,
    },
  ],
  [
    "what may pass by itself",
    [gap({ reason: "throttled", code: "Throttling", message: "Rate exceeded" })],
    {
      state: "warning",
      code: "incomplete-harvest",
      reason: /^kms:ListKeys could not be read: Rate exceeded$/,
    },
  ],
  [
    "a denial before what may pass",
    [gap({ reason: "failed", operation: "s3:ListBuckets" }), gap({})],
    { state: "warning", code: "missing-permissions", reason: /^kms:ListKeys is denied\.$/ },
  ],
  [
    "a policy and a missing permission: both are said",
    [gap({}), gap({ operation: "rds:DescribeDBInstances", deniedBy: scp })],
    {
      state: "warning",
      code: "denied-by-scp",
      reason:
        /^rds:DescribeDBInstances is denied by a service control policy: arn:.*p-1; kms:ListKeys is denied\.$/,
    },
  ],
];

test.each(cases)("%s (S45, S95)", (_, gaps, { state, code, reason }) => {
  const status = statusOfGaps(gaps);
  expect(status).toMatchObject({ state, code });
  if (reason) expect(status.reason).toMatch(reason);
  expect(status.action === null).toBe(state === "healthy");
});
