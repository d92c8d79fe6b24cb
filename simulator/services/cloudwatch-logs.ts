// CloudWatch Logs: log groups, retention, encryption, metric filters, resource policies, tags. Log events are not kept.

import type { Call, NeededPermission, ServiceDefinition } from "../operation.ts";
import { metricFilterOperations } from "./cloudwatch-logs/filters.ts";
import { groupOperations } from "./cloudwatch-logs/groups.ts";
import { resourcePolicyOperations } from "./cloudwatch-logs/resource-policies.ts";
import { groupArn } from "./cloudwatch-logs/stored-group.ts";

interface Named {
  logGroupName?: string;
  resourceArn?: string;
}

/** Permissions name a group with the streams in it. */
const onGroup =
  (operation: string) =>
  (call: Call<Named>): NeededPermission[] => {
    const { logGroupName, resourceArn } = call.input;
    const arn = logGroupName === undefined ? resourceArn : groupArn(call.world, call, logGroupName);
    return [{ action: `logs:${operation}`, resource: arn ? `${arn.replace(/:\*$/, "")}:*` : "*" }];
  };

const operations = { ...groupOperations, ...metricFilterOperations, ...resourcePolicyOperations };

export const cloudwatchLogs: ServiceDefinition = {
  client: "cloudwatch-logs",
  iamPrefix: "logs",
  operations,
  permissions: Object.fromEntries(Object.keys(operations).map((name) => [name, onGroup(name)])),
};
