// The table is read from the top: every row must be reachable and name an API that exists.
import { createRequire } from "node:module";
import { expect, test } from "vitest";
import { bucketOf, quotaOf, quotas } from "./quotas.ts";

const require = createRequire(import.meta.url);

test.each(
  quotas.map((quota) => [`${quota.service} ${quota.operationClass}`, quota] as const),
)("%s", (_, quota) => {
  expect(() => require.resolve(`@aws-sdk/client-${quota.service}`)).not.toThrow();
  expect(quota.capacity).toBeGreaterThanOrEqual(1);
  expect(quota.refillPerSecond).toBeGreaterThan(0);
  for (const pattern of quota.operations) {
    expect(pattern).toMatch(/^[A-Za-z]*\*?$/);
    // What a pattern stands for is not taken by a row above it.
    expect(quotaOf(quota.service, pattern.replace("*", "Zz"))).toBe(quota);
  }
});

test.each([
  ["ec2", "DescribeVolumes", "DescribeVolumes"],
  ["s3", "GetBucketPolicy", "bucket-configuration"],
  ["s3", "GetObject", "objects-read"],
  ["s3", "PutObjectLockConfiguration", "bucket-configuration"],
  ["secrets-manager", "ListSecretVersionIds", "write"],
  ["account", "EnableRegion", "EnableRegion"],
  ["sts", "AssumeRole", "all"],
])("%s %s takes from %s", (service, operation, bucket) => {
  const quota = quotaOf(service, operation);
  expect(quota && bucketOf(quota, operation)).toBe(bucket);
});

test("of an API without a row nothing is known", () => {
  expect(quotaOf("sqs", "SendMessage")).toBeUndefined();
});
