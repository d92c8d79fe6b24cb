// A log group as the simulator keeps it, and the faults that every call on one shares.
import type { LogGroupClass, MetricFilter, SubscriptionFilter } from "@aws-sdk/client-cloudwatch-logs";
import { AwsFault, type Call } from "../../operation.ts";
import type { Stored } from "../../stored.ts";
import type { Place, World } from "../../world.ts";

/** Value of the collection "logs:group" under its name. */
export interface StoredGroup {
  name: string;
  createdAt: string;
  retentionInDays?: number;
  kmsKeyId?: string;
  logGroupClass: LogGroupClass;
  isDeletionProtected: boolean;
  metricFilters: Stored<MetricFilter>[];
  subscriptionFilters: Stored<SubscriptionFilter>[];
  streams: { name: string; createdAt: string }[];
  tags: Record<string, string>;
}

export const groupsIn = (world: World, place: Place) => world.collection<StoredGroup>(place, "logs:group");

export const groupArn = (world: World, { region, accountId }: Place, name: string) =>
  `arn:${world.partition}:logs:${region}:${accountId}:log-group:${name}`;

export const notFound = (what: string) =>
  new AwsFault("ResourceNotFoundException", `The specified ${what} does not exist.`);
export const invalid = (message: string) => new AwsFault("InvalidParameterException", message);

/** By name or ARN. */
export function needGroup(call: Call, given = ""): StoredGroup {
  const name = given.startsWith("arn:") ? given.split(":").slice(6).join(":").replace(/:\*$/, "") : given;
  const found = groupsIn(call.world, call).get(name);
  if (!found) throw notFound("log group");
  return found;
}

export function changeGroup(
  call: Call,
  name: string | undefined,
  change: (group: StoredGroup) => StoredGroup,
) {
  const group = needGroup(call, name);
  groupsIn(call.world, call).put(group.name, change(group));
  return {};
}
