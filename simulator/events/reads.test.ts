// What CloudTrail and IAM tell of calls that change nothing: reads in the event history, who assumed which role, and
// when a key was last used.
import * as trail from "@aws-sdk/client-cloudtrail";
import * as dynamodb from "@aws-sdk/client-dynamodb";
import * as ec2 from "@aws-sdk/client-ec2";
import * as iam from "@aws-sdk/client-iam";
import * as s3 from "@aws-sdk/client-s3";
import { AssumeRoleCommand, STSClient } from "@aws-sdk/client-sts";
import { describe, expect, test, vi } from "vitest";
import { type Credentials, errorOf, startSmall } from "../small-clients.ts";
import { small } from "../worlds/small.ts";
import { eventsOf } from "./state.ts";

const wire = startSmall({ settings: { events: { reads: true } } });
const region = "eu-west-1";

async function lookup(
  attribute: Partial<Record<trail.LookupAttributeKey, string>>,
  credentials?: Credentials,
  where = region,
) {
  const [[AttributeKey, AttributeValue] = []] = Object.entries(attribute);
  const LookupAttributes = [{ AttributeKey: AttributeKey as trail.LookupAttributeKey, AttributeValue }];
  const { Events = [] } = await wire
    .client(trail.CloudTrailClient, credentials, where)
    .send(new trail.LookupEventsCommand({ LookupAttributes }));
  return Events.map((event) => ({ ...event, record: JSON.parse(event.CloudTrailEvent ?? "{}") }));
}

describe("the event history", () => {
  test("shows a read without its answer", async () => {
    await wire.client(ec2.EC2Client, undefined, region).send(new ec2.DescribeVpcsCommand({ MaxResults: 5 }));
    const [event] = await lookup({ EventName: "DescribeVpcs" });
    expect(event).toMatchObject({ ReadOnly: "true", EventSource: "ec2.amazonaws.com" });
    expect(event?.record).toMatchObject({
      readOnly: true,
      managementEvent: true,
      responseElements: null,
      awsRegion: region,
      recipientAccountId: small.managementAccountId,
    });
    const [again] = await lookup({ EventName: "DescribeVpcs" });
    expect(again?.EventId).toBe(event?.EventId);
    expect(await lookup({ EventId: event?.EventId ?? "" })).toHaveLength(1);
  });

  test("shows a read that was refused", async () => {
    const client = wire.client(ec2.EC2Client, undefined, region);
    await errorOf(client.send(new ec2.DescribeSubnetsCommand({ SubnetIds: ["subnet-0aaaaaaaaaaaaaaaa"] })));
    const [event] = await lookup({ EventName: "DescribeSubnets" });
    expect(event?.record).toMatchObject({ errorCode: "Client.InvalidSubnetID.NotFound" });
  });

  test("tells reads and changes apart, newest first", async () => {
    await wire
      .client(ec2.EC2Client, undefined, region)
      .send(new ec2.CreateVpcCommand({ CidrBlock: "10.0.0.0/16" }));
    const changes = await lookup({ ReadOnly: "false" });
    const reads = await lookup({ ReadOnly: "true" });
    expect(changes.map((event) => event.EventName)).toEqual(["CreateVpc"]);
    expect(reads.every((event) => event.record.readOnly)).toBe(true);
    // Looking is a read itself.
    expect(reads[0]?.EventName).toBe("LookupEvents");
  });

  test("leaves out reads of what lies in a resource", async () => {
    const buckets = wire.client(s3.S3Client, undefined, region);
    const tables = wire.client(dynamodb.DynamoDBClient, undefined, region);
    await errorOf(buckets.send(new s3.GetObjectCommand({ Bucket: "b", Key: "k" })));
    await errorOf(buckets.send(new s3.GetPublicAccessBlockCommand({ Bucket: "b" })));
    await errorOf(tables.send(new dynamodb.ScanCommand({ TableName: "t" })));
    expect(await lookup({ EventName: "GetObject" })).toEqual([]);
    expect(await lookup({ EventName: "Scan" })).toEqual([]);
    expect(await lookup({ EventName: "GetBucketPublicAccessBlock" })).toHaveLength(1);
  });

  test("shows who assumed a role, in the caller's account and in the role's", async () => {
    const RoleArn = `arn:aws:iam::${small.prodAccountId}:role/OrganizationAccountAccessRole`;
    const { Credentials } = await wire
      .client(STSClient, undefined, region)
      .send(new AssumeRoleCommand({ RoleArn, RoleSessionName: "audit" }));
    const [own] = await lookup({ EventName: "AssumeRole" });
    const [theirs] = await lookup({ EventName: "AssumeRole" }, await wire.asMember(small.prodAccountId));
    expect(own?.record).toMatchObject({
      userIdentity: { type: "IAMUser" },
      requestParameters: { roleArn: RoleArn, roleSessionName: "audit" },
      responseElements: { credentials: { accessKeyId: Credentials?.AccessKeyId } },
      readOnly: true,
    });
    expect(JSON.stringify(own?.record)).not.toContain(Credentials?.SecretAccessKey);
    expect(theirs?.record).toMatchObject({
      userIdentity: { type: "AWSAccount", accountId: small.managementAccountId },
      recipientAccountId: small.prodAccountId,
      sharedEventID: own?.record.sharedEventID,
    });
    expect(own?.record.sharedEventID).toMatch(/^[0-9a-f-]{36}$/);
  });

  test("keeps so many reads of a region, and changes longer", async () => {
    const client = wire.client(ec2.EC2Client, undefined, "eu-north-1");
    await client.send(new ec2.CreateVpcCommand({ CidrBlock: "10.0.0.0/16" }));
    for (let round = 0; round < 6; round++)
      await Promise.all(Array.from({ length: 20 }, () => client.send(new ec2.DescribeRegionsCommand({}))));
    const place = { accountId: small.managementAccountId, region: "eu-north-1" };
    const kept = eventsOf(wire.simulator.world).history.list(place);
    expect(kept.filter((entry) => entry.readOnly)).toHaveLength(100);
    expect(kept.at(-1)?.eventName).toBe("CreateVpc");
  });
});

