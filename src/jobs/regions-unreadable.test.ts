import { expect, test } from "vitest";
import type { AwsError } from "#model/aws-call.ts";
import { nextRegionsTry, regionsUnreadable } from "./regions-unreadable.ts";

const denied: AwsError = {
  code: "AccessDeniedException",
  reason: "denied",
  message: "User: arn:aws:sts::1:assumed-role/r/s is not authorized to perform: account:ListRegions",
  status: 403,
  requestId: null,
};
const policyArn = "arn:aws:organizations::1:policy/o-a/service_control_policy/p-1";
const scp: AwsError = { ...denied, deniedBy: { layer: "scp", policyArn } };
const throttled: AwsError = { ...denied, code: "Throttling", reason: "throttled", message: "Rate exceeded" };

const cases: [string, AwsError[], RegExp, RegExp][] = [
  [
    "a role without the actions",
    [denied, { ...denied, code: "UnauthorizedOperation" }],
    /^The role may call neither account:ListRegions nor ec2:DescribeRegions, so .* nothing is harvested\.$/,
    /^Update the role's stack .* then harvest now\.$/,
  ],
  [
    "an explicit deny in the role's own policy is the role's too",
    [{ ...denied, deniedBy: { layer: "identity", policyArn: null } }, denied],
    /^The role may call neither/,
    /^Update the role's stack/,
  ],
  [
    "a service control policy",
    [scp, scp],
    /^A service control policy \(arn:.*p-1\) denies account:ListRegions and ec2:DescribeRegions, so .*\.$/,
    /^Except Skywarden's role in that policy/,
  ],
  [
    "a service control policy for one, the role for the other",
    [denied, scp],
    /^A service control policy \(arn:.*p-1\) denies ec2:DescribeRegions and the role may not call account:ListRegions, so .*\.$/,
    /^Except Skywarden's role in that policy/,
  ],
  [
    "what may pass by itself",
    [denied, throttled],
    /^The enabled regions could not be read \(AccessDeniedException, then Throttling\), so .*\.$/,
    /^It is tried again within the hour\./,
  ],
];

test.each(cases)("unreadable regions are one sentence with what to do: %s", (_, errors, reason, action) => {
  const status = regionsUnreadable(errors);
  expect(status).toMatchObject({ state: "warning", code: "regions-unreadable" });
  expect(status.reason).toMatch(reason);
  expect(status.reason?.match(/\. /)).toBeNull();
  expect(status.action).toMatch(action);
});

const tries: [
  title: string,
  code: string | null,
  minutesSince: number,
  errors: AwsError[],
  minutes: number,
][] = [
  ["at first after a minute", null, 3_000, [denied, denied], 1],
  ["then as long again as they have been denied", "regions-unreadable", 90, [denied, denied], 90],
  ["once a day at least", "regions-unreadable", 10_000, [denied, denied], 1_440],
  ["what may pass within the hour", "regions-unreadable", 10_000, [throttled, denied], 60],
  ["never at once", "regions-unreadable", 0, [throttled, throttled], 1],
];
test.each(tries)("unreadable regions are tried %s", (_, stateCode, minutesSince, errors, minutes) => {
  const now = new Date("2026-11-22T12:00:00Z");
  const stateSince = new Date(now.getTime() - minutesSince * 60_000);
  const next = nextRegionsTry({ stateCode, stateSince }, errors, now);
  expect((next.getTime() - now.getTime()) / 60_000).toBe(minutes);
});
