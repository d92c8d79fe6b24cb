import { expect, test } from "vitest";
import type { AwsError } from "#model/aws-call.ts";
import type { CloudState } from "#model/cloud.ts";
import { nextTry, type RoleHistory, statusOfFailure } from "./role-failure.ts";

const now = new Date("2026-11-22T12:00:00Z");
const hoursAgo = (hours: number) => new Date(now.getTime() - hours * 3_600_000);
const roleArn = "arn:aws:iam::222222222222:role/Skywarden-Harvest-Member-Role";
const fresh: RoleHistory = {
  principal: roleArn,
  keyId: null,
  isManaged: true,
  workedAt: null,
  awaitingSince: null,
  failures: 0,
  isInvalid: false,
  awaitingMs: null,
};
const denied: AwsError = {
  code: "AccessDenied",
  reason: "denied",
  message: "not authorized",
  status: 403,
  requestId: null,
};
const error = (code: string, reason: AwsError["reason"]): AwsError => ({
  code,
  reason,
  message: "it says so",
  status: 400,
  requestId: null,
});

const cases: [string, AwsError, Partial<RoleHistory>, CloudState | null, RegExp | null][] = [
  ["new and managed", denied, {}, "awaiting-role", /cannot be assumed yet/],
  ["awaited for 24 hours", denied, { awaitingSince: hoursAgo(24) }, "awaiting-role", null],
  [
    "awaited for longer",
    denied,
    { awaitingSince: hoursAgo(24.1) },
    "assume-role-failed",
    /It never worked\./,
  ],
  ["connected by itself", denied, { isManaged: false }, "assume-role-failed", /It never worked\./],
  [
    "worked before",
    denied,
    { workedAt: hoursAgo(2) },
    "assume-role-failed",
    /until 2026-11-22T10:00:00.000Z.*not authorized/,
  ],
  [
    "worked before, awaited since",
    denied,
    { workedAt: hoursAgo(2), awaitingSince: hoursAgo(1) },
    "assume-role-failed",
    null,
  ],
  ["throttled", error("Throttling", "throttled"), {}, null, null],
  ["not reachable", error("ConnectionFailed", "unavailable"), { workedAt: hoursAgo(2) }, null, null],
  [
    "no credentials of ours",
    error("NoPlatformCredentials", "failed"),
    {},
    "invalid-credentials",
    /own credentials/,
  ],
  [
    "our key is unknown, more often than may happen to a valid one",
    error("InvalidClientTokenId", "denied"),
    { workedAt: hoursAgo(2), isInvalid: true },
    "invalid-credentials",
    null,
  ],
  [
    "our session has ended",
    error("ExpiredToken", "denied"),
    { isInvalid: true },
    "invalid-credentials",
    null,
  ],
  ["our key is unknown, for now", error("InvalidClientTokenId", "denied"), {}, null, null],
  [
    "a stored key is refused, more often than may happen to a valid one",
    error("SignatureDoesNotMatch", "denied"),
    { keyId: "AKIA1", isInvalid: true },
    "invalid-credentials",
    /AKIA1 does not work/,
  ],
  [
    "a stored key is refused, for now",
    error("SignatureDoesNotMatch", "denied"),
    { keyId: "AKIA1" },
    null,
    null,
  ],
  [
    "awaited for longer than the setting",
    denied,
    { awaitingSince: hoursAgo(3), awaitingMs: 2 * 3_600_000 },
    "assume-role-failed",
    null,
  ],
  [
    "awaited for less than the setting",
    denied,
    { awaitingSince: hoursAgo(30), awaitingMs: 48 * 3_600_000 },
    "awaiting-role",
    null,
  ],
];

test.each(cases)("%s (S95, E25)", (_, failure, history, state, reason) => {
  const status = statusOfFailure(failure, { ...fresh, ...history }, now);
  expect(status?.state ?? null).toBe(state);
  if (reason) expect(status?.reason).toMatch(reason);
  // Every status that is not healthy says what to do.
  if (status) expect(status.action).toMatch(/\.$/);
});

test.each([
  [0, 1],
  [1, 2],
  [5, 32],
  [6, 60],
  [500, 60],
])("after %i failures the next try is in %i minutes", (failures, minutes) => {
  expect(nextTry(failures, now).getTime() - now.getTime()).toBe(minutes * 60_000);
});
