import { homedir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { StartRefused } from "#model/problem.ts";
import { readConfig } from "./config.ts";

const mode = { demo: false, folder: "/work/here" };
const key = "0123456789abcdef".repeat(4);

test("without a variable everything has its default", () => {
  const config = readConfig({}, mode);
  expect(config).toEqual({
    databaseUrl: null,
    dataDir: join(homedir(), ".skywarden"),
    host: "127.0.0.1",
    port: 8080,
    publicUrl: null,
    masterKey: null,
    masterKeyFile: null,
    adminEmail: null,
    adminPassword: null,
    adminApiKey: null,
    templateBuckets: {},
    lendIdentity: false,
    platformRoleArn: null,
    sourceIps: null,
    awaitingRoleHours: 24,
    logLevel: "info",
    warnings: [],
  });
  expect(Object.isFrozen(config)).toBe(true);
});

test.each([
  [
    "SKYWARDEN_DATABASE_URL",
    "postgres://u:p%40@db.example.org:5432/skywarden?sslmode=require",
    "databaseUrl",
  ],
  ["SKYWARDEN_DATABASE_URL", "postgresql://localhost/skywarden", "databaseUrl"],
  ["SKYWARDEN_DATA_DIR", "/var/data", "dataDir"],
  ["SKYWARDEN_DATA_DIR", "data", "dataDir", "/work/here/data"],
  ["SKYWARDEN_HOST", "0.0.0.0", "host"],
  ["SKYWARDEN_HOST", "::1", "host"],
  ["SKYWARDEN_PORT", "0", "port", 0],
  ["SKYWARDEN_PORT", " 65535 ", "port", 65_535],
  ["SKYWARDEN_PUBLIC_URL", "https://cspm.example.org/sky/", "publicUrl", "https://cspm.example.org/sky"],
  ["SKYWARDEN_MASTER_KEY", key, "masterKey"],
  ["SKYWARDEN_MASTER_KEY_FILE", "key.txt", "masterKeyFile", "/work/here/key.txt"],
  ["SKYWARDEN_ADMIN_EMAIL", "admin@example.org", "adminEmail"],
  ["SKYWARDEN_ADMIN_PASSWORD", "twelve chars", "adminPassword"],
  ["SKYWARDEN_ADMIN_API_KEY", "a-Z_9".repeat(8), "adminApiKey"],
  ["SKYWARDEN_LEND_IDENTITY", "yes", "lendIdentity", true],
  ["SKYWARDEN_TEMPLATE_BUCKET", "my.templates-1", "templateBuckets", { aws: "my.templates-1" }],
  ["SKYWARDEN_TEMPLATE_BUCKET", "aws=one, aws-cn=two", "templateBuckets", { aws: "one", "aws-cn": "two" }],
  ["SKYWARDEN_PLATFORM_ROLE_ARN", "arn:aws-us-gov:iam::111111111111:role/path/Skywarden", "platformRoleArn"],
  ["SKYWARDEN_SOURCE_IPS", "203.0.113.7, 2001:db8::1", "sourceIps", ["203.0.113.7", "2001:db8::1"]],
  ["SKYWARDEN_AWAITING_ROLE_HOURS", "72", "awaitingRoleHours", 72],
  ["SKYWARDEN_LOG_LEVEL", "DEBUG", "logLevel", "debug"],
  ["SKYWARDEN_PORT", "", "port", 8080],
])("%s=%s", (name, text, field, expected: unknown = text) => {
  expect(readConfig({ [name]: text }, mode)).toMatchObject({ [field]: expected, warnings: [] });
});

test("the demo keeps its data in the current folder", () => {
  expect(readConfig({}, { ...mode, demo: true }).dataDir).toBe("/work/here/.skywarden-demo");
});

test.each([
  [
    "SKYWARDEN_DATABASE_URL",
    "mysql://root:hidden@localhost/db",
    "must look like postgres://user:password@host:5432/database.",
  ],
  [
    "SKYWARDEN_DATABASE_URL",
    "postgres://root:hidden@localhost",
    "must look like postgres://user:password@host:5432/database.",
  ],
  ["SKYWARDEN_DATABASE_URL", "localhost", "must look like postgres://user:password@host:5432/database."],
  [
    "SKYWARDEN_HOST",
    "http://localhost",
    'must be an address or host name to listen on, such as 127.0.0.1 or 0.0.0.0, not "http://localhost".',
  ],
  ["SKYWARDEN_PORT", "65536", 'must be a port from 0 (any free one) to 65535, not "65536".'],
  ["SKYWARDEN_PORT", "-1", 'must be a port from 0 (any free one) to 65535, not "-1".'],
  ["SKYWARDEN_PORT", "80a", 'must be a port from 0 (any free one) to 65535, not "80a".'],
  [
    "SKYWARDEN_PORT",
    "tcp://10.0.0.1:80",
    'must be a port from 0 (any free one) to 65535, not "tcp://10.0.0.1:80" (Kubernetes sets this one; use enableServiceLinks: false).',
  ],
  [
    "SKYWARDEN_PUBLIC_URL",
    "cspm.example.org",
    'must be the address that browsers use, such as https://skywarden.example.org, not "cspm.example.org".',
  ],
  [
    "SKYWARDEN_MASTER_KEY",
    "hidden",
    "must be 32 random bytes in base64 or hexadecimal, made for example by: openssl rand -base64 32.",
  ],
  ["SKYWARDEN_ADMIN_EMAIL", "admin", 'must be an e-mail address, not "admin".'],
  ["SKYWARDEN_ADMIN_PASSWORD", "hidden", "must have at least 12 characters."],
  ["SKYWARDEN_ADMIN_PASSWORD", "hidden".repeat(200), "must have at most 1024 characters."],
  ["SKYWARDEN_ADMIN_API_KEY", "hidden", "must have 32 to 128 characters of A-Z, a-z, 0-9, _ and -."],
  ["SKYWARDEN_TEMPLATE_BUCKET", "No_Bucket", 'must be the name of an S3 bucket, not "No_Bucket".'],
  ["SKYWARDEN_TEMPLATE_BUCKET", "aws=one,two", "names two buckets for aws."],
  [
    "SKYWARDEN_TEMPLATE_BUCKET",
    "azure=one",
    'names the partition "azure"; there are aws, aws-us-gov, aws-cn.',
  ],
  [
    "SKYWARDEN_PLATFORM_ROLE_ARN",
    "arn:aws:iam::1:role/x",
    'must be the ARN of an IAM role, such as arn:aws:iam::111111111111:role/name, not "arn:aws:iam::1:role/x".',
  ],
  [
    "SKYWARDEN_LOG_LEVEL",
    "loud",
    'must be one of trace, debug, info, warn, error, fatal, silent, not "loud".',
  ],
])("%s=%s is refused", (name, text, sentence) => {
  const refusal = refusalOf({ [name]: text });
  expect(refusal).toMatchObject({ message: `${name} ${sentence}`, exitCode: 2 });
  expect(refusal.message).not.toContain("hidden");
});

test("all wrong variables are named at once, a line each", () => {
  const refusal = refusalOf({ SKYWARDEN_PORT: "x", SKYWARDEN_LOG_LEVEL: "y", SKYWARDEN_HOST: "z" });
  expect(refusal.message.split("\n").map((line) => line.split(" ")[0])).toEqual([
    "SKYWARDEN_PORT",
    "SKYWARDEN_LOG_LEVEL",
  ]);
});

test("one master key is enough", () => {
  expect(refusalOf({ SKYWARDEN_MASTER_KEY: key, SKYWARDEN_MASTER_KEY_FILE: "/key" }).message).toBe(
    "SKYWARDEN_MASTER_KEY and SKYWARDEN_MASTER_KEY_FILE are both set; keep one of them.",
  );
});

test("a typing mistake is a warning, other programs' variables are none", () => {
  const environment = {
    SKYWARDEN_DATABSE_URL: "x",
    SKYWARDEN_CHROMIUM: "/bin/chromium",
    PATH: "/bin",
    AWS_REGION: "x",
  };
  expect(readConfig(environment, mode).warnings).toEqual([
    "SKYWARDEN_DATABSE_URL is not a variable of Skywarden and is ignored.",
  ]);
});

function refusalOf(environment: Record<string, string>): StartRefused {
  try {
    readConfig(environment, mode);
  } catch (error) {
    if (error instanceof StartRefused) return error;
    throw error;
  }
  throw new Error("not refused");
}
