// SNS: topics, subscriptions, and messages delivered to queues.
import { silentPolicy } from "../events/service-permission.ts";
import type { Call, NeededPermission, ServiceDefinition } from "../operation.ts";
import { findTopic, topicArn } from "./sns/stored-topic.ts";
import { subscriptionOperations } from "./sns/subscriptions.ts";
import { topicOperations } from "./sns/topics.ts";

interface Named {
  TopicArn?: string;
  TargetArn?: string;
  ResourceArn?: string;
  SubscriptionArn?: string;
  Name?: string;
}

const onTopic =
  (operation: string) =>
  (call: Call<Named>): NeededPermission[] => {
    const { TopicArn, TargetArn, ResourceArn, SubscriptionArn, Name } = call.input;
    const named = Name === undefined ? "*" : topicArn(call.world, call, Name);
    const ofSubscription = SubscriptionArn?.split(":").slice(0, 6).join(":");
    const resource = TopicArn ?? TargetArn ?? ResourceArn ?? ofSubscription ?? named;
    return [{ action: `sns:${operation.replace(/Batch$/, "")}`, resource }];
  };

const operations = { ...topicOperations, ...subscriptionOperations };

export const sns: ServiceDefinition = {
  client: "sns",
  operations,
  permissions: Object.fromEntries(Object.keys(operations).map((name) => [name, onTopic(name)])),
  resourcePolicy: (call: Call, { resource }) => {
    const [, , , region = "", accountId = "", name = ""] = resource.split(":");
    if (!name) return undefined;
    const text = findTopic(call.world, { accountId, region }, name)?.attributes.Policy;
    if (text !== undefined) return { accountId, text };
    return accountId === call.accountId ? undefined : { accountId, text: silentPolicy };
  },
};
