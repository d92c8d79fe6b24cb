import { call, defineResourceType } from "#catalog/define.ts";

export default defineResourceType({
  type: "aws.sns.topic",
  title: "SNS topic",
  category: "notification topic",
  client: "sns",
  scope: "regional",
  list: call("ListTopics", { items: "Topics" }),
  details: [
    call("GetTopicAttributes", {
      input: { TopicArn: "TopicArn" },
      take: "Attributes",
      into: "Attributes",
    }),
    call("ListTagsForResource", { input: { ResourceArn: "TopicArn" }, take: "Tags", into: "Tags" }),
  ],
  id: "TopicArn",
  arn: "@TopicArn",
  tags: "Tags",
  // Subscribers come and go.
  volatile: [
    "Attributes.SubscriptionsConfirmed",
    "Attributes.SubscriptionsDeleted",
    "Attributes.SubscriptionsPending",
  ],
  json: ["Attributes.Policy", "Attributes.DeliveryPolicy", "Attributes.EffectiveDeliveryPolicy"],
  relations: { encryptedBy: { to: "aws.kms.key", by: "Attributes.KmsMasterKeyId" } },
  events: {
    CreateTopic: "responseElements.topicArn",
    DeleteTopic: "requestParameters.topicArn",
    SetTopicAttributes: "requestParameters.topicArn",
    AddPermission: "requestParameters.topicArn",
    RemovePermission: "requestParameters.topicArn",
    TagResource: "requestParameters.resourceArn",
    UntagResource: "requestParameters.resourceArn",
  },
});
