// SQS: queues and their messages. Queues outlive a restart when changes are kept; messages do not.
import { silentPolicy } from "../events/service-permission.ts";
import type { Call, NeededPermission, ServiceDefinition } from "../operation.ts";
import { exchangeOperations } from "./sqs/exchange.ts";
import { queueOperations } from "./sqs/queues.ts";
import { findQueue, placeOfUrl, queueArn } from "./sqs/stored-queue.ts";

const operations = { ...queueOperations, ...exchangeOperations };

interface Named {
  QueueUrl?: string;
  QueueName?: string;
  QueueOwnerAWSAccountId?: string;
}

/** A batch needs the permission of what it does many times. */
const onQueue =
  (operation: string) =>
  (call: Call<Named>): NeededPermission[] => {
    const { QueueUrl, QueueName = "", QueueOwnerAWSAccountId = call.accountId } = call.input;
    const place =
      QueueUrl === undefined
        ? { accountId: QueueOwnerAWSAccountId, region: call.region, name: QueueName }
        : placeOfUrl(call, QueueUrl);
    const resource = queueArn(call.world, place, place.name);
    return [{ action: `sqs:${operation.replace(/Batch$/, "")}`, resource }];
  };

/** Another account's policy cannot give these (SQS's guide, "Cross-account permissions don't apply"). */
const ownOnly =
  /^sqs:(AddPermission|CreateQueue|DeleteQueue|ListQueues|ListQueueTags|RemovePermission|SetQueueAttributes|TagQueue|UntagQueue)$/;

export const sqs: ServiceDefinition = {
  client: "sqs",
  operations,
  permissions: {
    ...Object.fromEntries(Object.keys(operations).map((name) => [name, onQueue(name)])),
    ListQueues: (call: Call) => [{ action: "sqs:ListQueues", resource: queueArn(call.world, call, "") }],
  },
  resourcePolicy: (call: Call, { action, resource }) => {
    const [, , , region = "", accountId = "", name = ""] = resource.split(":");
    const queue = findQueue(call.world, { accountId, region }, name);
    if (!queue) return undefined;
    const isOther = accountId !== call.accountId;
    const text = isOther && ownOnly.test(action) ? undefined : queue.attributes.Policy;
    if (text !== undefined) return { accountId, text };
    return isOther ? { accountId, text: silentPolicy } : undefined;
  },
};
