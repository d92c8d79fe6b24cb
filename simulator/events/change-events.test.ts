import * as trail from "@aws-sdk/client-cloudtrail";
import * as ec2 from "@aws-sdk/client-ec2";
import * as events from "@aws-sdk/client-eventbridge";
import * as iam from "@aws-sdk/client-iam";
import * as lambda from "@aws-sdk/client-lambda";
import * as s3 from "@aws-sdk/client-s3";
import * as s3Control from "@aws-sdk/client-s3-control";
import * as sqs from "@aws-sdk/client-sqs";
import { beforeAll, expect, test } from "vitest";
import { startWire } from "../services/wire-clients.ts";

const wire = startWire();
const region = "eu-north-1";
const own = () => wire.simulator.managementAccountId;

interface Recorded {
  [field: string]: unknown;
  eventName: string;
  awsRegion: string;
}

async function recordOf(eventName: string, where = region): Promise<Recorded> {
  const found = await wire.client(trail.CloudTrailClient, where).send(
    new trail.LookupEventsCommand({
      LookupAttributes: [{ AttributeKey: "EventName", AttributeValue: eventName }],
      MaxResults: 1,
    }),
  );
  return JSON.parse(found.Events?.[0]?.CloudTrailEvent ?? "{}") as Recorded;
}

let VpcId = "";

beforeAll(async () => {
  const { Vpc } = await wire
    .client(ec2.EC2Client, region)
    .send(new ec2.CreateVpcCommand({ CidrBlock: "10.9.0.0/16" }));
  VpcId = Vpc?.VpcId ?? "";
});

test("EC2 shows sets of items, or a wrapped request", async () => {
  const client = wire.client(ec2.EC2Client, region);
  const { GroupId } = await client.send(
    new ec2.CreateSecurityGroupCommand({ GroupName: "watched", Description: "d", VpcId }),
  );
  expect(await recordOf("CreateSecurityGroup")).toMatchObject({
    eventVersion: "1.11",
    eventSource: "ec2.amazonaws.com",
    awsRegion: region,
    requestParameters: { groupName: "watched", groupDescription: "d" },
    responseElements: { groupId: GroupId, requestId: expect.any(String) },
    userIdentity: { type: "IAMUser", userName: "administrator", accountId: own() },
    readOnly: false,
    managementEvent: true,
    eventCategory: "Management",
    recipientAccountId: own(),
  });
  await client.send(
    new ec2.AuthorizeSecurityGroupIngressCommand({
      GroupId,
      IpPermissions: [{ IpProtocol: "tcp", FromPort: 22, ToPort: 22, IpRanges: [{ CidrIp: "0.0.0.0/0" }] }],
    }),
  );
  expect(await recordOf("AuthorizeSecurityGroupIngress")).toMatchObject({
    requestParameters: {
      groupId: GroupId,
      ipPermissions: {
        items: [
          { ipProtocol: "tcp", fromPort: 22, toPort: 22, ipRanges: { items: [{ cidrIp: "0.0.0.0/0" }] } },
        ],
      },
    },
    responseElements: { _return: true },
  });
});

test("later operations of EC2 show their request under its name", async () => {
  const client = wire.client(ec2.EC2Client, region);
  await client.send(new ec2.EnableEbsEncryptionByDefaultCommand({}));
  expect(await recordOf("EnableEbsEncryptionByDefault")).toMatchObject({
    requestParameters: { EnableEbsEncryptionByDefaultRequest: {} },
    responseElements: { EnableEbsEncryptionByDefaultResponse: { ebsEncryptionByDefault: true } },
  });
});

test("denied and failed writes carry their error, and EC2 says whose it was", async () => {
  const client = wire.client(ec2.EC2Client, region);
  await expect(
    client.send(new ec2.DeleteSecurityGroupCommand({ GroupId: "sg-00000000000000000" })),
  ).rejects.toThrow();
  expect(await recordOf("DeleteSecurityGroup")).toMatchObject({
    errorCode: "Client.InvalidGroup.NotFound",
    responseElements: null,
  });
});

test("global services tell theirs in us-east-1", async () => {
  const client = wire.client(iam.IAMClient, region);
  await client.send(new iam.CreateUserCommand({ UserName: "watched" }));
  await client.send(new iam.CreateAccessKeyCommand({ UserName: "watched" }));
  const record = await recordOf("CreateAccessKey", "us-east-1");
  expect(record).toMatchObject({
    awsRegion: "us-east-1",
    requestParameters: { userName: "watched" },
    responseElements: { accessKey: { userName: "watched", status: "Active" } },
  });
  expect(JSON.stringify(record)).not.toContain("ecretAccessKey");
  expect(await recordOf("CreateAccessKey")).toEqual({});
});

