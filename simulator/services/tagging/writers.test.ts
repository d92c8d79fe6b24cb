// Tags written through the tagging API are the tags that each service shows.

import { CreateVpcCommand, DescribeVpcsCommand, EC2Client } from "@aws-sdk/client-ec2";
import { CreateRepositoryCommand, ECRClient } from "@aws-sdk/client-ecr";
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import { CreateKeyCommand, KMSClient, ListResourceTagsCommand } from "@aws-sdk/client-kms";
import * as aws from "@aws-sdk/client-resource-groups-tagging-api";
import { CreateTopicCommand, SNSClient } from "@aws-sdk/client-sns";
import { CreateQueueCommand, ListQueueTagsCommand, SQSClient } from "@aws-sdk/client-sqs";
import { describe, expect, test } from "vitest";
import { startSmall } from "../../small-clients.ts";
import { small } from "../../worlds/small.ts";
import { checkCalls } from "../wire-clients.ts";

const wire = startSmall();
const region = "eu-west-1";
const arns: Record<string, string> = {};
const account = small.managementAccountId;
const tagging = () => wire.client(aws.ResourceGroupsTaggingAPIClient, undefined, region);
const tag = (ResourceARNList: string[], Tags: Record<string, string>) =>
  tagging().send(new aws.TagResourcesCommand({ ResourceARNList, Tags }));
const kms = () => wire.client(KMSClient, undefined, region);
const sqs = () => wire.client(SQSClient, undefined, region);
const ec2 = () => wire.client(EC2Client, undefined, region);
const queue = () => ({ QueueUrl: `${wire.simulator.endpoint}/${account}/q` });

describe("tags of many services at once", () => {
  checkCalls([
    [
      "what there is to tag",
      async () => {
        const { KeyMetadata } = await kms().send(new CreateKeyCommand({}));
        const { Vpc } = await ec2().send(new CreateVpcCommand({ CidrBlock: "10.0.0.0/16" }));
        const { TopicArn } = await wire
          .client(SNSClient, undefined, region)
          .send(new CreateTopicCommand({ Name: "t" }));
        const { repository } = await wire
          .client(ECRClient, undefined, region)
          .send(new CreateRepositoryCommand({ repositoryName: "repo" }));
        await sqs().send(new CreateQueueCommand({ QueueName: "q" }));
        arns.key = KeyMetadata?.Arn ?? "";
        arns.vpc = `arn:aws:ec2:${region}:${account}:vpc/${Vpc?.VpcId}`;
        arns.topic = TopicArn ?? "";
        arns.repository = repository?.repositoryArn ?? "";
        arns.queue = `arn:aws:sqs:${region}:${account}:q`;
        return tag(Object.values(arns), { team: "blue", env: "test" });
      },
      { FailedResourcesMap: {} },
    ],
    [
      "a key shows them",
      () => kms().send(new ListResourceTagsCommand({ KeyId: arns.key })),
      {
        Tags: [
          { TagKey: "team", TagValue: "blue" },
          { TagKey: "env", TagValue: "test" },
        ],
      },
    ],
    ["a queue", () => sqs().send(new ListQueueTagsCommand(queue())), { Tags: { team: "blue", env: "test" } }],
    [
      "a VPC",
      () =>
        ec2()
          .send(new DescribeVpcsCommand({ Filters: [{ Name: "tag:team", Values: ["blue"] }] }))
          .then((a) => ({
            count: a.Vpcs?.length,
          })),
      { count: 1 },
    ],
    [
      "all are found by them",
      () =>
        tagging()
          .send(new aws.GetResourcesCommand({ TagFilters: [{ Key: "team" }] }))
          .then((a) => ({
            arns:
              a.ResourceTagMappingList?.map((each) => each.ResourceARN)
                .sort()
                .join() === Object.values(arns).sort().join(),
          })),
      { arns: true },
    ],
    [
      "one is taken away again",
      () =>
        tagging().send(
          new aws.UntagResourcesCommand({ ResourceARNList: Object.values(arns), TagKeys: ["env"] }),
        ),
      { FailedResourcesMap: {} },
    ],
    ["and gone", () => sqs().send(new ListQueueTagsCommand(queue())), { Tags: { team: "blue" } }],
    [
      "what is not there fails by itself",
      async () => {
        const answer = await tag([`${arns.topic}x`, arns.queue ?? ""], { a: "b" });
        return {
          failed: Object.keys(answer.FailedResourcesMap ?? {}),
          code: Object.values(answer.FailedResourcesMap ?? {})[0]?.StatusCode,
        };
      },
      { failed: [expect.stringMatching(/:tx$/)], code: 404 },
    ],
    ["AWS's own keys", () => tag([arns.queue ?? ""], { "aws:x": "y" }), "400 InvalidParameterException"],
    ["nothing", () => tag([], { a: "b" }), "400 InvalidParameterException"],
  ]);
});

test("writing needs the service's own permission too", async () => {
  const iam = wire.client(IAMClient, await wire.asMember(small.prodAccountId));
  const document = (Statement: object) => JSON.stringify({ Version: "2012-10-17", Statement });
  const trust = { Effect: "Allow", Principal: { AWS: account }, Action: "sts:AssumeRole" };
  await iam.send(new CreateRoleCommand({ RoleName: "Tagger", AssumeRolePolicyDocument: document(trust) }));
  const allow = { Effect: "Allow", Action: "tag:*", Resource: "*" };
  await iam.send(
    new PutRolePolicyCommand({ RoleName: "Tagger", PolicyName: "own", PolicyDocument: document(allow) }),
  );
  const tagger = await wire.assume(`arn:aws:iam::${small.prodAccountId}:role/Tagger`);
  const arn = `arn:aws:ec2:${region}:${small.prodAccountId}:vpc/vpc-0aaaaaaaaaaaaaaaa`;
  const { FailedResourcesMap } = await wire
    .client(aws.ResourceGroupsTaggingAPIClient, tagger, region)
    .send(new aws.TagResourcesCommand({ ResourceARNList: [arn], Tags: { a: "b" } }));
  expect(FailedResourcesMap?.[arn]?.ErrorCode).toBe("AccessDeniedException");
});
