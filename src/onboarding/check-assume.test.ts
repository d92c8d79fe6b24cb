import { expect, test } from "vitest";
import type { AwsError } from "#model/aws-call.ts";
import { assumeError, keyError } from "./check-assume.ts";

const error = (change: Partial<AwsError>): AwsError => ({
  ...{ code: "AccessDenied", message: "It failed", status: 403, requestId: null, reason: "denied" },
  ...change,
});
const throttled = error({ code: "Throttling", message: "Rate exceeded", reason: "throttled" });
const away = error({ code: "ConnectionFailed", status: null, reason: "unavailable" });
const caller = "arn:aws:iam::111111111111:role/Install";
const role = {
  ...{ arnPath: "/roleArn", durationPath: "/durationSeconds", durationSeconds: 7200, caller, isOwn: false },
};

test.each<[string, Partial<AwsError>, boolean, field: string, words: RegExp]>([
  [
    "refused",
    {},
    false,
    "/roleArn assume-role-failed",
    /trusts arn:aws:iam::111111111111:role\/Install.*external id/,
  ],
  ["refused to itself (E21)", {}, true, "/roleArn assume-role-failed", /runs as.*template/],
  [
    "throttled",
    throttled,
    false,
    "/roleArn assume-role-failed",
    /could not be asked.*Rate exceeded\. Try again/,
  ],
  ["not answered", away, true, "/roleArn assume-role-failed", /could not be asked.*Try again/],
  [
    "longer than the role allows",
    {
      code: "ValidationError",
      message: "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.",
    },
    false,
    "/durationSeconds out-of-range",
    /7,200 seconds\. Give fewer/,
  ],
  [
    "asked with credentials that ended",
    { code: "ExpiredToken" },
    false,
    "/credentialSource credentials-not-accepted",
    /credentials of arn:aws:iam::111111111111:role\/Install.*Renew/,
  ],
])("a role that is %s", (_, change, isOwn, field, words) => {
  const { path, code, detail } = assumeError(error(change), { ...role, isOwn });
  expect([`${path} ${code}`, detail]).toEqual([field, expect.stringMatching(words)]);
  if (!/external id/.test(words.source)) expect(detail).not.toContain("external id");
});

test.each<[string, Partial<AwsError>, field: string, words: RegExp]>([
  [
    "unknown",
    { code: "InvalidClientTokenId" },
    "/accessKeyId invalid-access-key",
    /does not accept.*active key/,
  ],
  ["of another secret", { code: "SignatureDoesNotMatch" }, "/secretAccessKey invalid-secret-key", /secret/],
  ["throttled", throttled, "/accessKeyId key-not-tried", /could not be asked.*Try again/],
  ["not answered", away, "/accessKeyId key-not-tried", /could not be asked.*Try again/],
])("a key that is %s", (_, change, field, words) => {
  const { path, code, detail } = keyError(error(change));
  expect([`${path} ${code}`, detail]).toEqual([field, expect.stringMatching(words)]);
});
