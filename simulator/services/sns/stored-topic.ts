// Topics and subscriptions as the simulator keeps them, and how they are named.
import { isAccountKnown } from "../../organization.ts";
import type { Place, World } from "../../world.ts";

/** Value of the collection "sns:topic" under its name. */
export interface StoredTopic {
  name: string;
  createdAt: string;
  /** What was set, and the policy, which every topic has. */
  attributes: Record<string, string>;
  tags: { Key: string; Value: string }[];
}

/** Value of the collection "sns:subscription" in the topic's place under its ARN. */
export interface StoredSubscription {
  arn: string;
  topicArn: string;
  ownerId: string;
  protocol: string;
  endpoint: string;
  isPending: boolean;
  attributes: Record<string, string>;
}

export const topicsIn = (world: World, place: Place) => world.collection<StoredTopic>(place, "sns:topic");
export const subscriptionsIn = (world: World, place: Place) =>
  world.collection<StoredSubscription>(place, "sns:subscription");

export const findTopic = (world: World, place: Place, name: string): StoredTopic | undefined =>
  isAccountKnown(world, place.accountId) ? topicsIn(world, place).get(name) : undefined;

export const topicArn = (world: World, { region, accountId }: Place, name: string) =>
  `arn:${world.partition}:sns:${region}:${accountId}:${name}`;

/** The policy that SNS gives a new topic. */
export function defaultTopicPolicy(arn: string, accountId: string): string {
  const actions = [
    "GetTopicAttributes",
    "SetTopicAttributes",
    "AddPermission",
    "RemovePermission",
    "DeleteTopic",
    "Subscribe",
    "ListSubscriptionsByTopic",
    "Publish",
  ];
  return JSON.stringify({
    Version: "2008-10-17",
    Id: "__default_policy_ID",
    Statement: [
      {
        Sid: "__default_statement_ID",
        Effect: "Allow",
        Principal: { AWS: "*" },
        Action: actions.map((action) => `SNS:${action}`),
        Resource: arn,
        Condition: { StringEquals: { "AWS:SourceOwner": accountId } },
      },
    ],
  });
}
