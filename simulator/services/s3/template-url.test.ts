import {
  CloudFormationClient,
  CreateStackSetCommand,
  ValidateTemplateCommand,
} from "@aws-sdk/client-cloudformation";
import * as s3 from "@aws-sdk/client-s3";
import { beforeAll, describe } from "vitest";
import { checkCalls, startWire } from "../wire-clients.ts";

const wire = startWire();
const Bucket = "templates-of-the-test";
const Body = JSON.stringify({
  Description: "published",
  Resources: { Queue: { Type: "AWS::SQS::Queue" } },
});
const host = "s3.us-east-1.amazonaws.com";
let member: Parameters<typeof wire.client>[2];
const other = () =>
  [...wire.simulator.world.accounts.keys()].find((id) => id !== wire.simulator.managementAccountId) ?? "";

const validate = (TemplateURL: string, credentials?: typeof member) =>
  wire
    .client(CloudFormationClient, "us-east-1", credentials)
    .send(new ValidateTemplateCommand({ TemplateURL }));

beforeAll(async () => {
  member = await wire.asMember(other());
  const client = wire.client(s3.S3Client);
  await client.send(new s3.CreateBucketCommand({ Bucket }));
  await client.send(new s3.PutObjectCommand({ Bucket, Key: "a/t.json", Body }));
});

/** A template of so many bytes, in the bucket. */
async function put(Key: string, bytes: number): Promise<string> {
  const text = `{"Resources":{"Queue":{"Type":"AWS::SQS::Queue"}},"Description":"${"x".repeat(100)}"}`;
  await wire
    .client(s3.S3Client)
    .send(new s3.PutObjectCommand({ Bucket, Key, Body: text + " ".repeat(bytes - text.length) }));
  return `https://${Bucket}.${host}/${Key}`;
}
const whole = JSON.stringify({ Resources: { Queue: { Type: "AWS::SQS::Queue" } } });
const inline = (bytes: number) =>
  wire
    .client(CloudFormationClient)
    .send(new ValidateTemplateCommand({ TemplateBody: whole + " ".repeat(bytes - whole.length) }));

describe("a template may have", () => {
  checkCalls([
    ["51,200 bytes in a call", () => inline(51_200), {}],
    ["and not one more", () => inline(51_201), "400 ValidationError"],
    ["1,000,000 bytes in a bucket", async () => validate(await put("most", 1_000_000)), {}],
    ["and not one more", async () => validate(await put("more", 1_000_001)), "400 ValidationError"],
    ["one text, not two", async () => both(await put("a", 200)), "400 ValidationError"],
  ]);
});

const both = (TemplateURL: string) =>
  wire.client(CloudFormationClient).send(new ValidateTemplateCommand({ TemplateURL, TemplateBody: whole }));

/** A StackSet's template is read once, as who asks for the set. */
const createSet = (StackSetName: string, TemplateURL: string, credentials?: typeof member) =>
  wire
    .client(CloudFormationClient, "us-east-1", credentials)
    .send(new CreateStackSetCommand({ StackSetName, TemplateURL }));

const share = () => {
  const Statement = {
    Effect: "Allow",
    Principal: { AWS: other() },
    Action: "s3:GetObject",
    Resource: `arn:aws:s3:::${Bucket}/*`,
  };
  const Policy = JSON.stringify({ Version: "2012-10-17", Statement });
  return wire.client(s3.S3Client).send(new s3.PutBucketPolicyCommand({ Bucket, Policy }));
};

describe("a template's address", () => {
  checkCalls([
    [
      "by the bucket's host",
      () => validate(`https://${Bucket}.${host}/a/t.json`),
      { Description: "published" },
    ],
    ["by path", () => validate(`https://${host}/${Bucket}/a/t.json`), { Description: "published" }],
    ["of no object", () => validate(`https://${host}/${Bucket}/none`), "400 ValidationError"],
    ["of another host", () => validate("https://example.org/a/t.json"), "400 ValidationError"],
    ["of a StackSet", () => createSet("own", `https://${host}/${Bucket}/a/t.json`), {}],
    [
      "of a StackSet of another account",
      () => createSet("other", `https://${host}/${Bucket}/a/t.json`, member),
      "400 ValidationError",
    ],
    [
      "of another account",
      () => validate(`https://${host}/${Bucket}/a/t.json`, member),
      "400 ValidationError",
    ],
    ["which shares it", share, {}],
    [
      "and is then read",
      () => validate(`https://${host}/${Bucket}/a/t.json`, member),
      { Description: "published" },
    ],
  ]);
});