describe("the last use of a key", () => {
  const admin = () => wire.client(iam.IAMClient);
  const user = { UserName: "deploy" };
  let key: Credentials = { accessKeyId: "", secretAccessKey: "" };
  const used = () =>
    admin()
      .send(new iam.GetAccessKeyLastUsedCommand({ AccessKeyId: key.accessKeyId }))
      .then((answer) => answer.AccessKeyLastUsed);

  test("is none before it is used", async () => {
    await admin().send(new iam.CreateUserCommand(user));
    const { AccessKey } = await admin().send(new iam.CreateAccessKeyCommand(user));
    key = { accessKeyId: AccessKey?.AccessKeyId ?? "", secretAccessKey: AccessKey?.SecretAccessKey ?? "" };
    expect(await used()).toEqual({ ServiceName: "N/A", Region: "N/A" });
  });

  test("is where and when it signed, to the minute, even what was denied", async () => {
    const denied = await errorOf(
      wire.client(ec2.EC2Client, key, "eu-west-3").send(new ec2.DescribeVpcsCommand({})),
    );
    expect(denied?.code).toBe("UnauthorizedOperation");
    const found = await used();
    expect(found).toMatchObject({ ServiceName: "ec2", Region: "eu-west-3" });
    expect(found?.LastUsedDate?.getTime()).toBe(
      Math.floor((found?.LastUsedDate?.getTime() ?? 0) / 60_000) * 60_000,
    );
    expect(Math.abs(Date.now() - (found?.LastUsedDate?.getTime() ?? 0))).toBeLessThan(120_000);
  });

  test("stands in the credential report", async () => {
    await admin().send(new iam.GenerateCredentialReportCommand({}));
    const report = await readReport();
    const [columns = [], ...rows] = report.split("\n").map((line) => line.split(","));
    const row = rows.find(([name]) => name === user.UserName) ?? [];
    expect(row[columns.indexOf("access_key_1_last_used_service")]).toBe("ec2");
    expect(row[columns.indexOf("access_key_1_last_used_region")]).toBe("eu-west-3");
    expect(row[columns.indexOf("access_key_1_last_used_date")]).toMatch(
      /^\d{4}-\d\d-\d\dT\d\d:\d\d:00\+00:00$/,
    );
  });

  async function readReport(): Promise<string> {
    const answer = await vi.waitFor(() => admin().send(new iam.GetCredentialReportCommand({})), 10_000);
    return Buffer.from(answer.Content ?? []).toString("utf8");
  }
});
