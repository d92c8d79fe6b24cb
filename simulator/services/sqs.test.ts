import * as aws from "@aws-sdk/client-sqs";
import { describe, expect, test } from "vitest";
import { checkCalls, startWire } from "./wire-clients.ts";

const wire = startWire();
const region = "eu-north-1";
const sqs = (where = region) => wire.client(aws.SQSClient, where);
const own = () => wire.simulator.managementAccountId;
const url = (name: string, owner = own()) => `https://sqs.${region}.amazonaws.com/${owner}/${name}`;
const arn = (name: string) => `arn:aws:sqs:${region}:${own()}:${name}`;
const QueueUrl = () => url("first");
const make = (QueueName: string, Attributes: Record<string, string> = {}) =>
  sqs().send(new aws.CreateQueueCommand({ QueueName, Attributes }));
const send = (MessageBody: string, more: Partial<aws.SendMessageCommandInput> = {}) =>
  sqs().send(new aws.SendMessageCommand({ QueueUrl: QueueUrl(), MessageBody, ...more }));
const receive = (more: Partial<aws.ReceiveMessageCommandInput> = {}) =>
  sqs()
    .send(new aws.ReceiveMessageCommand({ QueueUrl: QueueUrl(), ...more }))
    .then((a) => a.Messages ?? []);
const attributes = (queueUrl = QueueUrl()) =>
  sqs()
    .send(new aws.GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: ["All"] }))
    .then((a) => a.Attributes ?? {});

describe("queues", () => {
  checkCalls([
    [
      "one is made",
      () => make("first", { VisibilityTimeout: "1" }),
      { QueueUrl: expect.stringMatching(/\/first$/) },
    ],
    ["again the same", () => make("first", { VisibilityTimeout: "1" }), {}],
    ["again another", () => make("first", { VisibilityTimeout: "2" }), "400 QueueNameExists"],
    ["no name", () => make("a b"), "400 InvalidParameterValue"],
    ["no attribute", () => make("second", { Colour: "red" }), "400 InvalidAttributeName"],
    ["no number", () => make("second", { DelaySeconds: "901" }), "400 InvalidParameterValue"],
    ["a policy that is none", () => make("second", { Policy: "{}" }), "400 InvalidParameterValue"],
    [
      "defaults",
      () => attributes(),
      {
        VisibilityTimeout: "1",
        MessageRetentionPeriod: "345600",
        SqsManagedSseEnabled: "true",
        ApproximateNumberOfMessages: "0",
      },
    ],
    ["found by name", () => sqs().send(new aws.GetQueueUrlCommand({ QueueName: "first" })), {}],
    [
      "none by another",
      () => sqs().send(new aws.GetQueueUrlCommand({ QueueName: "none" })),
      "400 QueueDoesNotExist",
    ],
    [
      "tags",
      () => sqs().send(new aws.TagQueueCommand({ QueueUrl: QueueUrl(), Tags: { a: "1", b: "2" } })),
      {},
    ],
    ["fewer", () => sqs().send(new aws.UntagQueueCommand({ QueueUrl: QueueUrl(), TagKeys: ["a"] })), {}],
    ["shown", () => sqs().send(new aws.ListQueueTagsCommand({ QueueUrl: QueueUrl() })), { Tags: { b: "2" } }],
    [
      "a key replaces SQS's own",
      () =>
        sqs().send(
          new aws.SetQueueAttributesCommand({
            QueueUrl: QueueUrl(),
            Attributes: { KmsMasterKeyId: "alias/aws/sqs" },
          }),
        ),
      {},
    ],
    [
      "as shown",
      () => attributes(),
      { SqsManagedSseEnabled: "false", KmsMasterKeyId: "alias/aws/sqs", KmsDataKeyReusePeriodSeconds: "300" },
    ],
    ["another", () => make("second"), {}],
    [
      "listed by page",
      () => sqs().send(new aws.ListQueuesCommand({ MaxResults: 1 })),
      { QueueUrls: [expect.stringMatching(/first/)], NextToken: expect.any(String) },
    ],
    ["it goes", () => sqs().send(new aws.DeleteQueueCommand({ QueueUrl: url("second") })), {}],
    ["and cannot come back at once", () => make("second"), "400 QueueDeletedRecently"],
  ]);
});

