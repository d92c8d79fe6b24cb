// The caller against the unmodified SDK over the same wire: what both read must be equal, in every protocol.
import { createRequire } from "node:module";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Simulator, startSimulator } from "../../simulator/start.ts";
import { type AwsConnection, openAws } from "./call.ts";
import { awsSettingsFrom } from "./settings.ts";

const require = createRequire(import.meta.url);
let simulator: Simulator;
let aws: AwsConnection;

interface SdkClient {
  send(command: object): Promise<Record<string, unknown>>;
  destroy(): void;
}

beforeAll(async () => {
  simulator = await startSimulator({ world: "small", limits: { enabled: false } });
  aws = openAws(awsSettingsFrom({}, { endpointUrl: simulator.endpoint, loopbackOnly: true }));
  const prepared: [client: string, operation: string, input: object][] = [
    ["ec2", "CreateVpc", { CidrBlock: "10.0.0.0/16" }],
    [
      "ec2",
      "CreateVolume",
      {
        AvailabilityZone: "eu-west-1a",
        Size: 8,
        Encrypted: true,
        TagSpecifications: [{ ResourceType: "volume", Tags: [{ Key: "a & <b>", Value: 'ümlaut "quoted"' }] }],
      },
    ],
    [
      "s3",
      "CreateBucket",
      { Bucket: "same.as-sdk", CreateBucketConfiguration: { LocationConstraint: "eu-west-1" } },
    ],
    [
      "s3",
      "PutBucketTagging",
      { Bucket: "same.as-sdk", Tagging: { TagSet: [{ Key: "a:b", Value: "c=d <é>" }] } },
    ],
    [
      "s3-control",
      "PutPublicAccessBlock",
      { AccountId: "111111111111", PublicAccessBlockConfiguration: { BlockPublicAcls: true } },
    ],
    ["kms", "CreateKey", { Description: "one" }],
    [
      "rds",
      "CreateDBInstance",
      {
        DBInstanceIdentifier: "db1",
        DBInstanceClass: "db.t4g.micro",
        Engine: "postgres",
        AllocatedStorage: 20,
        MasterUsername: "u",
        MasterUserPassword: "not-a-password",
      },
    ],
  ];
  for (const [client, operation, input] of prepared) {
    const answer = await ours(client, operation, input);
    expect(answer, `${client}:${operation}`).toHaveProperty("output");
  }
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
    region: "eu-west-1",
    accountId: null,
    credentials: { accessKeyId, secretAccessKey },
  });
  if (answer.ok) return { output: answer.output };
  const { code, message, status } = answer.error;
  return { code, message, status };
}

async function theirs(client: string, operation: string, input: object) {
  const module = require(`@aws-sdk/client-${client}`) as Record<string, new (input: object) => SdkClient>;
  const name = Object.keys(module).find((key) => key.endsWith("Client") && key !== "__Client") as string;
  const Client = module[name] as new (input: object) => SdkClient;
  const Command = module[`${operation}Command`] as unknown as new (input: object) => object;
  const { accessKeyId, secretAccessKey } = simulator;
  const sdk = new Client({
    region: "eu-west-1",
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
  ["restXml", "s3", "GetBucketTagging", { Bucket: "same.as-sdk" }],
  ["restXml", "s3", "GetBucketAcl", { Bucket: "same.as-sdk" }],
  ["restXml", "s3", "GetBucketLocation", { Bucket: "same.as-sdk" }],
  ["restXml", "s3", "GetBucketPolicy", { Bucket: "same.as-sdk" }],
  ["restXml", "s3", "HeadBucket", { Bucket: "same.as-sdk" }],
  ["restXml", "s3", "HeadBucket", { Bucket: "no-such-bucket-here" }],
  ["restXml", "s3-control", "GetPublicAccessBlock", { AccountId: "111111111111" }],
];

test.each(sample)("%s: %s %s %o", async (_, client, operation, input) => {
  const expected = await theirs(client, operation, input);
  expect(await ours(client, operation, input)).toEqual(expected);
});
