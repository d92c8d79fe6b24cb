// A template that is too long for a call goes through the operator's bucket: what is checked first, what is written,
// and who can read what lies there.
import { beforeEach, describe, expect, test } from "vitest";
import { iam } from "../../../simulator/iam-lookup.ts";
import { small } from "../../../simulator/worlds/small.ts";
import { externalId, memberRole, startDeployments } from "../testing/deployments.ts";
import type { WantedDeployment } from "./wanted.ts";

const { managementAccountId, prodAccountId, devAccountId } = small;
const bucket = "templates-of-the-operator";
const d = startDeployments();
beforeEach(() => d.start());

/** As long as one of a thousand actions. */
function long(change: Partial<WantedDeployment> = {}, characters = 60_000): WantedDeployment {
  const wanted = d.wantedOf({ templateBucket: bucket, ...change });
  wanted.memberStack.template += `# ${"x".repeat(characters)}\n`;
  return wanted;
}

const makeBucket = (accountId: string = managementAccountId) =>
  d.aws.must(accountId, "s3", "CreateBucket", { Bucket: bucket });
const setPolicy = (statement: object) =>
  d.aws.must(managementAccountId, "s3", "PutBucketPolicy", {
    Bucket: bucket,
    Policy: JSON.stringify({ Version: "2012-10-17", Statement: [statement] }),
  });
const objects = async () => {
  const { Contents = [] } = await d.aws.must<{ Contents?: { Key: string }[] }>(
    managementAccountId,
    "s3",
    "ListObjectsV2",
    { Bucket: bucket },
  );
  return Contents.map(({ Key }) => Key);
};
test("a template that is too long for a call is uploaded once and makes stack and StackSet by its S3 URL (E4, E22)", async () => {
  const made = await d.aws.call({
    ...{ client: "s3", operation: "CreateBucket", region: "eu-west-1", accountId: managementAccountId },
    input: { Bucket: bucket, CreateBucketConfiguration: { LocationConstraint: "eu-west-1" } },
    credentials: await d.aws.administrator(managementAccountId),
  });
  expect(made.ok).toBe(true);
  const first = await d.plan(long());
  const [upload] = first.uploads;
  expect(first.uploads).toHaveLength(1);
  expect(upload).toMatchObject({ bucket, region: "eu-west-1", isThere: false });
  expect(upload?.url).toMatch(
    /^https:\/\/templates-of-the-operator\.s3\.eu-west-1\.amazonaws\.com\/skywarden\//,
  );
  expect(upload?.key).toMatch(/^skywarden\/deployments\/member-role-[0-9a-f]{12}\.yaml$/);
  expect(d.outcomes(first)["template-bucket"]).toBe("pass");
  expect(await objects()).toEqual([]);
  expect((await d.run(long())).instances).toEqual({ isChanged: true, succeeded: 2, failed: [] });
  expect(await objects()).toEqual([upload?.key]);
  for (const accountId of [managementAccountId, prodAccountId, devAccountId])
    expect(iam(d.aws.simulator.world, accountId).roles.get(memberRole)).toBeTruthy();
  const again = await d.plan(long());
  expect([again.isDone, again.uploads]).toEqual([true, []]);
  expect((await d.run(long())).isChanged).toBe(false);
});

test("what lies in the bucket holds no external id, needs no access list, and no other account can read it", async () => {
  await makeBucket();
  await d.run(long());
  const [Key] = await objects();
  const { ContentType } = await d.aws.must<{ ContentType: string }>(managementAccountId, "s3", "HeadObject", {
    ...{ Bucket: bucket, Key },
  });
  expect(ContentType).toContain("yaml");
  const text = long().memberStack.template;
  expect(text).not.toContain(externalId);
  const other = await d.aws.ask(devAccountId, "s3", "GetObject", { Bucket: bucket, Key });
  expect(other).toMatchObject({ ok: false, error: { status: 403 } });
  // The role asks for it all the same: it came as a parameter that CloudFormation does not show again.
  const role = iam(d.aws.simulator.world, devAccountId).roles.get(memberRole);
  expect(role?.trustPolicy).toContain(externalId);
});

