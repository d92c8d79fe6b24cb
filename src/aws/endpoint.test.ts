import { expect, test } from "vitest";
import { addressOfLoopbackName, openEndpoints } from "./endpoint.ts";
import { sdkOperation } from "./operations.ts";
import { awsSettingsFrom } from "./settings.ts";

type Case = [
  env: Record<string, string>,
  client: string,
  operation: string,
  input: Record<string, unknown>,
  region: string,
  url: string,
  signed: string,
];
const bucket = { Bucket: "my-bucket" };
const account = { AccountId: "222222222222" };
const fips = { AWS_USE_FIPS_ENDPOINT: "true" };
const own = { AWS_ENDPOINT_URL: "http://127.0.0.1:4566" };

const cases: Case[] = [
  [{}, "sts", "GetCallerIdentity", {}, "eu-west-1", "sts.eu-west-1.amazonaws.com", "sts eu-west-1"],
  [{}, "sts", "GetCallerIdentity", {}, "us-east-1", "sts.us-east-1.amazonaws.com", "sts us-east-1"],
  [
    {},
    "organizations",
    "ListAccounts",
    {},
    "eu-west-1",
    "organizations.us-east-1.amazonaws.com",
    "organizations us-east-1",
  ],
  [
    {},
    "organizations",
    "ListAccounts",
    {},
    "cn-north-1",
    "organizations.cn-northwest-1.amazonaws.com.cn",
    "organizations cn-northwest-1",
  ],
  [{}, "iam", "ListUsers", {}, "us-gov-west-1", "iam.us-gov.amazonaws.com", "iam us-gov-west-1"],
  [{}, "ec2", "DescribeVpcs", {}, "cn-north-1", "ec2.cn-north-1.amazonaws.com.cn", "ec2 cn-north-1"],
  // Of the partition's home region, which is where roles are assumed: never the global one.
  [{}, "sts", "GetCallerIdentity", {}, "us-east-1", "sts.us-east-1.amazonaws.com", "sts us-east-1"],
  [
    {},
    "sts",
    "GetCallerIdentity",
    {},
    "us-gov-west-1",
    "sts.us-gov-west-1.amazonaws.com",
    "sts us-gov-west-1",
  ],
  [
    {},
    "sts",
    "GetCallerIdentity",
    {},
    "cn-northwest-1",
    "sts.cn-northwest-1.amazonaws.com.cn",
    "sts cn-northwest-1",
  ],
  [
    {},
    "organizations",
    "ListRoots",
    {},
    "us-gov-west-1",
    "organizations.us-gov-west-1.amazonaws.com",
    "organizations us-gov-west-1",
  ],
  [{}, "s3", "GetBucketAcl", bucket, "eu-west-1", "my-bucket.s3.eu-west-1.amazonaws.com", "s3 eu-west-1"],
  [
    {},
    "s3-control",
    "GetPublicAccessBlock",
    account,
    "eu-west-1",
    "222222222222.s3-control.eu-west-1.amazonaws.com",
    "s3 eu-west-1",
  ],
  [fips, "ec2", "DescribeVpcs", {}, "us-east-1", "ec2-fips.us-east-1.amazonaws.com", "ec2 us-east-1"],
  [fips, "sts", "GetCallerIdentity", {}, "us-east-1", "sts-fips.us-east-1.amazonaws.com", "sts us-east-1"],
  [
    { AWS_USE_DUALSTACK_ENDPOINT: "true" },
    "ec2",
    "DescribeVpcs",
    {},
    "us-east-1",
    "ec2.us-east-1.api.aws",
    "ec2 us-east-1",
  ],
  [own, "organizations", "ListAccounts", {}, "eu-west-1", "127.0.0.1:4566", "organizations eu-west-1"],
  [
    own,
    "s3-control",
    "GetPublicAccessBlock",
    account,
    "eu-west-1",
    "222222222222.127-0-0-1.localhost:4566",
    "s3 eu-west-1",
  ],
  [
    { ...own, AWS_ENDPOINT_URL_S3_CONTROL: "http://[::1]:9" },
    "s3-control",
    "GetPublicAccessBlock",
    account,
    "eu-west-1",
    "222222222222.v6.localhost:9",
    "s3 eu-west-1",
  ],
  [
    { ...own, AWS_ENDPOINT_URL_STS: "https://sts.example:8443" },
    "sts",
    "GetCallerIdentity",
    {},
    "eu-west-1",
    "sts.example:8443",
    "sts eu-west-1",
  ],
  [
    { ...own, AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: "true" },
    "ec2",
    "DescribeVpcs",
    {},
    "eu-west-1",
    "ec2.eu-west-1.amazonaws.com",
    "ec2 eu-west-1",
  ],
];

test.each(
  cases,
)("%o %s:%s %o in %s goes to %s", async (env, client, operation, input, region, url, signed) => {
  const resolve = openEndpoints(awsSettingsFrom(env));
  // Twice: the second may come from what was kept.
  for (const _ of [1, 2]) {
    const { endpoint, signingName, signingRegion } = await resolve(
      sdkOperation(client, operation),
      input,
      region,
    );
    expect(endpoint.port ? `${endpoint.hostname}:${endpoint.port}` : endpoint.hostname).toBe(url);
    expect(`${signingName} ${signingRegion}`).toBe(signed);
  }
});

test("a bucket's endpoint is not kept for another bucket", async () => {
  const resolve = openEndpoints(awsSettingsFrom({}));
  const operation = sdkOperation("s3", "GetBucketAcl");
  const hosts = await Promise.all(
    ["one-bucket", "two-bucket"].map(
      async (Bucket) => (await resolve(operation, { Bucket }, "eu-west-1")).endpoint.hostname,
    ),
  );
  expect(hosts).toEqual(["one-bucket.s3.eu-west-1.amazonaws.com", "two-bucket.s3.eu-west-1.amazonaws.com"]);
});

const names: [hostname: string, address: string | null][] = [
  ["127-0-0-1.localhost", "127.0.0.1"],
  ["222222222222.127-0-0-9.localhost", "127.0.0.9"],
  ["222222222222.v6.localhost", "::1"],
  ["10-0-0-1.localhost", null],
  ["localhost", null],
  ["127-0-0-1.localhost.example", null],
];
test.each(names)("%s stands for %s", (hostname, address) => {
  expect(addressOfLoopbackName(hostname)).toBe(address);
});
