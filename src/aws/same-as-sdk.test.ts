// The caller against the unmodified SDK over the same wire: what both read must be equal, in every protocol.
import { Agent } from "node:http";
import { createRequire } from "node:module";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Simulator, startSimulator } from "../../simulator/start.ts";
import { type AwsConnection, openAws } from "./call.ts";
import { awsSettingsFrom } from "./settings.ts";

const require = createRequire(import.meta.url);
let simulator: Simulator;
let aws: AwsConnection;
let bucket = { Name: "", BucketRegion: "" };

interface SdkClient {
  send(command: object): Promise<Record<string, unknown>>;
  destroy(): void;
}

beforeAll(async () => {
  simulator = await startSimulator({ world: "demo", accounts: 12, limits: { enabled: false } });
  aws = openAws(awsSettingsFrom({}, { endpointUrl: simulator.endpoint, loopbackOnly: true }));
  const Tags = [{ Key: "a & <b>", Value: 'ümlaut "quoted"' }];
  await ours("ec2", "CreateVolume", {
    AvailabilityZone: "eu-west-1a",
    Size: 8,
    TagSpecifications: [{ ResourceType: "volume", Tags }],
  });
  const listed = await ours("s3", "ListBuckets", { MaxBuckets: 1 });
  bucket = (listed.output?.Buckets as { Name: string; BucketRegion: string }[])[0] ?? bucket;
});

afterAll(async () => {
  await aws.close();
  await simulator.stop();
});

async function ours(client: string, operation: string, input: object) {
  const { accessKeyId, secretAccessKey } = simulator;
  const answer = await aws.call({
    client,
    operation,
    input: input as Record<string, unknown>,
    region: regionOf(client),
    accountId: null,
    credentials: { accessKeyId, secretAccessKey },
  });
  if (answer.ok) return { output: answer.output };
  const { code, message, status } = answer.error;
  return { code, message, status };
}

const loopback = { address: "127.0.0.1", family: 4 };

/** S3 is asked where the bucket is: the SDK, unlike us, does not follow it. */
function regionOf(client: string): string {
  return client === "s3" && bucket.BucketRegion ? bucket.BucketRegion : "eu-west-1";
}

async function theirs(client: string, operation: string, input: object) {
  const module = require(`@aws-sdk/client-${client}`) as Record<string, new (input: object) => SdkClient>;
  const name = Object.keys(module).find((key) => key.endsWith("Client") && key !== "__Client") as string;
  const Client = module[name] as new (input: object) => SdkClient;
  const Command = module[`${operation}Command`] as unknown as new (input: object) => object;
  const { accessKeyId, secretAccessKey } = simulator;
  const sdk = new Client({
    region: regionOf(client),
    // Only the agent can be told that "111111111111.localhost" is this machine.
    requestHandler: {
      httpAgent: new Agent({
        lookup: (_name, { all }, answer) => answer(null, all ? [loopback] : loopback.address, 4),
      }),
    },
    // The SDK cannot put an account before an address.
    endpoint:
      client === "s3-control" ? simulator.endpoint.replace("127.0.0.1", "localhost") : simulator.endpoint,
    forcePathStyle: true,
    maxAttempts: 1,
    credentials: { accessKeyId, secretAccessKey },
  });
  try {
    const { $metadata: _, ...output } = await sdk.send(new Command(input));
    return { output };
  } catch (thrown) {
    const {
      name: code,
      message,
      Code,
      $metadata,
    } = thrown as Error & {
      Code?: string;
      $metadata?: { httpStatusCode?: number };
    };
    return { code: Code ?? code, message, status: $metadata?.httpStatusCode };
  } finally {
    sdk.destroy();
  }
}

const sample: [protocol: string, client: string, operation: string, input: object][] = [
  ["awsQuery", "sts", "GetCallerIdentity", {}],
  ["awsQuery", "sts", "AssumeRole", { RoleArn: "arn:aws:iam::222222222222:role/None", RoleSessionName: "s" }],
  ["awsQuery", "rds", "DescribeDBInstances", {}],
  ["awsQuery", "rds", "DescribeDBInstances", { DBInstanceIdentifier: "none" }],
  ["ec2Query", "ec2", "DescribeVpcs", { MaxResults: 5 }],
  ["ec2Query", "ec2", "DescribeVolumes", {}],
  ["ec2Query", "ec2", "DescribeSecurityGroups", {}],
  ["ec2Query", "ec2", "DescribeRegions", { AllRegions: true }],
  ["ec2Query", "ec2", "DescribeVpcs", { VpcIds: ["vpc-00000000000000000"] }],
  ["awsJson1_1", "organizations", "ListAccounts", { MaxResults: 2 }],
  ["awsJson1_1", "organizations", "DescribeOrganization", {}],
  ["awsJson1_1", "organizations", "DescribeAccount", { AccountId: "000000000000" }],
  ["awsJson1_1", "kms", "ListKeys", {}],
  ["awsJson1_1", "kms", "DescribeKey", { KeyId: "00000000-0000-0000-0000-000000000000" }],
  ["awsJson1_1", "cloudtrail", "DescribeTrails", {}],
  ["restJson1", "account", "ListRegions", { MaxResults: 50 }],
  ["restJson1", "lambda", "ListFunctions", { MaxItems: 5 }],
  ["restJson1", "lambda", "GetPolicy", { FunctionName: "none" }],
  ["restXml", "s3", "ListBuckets", { MaxBuckets: 10 }],
  ["restXml", "s3", "GetBucketTagging", { Bucket: "@bucket" }],
  ["restXml", "s3", "GetBucketAcl", { Bucket: "@bucket" }],
  ["restXml", "s3", "GetBucketLocation", { Bucket: "@bucket" }],
  ["restXml", "s3", "GetBucketPolicy", { Bucket: "@bucket" }],
  ["restXml", "s3", "HeadBucket", { Bucket: "@bucket" }],
  ["restXml", "s3", "HeadBucket", { Bucket: "no-such-bucket-here" }],
  ["restXml", "s3-control", "GetPublicAccessBlock", { AccountId: "@account" }],
];

test.each(sample)("%s: %s %s %o", async (_, client, operation, input) => {
  const text = JSON.stringify(input)
    .replace("@bucket", bucket.Name)
    .replace("@account", simulator.managementAccountId);
  const expected = await theirs(client, operation, JSON.parse(text));
  expect(await ours(client, operation, JSON.parse(text))).toEqual(expected);
});