test("another external id changes the roles, though their templates hold none (E28)", async () => {
  await d.run(d.wantedOf());
  const rotated = d.wantedOf({}, "skywarden-fedcba9876543210");
  expect((await d.plan(rotated)).stacks.map(({ step }) => step)).toEqual(["update", "update"]);
  expect((await d.run(rotated)).instances.failed).toEqual([]);
  for (const accountId of [managementAccountId, devAccountId]) {
    const role = iam(d.aws.simulator.world, accountId).roles.get(memberRole);
    expect(role?.trustPolicy).toContain("skywarden-fedcba9876543210");
  }
  expect((await d.plan(rotated)).isDone).toBe(true);
});

interface Case {
  title: string;
  prepare: () => Promise<unknown>;
  change?: Partial<WantedDeployment>;
  characters?: number;
  check: "template-size" | "template-bucket";
  outcome: string;
  text: RegExp;
}
const read = { Action: "s3:GetObject", Resource: `arn:aws:s3:::${bucket}/*`, Principal: "*" };
const cases: Case[] = [
  {
    title: "there is no bucket of the name",
    prepare: async () => undefined,
    check: "template-bucket",
    outcome: "fail",
    text: /There is no bucket/,
  },
  {
    title: "the bucket is another account's and closed",
    prepare: () => makeBucket(devAccountId),
    check: "template-bucket",
    outcome: "fail",
    text: /need s3:ListBucket on/,
  },
  {
    title: "its policy denies what is asked through AWS services",
    prepare: async () => {
      await makeBucket();
      await setPolicy({ Effect: "Deny", ...read, Condition: { Bool: { "aws:ViaAWSService": "true" } } });
    },
    check: "template-bucket",
    outcome: "fail",
    text: /denies CloudFormation to read/,
  },
  {
    title: "its policy knows only some addresses",
    prepare: async () => {
      await makeBucket();
      await setPolicy({
        Effect: "Deny",
        ...read,
        Condition: { NotIpAddress: { "aws:SourceIp": "0.0.0.0/0" } },
      });
    },
    check: "template-bucket",
    outcome: "warning",
    text: /may deny CloudFormation/,
  },
  {
    title: "its policy denies what does not come over TLS",
    prepare: async () => {
      await makeBucket();
      await setPolicy({ Effect: "Deny", ...read, Condition: { Bool: { "aws:SecureTransport": "false" } } });
    },
    check: "template-bucket",
    outcome: "pass",
    text: /CloudFormation reads it there with these credentials/,
  },
  {
    title: "no bucket is known",
    prepare: async () => undefined,
    change: { templateBucket: null },
    check: "template-size",
    outcome: "fail",
    text: /has \d{5,6} bytes; CloudFormation takes 51200 in a call.*--template-bucket/,
  },
  {
    title: "it is too long for a bucket, too",
    prepare: () => makeBucket(),
    characters: 1_000_000,
    check: "template-size",
    outcome: "fail",
    text: /CloudFormation takes 1000000 at most, also from a bucket/,
  },
];
describe("before a long template is uploaded, told is where", () => {
  test.each(cases)("$title", async ({ prepare, change, characters, check, outcome, text }) => {
    await prepare();
    await d.writes();
    const { checks } = await d.plan(long(change, characters));
    const told = checks.find(({ name }) => name === check);
    expect([told?.outcome, told?.detail]).toEqual([outcome, expect.stringMatching(text)]);
    expect(await d.writes()).toEqual([]);
  });
});

test("a bucket that CloudFormation may not read ends the run before anything but the object is made", async () => {
  await makeBucket();
  const plan = await d.plan(long());
  await setPolicy({ Effect: "Deny", ...read, Condition: { Bool: { "aws:ViaAWSService": "true" } } });
  await d.writes();
  const failed = await d.carryOut(long(), plan);
  expect(failed).toMatchObject({ ok: false, operation: "cloudformation:ValidateTemplate" });
  expect(JSON.stringify(failed)).toContain("aws:ViaAWSService");
  expect(await d.writes()).toEqual(["PutObject"]);
});