describe("messages", () => {
  const typed = {
    MessageAttributes: {
      kind: { DataType: "String", StringValue: "ü" },
      raw: { DataType: "Binary", BinaryValue: new Uint8Array([1, 2]) },
    },
  };
  test("arrive once with their digests, and come back when they are not deleted", async () => {
    await send("hällo", typed);
    const [first] = await receive({ MessageAttributeNames: ["All"], AttributeNames: ["All"] });
    expect(first).toMatchObject({
      Body: "hällo",
      MessageAttributes: { kind: { StringValue: "ü" } },
      Attributes: { ApproximateReceiveCount: "1" },
    });
    expect(await attributes()).toMatchObject({ ApproximateNumberOfMessagesNotVisible: "1" });
    expect(await receive()).toEqual([]);
    const [again] = await receive({ WaitTimeSeconds: 5, AttributeNames: ["All"] });
    expect(again?.Attributes?.ApproximateReceiveCount).toBe("2");
    const drop = (handle = "") =>
      sqs().send(new aws.DeleteMessageCommand({ QueueUrl: QueueUrl(), ReceiptHandle: handle }));
    await drop(first?.ReceiptHandle);
    expect(await attributes()).toMatchObject({ ApproximateNumberOfMessagesNotVisible: "1" });
    await drop(again?.ReceiptHandle);
    expect(await attributes()).toMatchObject({ ApproximateNumberOfMessagesNotVisible: "0" });
    await expect(drop("nonsense")).rejects.toMatchObject({ name: "ReceiptHandleIsInvalid" });
  });

  test("a batch answers each entry", async () => {
    const sent = await sqs().send(
      new aws.SendMessageBatchCommand({
        QueueUrl: QueueUrl(),
        Entries: [
          { Id: "good", MessageBody: "1" },
          { Id: "bad", MessageBody: "\u0001" },
        ],
      }),
    );
    expect(sent).toMatchObject({
      Successful: [{ Id: "good" }],
      Failed: [{ Id: "bad", Code: "InvalidMessageContents", SenderFault: true }],
    });
    await expect(
      sqs().send(
        new aws.SendMessageBatchCommand({
          QueueUrl: QueueUrl(),
          Entries: [
            { Id: "a", MessageBody: "1" },
            { Id: "a", MessageBody: "2" },
          ],
        }),
      ),
    ).rejects.toMatchObject({ name: "BatchEntryIdsNotDistinct" });
    const [message] = await receive({ VisibilityTimeout: 600 });
    const ReceiptHandle = message?.ReceiptHandle ?? "";
    const change = { QueueUrl: QueueUrl(), ReceiptHandle, VisibilityTimeout: 0 };
    await sqs().send(new aws.ChangeMessageVisibilityCommand(change));
    expect(await receive()).toHaveLength(1);
    await sqs().send(new aws.PurgeQueueCommand({ QueueUrl: QueueUrl() }));
    await expect(sqs().send(new aws.PurgeQueueCommand({ QueueUrl: QueueUrl() }))).rejects.toMatchObject({
      name: "PurgeQueueInProgress",
    });
  });

  test("what is received too often goes to the dead letters", async () => {
    await make("dead");
    const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: arn("dead"), maxReceiveCount: 1 });
    const set = { QueueUrl: QueueUrl(), Attributes: { RedrivePolicy } };
    await sqs().send(new aws.SetQueueAttributesCommand(set));
    await send("poison");
    expect(await receive({ VisibilityTimeout: 0 })).toHaveLength(1);
    expect(await receive()).toEqual([]);
    const [dead] = await receive({ QueueUrl: url("dead"), AttributeNames: ["All"] });
    expect(dead).toMatchObject({ Body: "poison", Attributes: { DeadLetterQueueSourceArn: arn("first") } });
    expect(
      await sqs().send(new aws.ListDeadLetterSourceQueuesCommand({ QueueUrl: url("dead") })),
    ).toMatchObject({ queueUrls: [QueueUrl()] });
  });

  test("a FIFO queue keeps order within a group and drops what it was sent before", async () => {
    await make("ordered.fifo", { FifoQueue: "true" });
    const QueueUrl = url("ordered.fifo");
    await expect(send("x", { QueueUrl })).rejects.toMatchObject({ name: "MissingParameter" });
    for (const body of ["1", "1", "2", "3"])
      await send(body, { QueueUrl, MessageGroupId: body === "3" ? "b" : "a", MessageDeduplicationId: body });
    const both = await receive({ QueueUrl, MaxNumberOfMessages: 1 });
    expect(both.map(({ Body }) => Body)).toEqual(["1"]);
    expect((await receive({ QueueUrl, MaxNumberOfMessages: 10 })).map(({ Body }) => Body)).toEqual(["3"]);
  });
});

test("another account needs the queue's policy, and some calls even then", async () => {
  const member = [...wire.simulator.world.accounts.keys()].find((id) => id !== own()) ?? "";
  const client = wire.client(aws.SQSClient, region, await wire.asMember(member));
  const give = () => client.send(new aws.SendMessageCommand({ QueueUrl: QueueUrl(), MessageBody: "m" }));
  await expect(give()).rejects.toMatchObject({ name: expect.stringMatching(/^AccessDenied/) });
  const grant = { QueueUrl: QueueUrl(), Label: "l", AWSAccountIds: [member], Actions: ["*"] };
  await sqs().send(new aws.AddPermissionCommand(grant));
  expect(await give()).toMatchObject({ MessageId: expect.any(String) });
  await expect(
    client.send(new aws.SetQueueAttributesCommand({ QueueUrl: QueueUrl(), Attributes: {} })),
  ).rejects.toMatchObject({ name: expect.stringMatching(/^AccessDenied/) });
  await sqs().send(new aws.RemovePermissionCommand({ QueueUrl: QueueUrl(), Label: "l" }));
  await expect(give()).rejects.toMatchObject({ name: expect.stringMatching(/^AccessDenied/) });
});
