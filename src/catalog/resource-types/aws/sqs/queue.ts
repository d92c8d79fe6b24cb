// SQS names a queue by its URL, and gives every attribute as text.
import { call, defineResourceType } from "#catalog/define.ts";

const queue = { input: { QueueUrl: "QueueUrl" } };

export default defineResourceType({
  type: "aws.sqs.queue",
  title: "SQS queue",
  category: "message queue",
  client: "sqs",
  scope: "regional",
  list: call("ListQueues", { items: "QueueUrls" }),
  details: [
    call("GetQueueAttributes", {
      ...queue,
      fixed: { AttributeNames: ["All"] },
      take: "Attributes",
      into: "Attributes",
    }),
    call("ListQueueTags", { ...queue, take: "Tags", into: "Tags" }),
  ],
  id: "QueueUrl",
  arn: "@Attributes.QueueArn",
  createdAt: "Attributes.CreatedTimestamp",
  tags: "Tags",
  volatile: [
    "Attributes.ApproximateNumberOfMessages",
    "Attributes.ApproximateNumberOfMessagesDelayed",
    "Attributes.ApproximateNumberOfMessagesNotVisible",
  ],
  json: ["Attributes.Policy", "Attributes.RedrivePolicy", "Attributes.RedriveAllowPolicy"],
  relations: { encryptedBy: { to: "aws.kms.key", by: "Attributes.KmsMasterKeyId" } },
  events: {
    CreateQueue: "responseElements.queueUrl",
    DeleteQueue: "requestParameters.queueUrl",
    SetQueueAttributes: "requestParameters.queueUrl",
    AddPermission: "requestParameters.queueUrl",
    RemovePermission: "requestParameters.queueUrl",
    TagQueue: "requestParameters.queueUrl",
    UntagQueue: "requestParameters.queueUrl",
  },
});
