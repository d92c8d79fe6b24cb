import { CloudFormationClient, ValidateTemplateCommand } from "@aws-sdk/client-cloudformation";
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
