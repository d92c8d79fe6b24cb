// CloudWatch: metric alarms, and metrics as far as they are put by API.
import type { Call, NeededPermission, ServiceDefinition } from "../operation.ts";
import { alarmArn, alarmOperations } from "./cloudwatch/alarms.ts";
import { metricOperations } from "./cloudwatch/metrics.ts";

interface Named {
  AlarmName?: string;
  AlarmNames?: string[];
  ResourceARN?: string;
}

const onAlarms =
  (operation: string) =>
  (call: Call<Named>): NeededPermission[] => {
    const { AlarmName, AlarmNames, ResourceARN } = call.input;
    const action = `cloudwatch:${operation}`;
    if (ResourceARN !== undefined) return [{ action, resource: ResourceARN }];
    return [AlarmName ?? AlarmNames ?? []]
      .flat()
      .map((name) => ({ action, resource: alarmArn(call.world, call, name) }));
  };

const named = [
  "PutMetricAlarm",
  "DeleteAlarms",
  "EnableAlarmActions",
  "DisableAlarmActions",
  "SetAlarmState",
  "TagResource",
  "UntagResource",
  "ListTagsForResource",
];

export const cloudwatch: ServiceDefinition = {
  client: "cloudwatch",
  iamPrefix: "cloudwatch",
  operations: { ...alarmOperations, ...metricOperations },
  permissions: Object.fromEntries(named.map((name) => [name, onAlarms(name)])),
};