test("S3 shows bucket, host and XML, by its own names", async () => {
  const client = wire.client(s3.S3Client, region);
  const Bucket = "watched-bucket";
  await client.send(
    new s3.CreateBucketCommand({ Bucket, CreateBucketConfiguration: { LocationConstraint: region } }),
  );
  await client.send(
    new s3.PutPublicAccessBlockCommand({
      Bucket,
      PublicAccessBlockConfiguration: { BlockPublicAcls: false },
    }),
  );
  expect(await recordOf("PutBucketPublicAccessBlock")).toMatchObject({
    requestParameters: {
      bucketName: Bucket,
      Host: `${Bucket}.s3.${region}.amazonaws.com`,
      publicAccessBlock: "",
      PublicAccessBlockConfiguration: { BlockPublicAcls: false },
    },
    responseElements: null,
  });
  await wire.client(s3Control.S3ControlClient, region).send(
    new s3Control.PutPublicAccessBlockCommand({
      AccountId: own(),
      PublicAccessBlockConfiguration: { BlockPublicAcls: true },
    }),
  );
  expect(await recordOf("PutAccountPublicAccessBlock")).toMatchObject({
    eventSource: "s3.amazonaws.com",
    requestParameters: { accountId: own(), PublicAccessBlockConfiguration: { BlockPublicAcls: true } },
  });
});

test("Lambda's names are dated and its environment is not shown", async () => {
  const { Role } = await wire.client(iam.IAMClient).send(
    new iam.CreateRoleCommand({
      RoleName: "of-the-function",
      AssumeRolePolicyDocument: JSON.stringify({
        Version: "2012-10-17",
        Statement: [
          { Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" },
        ],
      }),
    }),
  );
  await wire.client(lambda.LambdaClient, region).send(
    new lambda.CreateFunctionCommand({
      FunctionName: "watched",
      Role: Role?.Arn,
      Runtime: "nodejs24.x",
      Handler: "index.handler",
      Code: { ZipFile: Buffer.from("zip") },
      Environment: { Variables: { TOKEN: "canary" } },
    }),
  );
  const record = await recordOf("CreateFunction20150331");
  expect(record).toMatchObject({ requestParameters: { functionName: "watched", environment: {} } });
  expect(JSON.stringify(record)).not.toContain("canary");
});

test("a change reaches a queue through a rule", async () => {
  const queues = wire.client(sqs.SQSClient, region);
  const bus = wire.client(events.EventBridgeClient, region);
  const { QueueUrl } = await queues.send(new sqs.CreateQueueCommand({ QueueName: "changes" }));
  const QueueArn = `arn:aws:sqs:${region}:${own()}:changes`;
  const { RuleArn } = await bus.send(
    new events.PutRuleCommand({
      Name: "watch",
      EventPattern: JSON.stringify({
        source: ["aws.ec2"],
        "detail-type": ["AWS API Call via CloudTrail"],
        detail: { eventName: [{ prefix: "Create" }] },
      }),
    }),
  );
  await bus.send(new events.PutTargetsCommand({ Rule: "watch", Targets: [{ Id: "q", Arn: QueueArn }] }));
  const make = (GroupName: string) =>
    wire
      .client(ec2.EC2Client, region)
      .send(new ec2.CreateSecurityGroupCommand({ GroupName, Description: "d", VpcId }));
  const receive = (WaitTimeSeconds: number) =>
    queues.send(new sqs.ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds }));
  await make("unheard");
  expect((await receive(1)).Messages).toBeUndefined();
  const Policy = JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Principal: { Service: "events.amazonaws.com" },
        Action: "sqs:SendMessage",
        Resource: QueueArn,
        Condition: { ArnEquals: { "aws:SourceArn": RuleArn } },
      },
    ],
  });
  await queues.send(new sqs.SetQueueAttributesCommand({ QueueUrl, Attributes: { Policy } }));
  const waiting = receive(10);
  const { GroupId } = await make("heard");
  const [message] = (await waiting).Messages ?? [];
  expect(JSON.parse(message?.Body ?? "{}")).toMatchObject({
    version: "0",
    source: "aws.ec2",
    account: own(),
    region,
    detail: { eventName: "CreateSecurityGroup", responseElements: { groupId: GroupId } },
  });
});

test("the owner of a bucket sees who changed it from another account", async () => {
  const member = [...wire.simulator.world.accounts.keys()].find((id) => id !== own()) ?? "";
  const Bucket = "watched-by-its-owner";
  const client = wire.client(s3.S3Client);
  await client.send(new s3.CreateBucketCommand({ Bucket }));
  const Policy = JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Principal: { AWS: member },
        Action: "s3:PutBucketTagging",
        Resource: `arn:aws:s3:::${Bucket}`,
      },
    ],
  });
  await client.send(new s3.PutBucketPolicyCommand({ Bucket, Policy }));
  expect(await recordOf("PutBucketPolicy", "us-east-1")).toMatchObject({
    requestParameters: { bucketPolicy: JSON.parse(Policy) },
  });
  await wire
    .client(s3.S3Client, "us-east-1", await wire.asMember(member))
    .send(new s3.PutBucketTaggingCommand({ Bucket, Tagging: { TagSet: [{ Key: "a", Value: "1" }] } }));
  expect(await recordOf("PutBucketTagging", "us-east-1")).toMatchObject({
    userIdentity: { type: "AWSAccount", accountId: member },
    recipientAccountId: own(),
    sharedEventID: expect.any(String),
  });
});
