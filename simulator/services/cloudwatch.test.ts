import * as aws from "@aws-sdk/client-cloudwatch";
import * as logs from "@aws-sdk/client-cloudwatch-logs";
import { describe, expect } from "vitest";
import { checkCalls, startWire } from "./wire-clients.ts";

const wire = startWire();
const region = "eu-north-1";
const cloudwatch = () => wire.client(aws.CloudWatchClient, region);
const log = () => wire.client(logs.CloudWatchLogsClient, region);
const logGroupName = "/trail/management";
const arn = (name: string) =>
  `arn:aws:logs:${region}:${wire.simulator.managementAccountId}:log-group:${name}`;
const filterPattern = '{ ($.errorCode = "*UnauthorizedOperation") || ($.errorCode = "AccessDenied*") }';
const transformation = { metricName: "Denied", metricNamespace: "CIS", metricValue: "1" };

describe("log groups and their filters", () => {
  checkCalls([
    ["one is made", () => log().send(new logs.CreateLogGroupCommand({ logGroupName, tags: { a: "1" } })), {}],
    [
      "not twice",
      () => log().send(new logs.CreateLogGroupCommand({ logGroupName })),
      "400 ResourceAlreadyExistsException",
    ],
    [
      "no name",
      () => log().send(new logs.CreateLogGroupCommand({ logGroupName: "a b" })),
      "400 InvalidParameterException",
    ],
    [
      "kept for no such time",
      () => log().send(new logs.PutRetentionPolicyCommand({ logGroupName, retentionInDays: 2 })),
      "400 InvalidParameterException",
    ],
    [
      "kept for a year",
      () => log().send(new logs.PutRetentionPolicyCommand({ logGroupName, retentionInDays: 365 })),
      {},
    ],
    [
      "watched",
      () =>
        log().send(
          new logs.PutMetricFilterCommand({
            logGroupName,
            filterName: "denied",
            filterPattern,
            metricTransformations: [transformation],
          }),
        ),
      {},
    ],
    [
      "as shown",
      () => log().send(new logs.DescribeMetricFiltersCommand({ logGroupName })),
      { metricFilters: [{ filterName: "denied", filterPattern, metricTransformations: [transformation] }] },
    ],
    [
      "described",
      () => log().send(new logs.DescribeLogGroupsCommand({ logGroupNamePrefix: "/trail" })),
      {
        logGroups: [
          { logGroupName, retentionInDays: 365, metricFilterCount: 1, arn: expect.stringMatching(/:\*$/) },
        ],
      },
    ],
    [
      "tagged",
      () => log().send(new logs.TagResourceCommand({ resourceArn: arn(logGroupName), tags: { b: "2" } })),
      {},
    ],
    [
      "as shown by tags",
      () => log().send(new logs.ListTagsForResourceCommand({ resourceArn: arn(logGroupName) })),
      { tags: { a: "1", b: "2" } },
    ],
    [
      "open to a service",
      () =>
        log().send(
          new logs.PutResourcePolicyCommand({
            policyName: "p",
            policyDocument: JSON.stringify({
              Version: "2012-10-17",
              Statement: [
                {
                  Effect: "Allow",
                  Principal: { Service: "route53.amazonaws.com" },
                  Action: "logs:PutLogEvents",
                  Resource: "*",
                },
              ],
            }),
          }),
        ),
      { resourcePolicy: { policyName: "p" } },
    ],
    [
      "shown",
      () => log().send(new logs.DescribeResourcePoliciesCommand({})),
      { resourcePolicies: [{ policyName: "p" }] },
    ],
    [
      "unwatched",
      () => log().send(new logs.DeleteMetricFilterCommand({ logGroupName, filterName: "denied" })),
      {},
    ],
    [
      "not twice unwatched",
      () => log().send(new logs.DeleteMetricFilterCommand({ logGroupName, filterName: "denied" })),
      "400 ResourceNotFoundException",
    ],
    ["gone", () => log().send(new logs.DeleteLogGroupCommand({ logGroupName })), {}],
    [
      "and not there",
      () => log().send(new logs.DeleteLogGroupCommand({ logGroupName })),
      "400 ResourceNotFoundException",
    ],
  ]);
});

describe("alarms", () => {
  const alarm = {
    AlarmName: "denied",
    MetricName: "Denied",
    Namespace: "CIS",
    Statistic: "Sum" as const,
    Period: 300,
    EvaluationPeriods: 1,
    Threshold: 1,
    ComparisonOperator: "GreaterThanOrEqualToThreshold" as const,
    AlarmActions: ["arn:aws:sns:eu-north-1:111111111111:alerts"],
  };
  checkCalls([
    ["one is put", () => cloudwatch().send(new aws.PutMetricAlarmCommand(alarm)), {}],
    [
      "one without a metric",
      () => cloudwatch().send(new aws.PutMetricAlarmCommand({ ...alarm, MetricName: undefined })),
      "400 ValidationException",
    ],
    [
      "it knows nothing yet",
      () => cloudwatch().send(new aws.DescribeAlarmsCommand({ AlarmNames: ["denied"] })),
      { MetricAlarms: [{ AlarmName: "denied", StateValue: "INSUFFICIENT_DATA", ActionsEnabled: true }] },
    ],
    [
      "it is found by its metric",
      () =>
        cloudwatch().send(new aws.DescribeAlarmsForMetricCommand({ MetricName: "Denied", Namespace: "CIS" })),
      { MetricAlarms: [{ AlarmName: "denied", AlarmActions: alarm.AlarmActions }] },
    ],
    [
      "it is told",
      () =>
        cloudwatch().send(
          new aws.SetAlarmStateCommand({ AlarmName: "denied", StateValue: "OK", StateReason: "r" }),
        ),
      {},
    ],
    [
      "it is quiet",
      () => cloudwatch().send(new aws.DisableAlarmActionsCommand({ AlarmNames: ["denied"] })),
      {},
    ],
    [
      "as shown",
      () => cloudwatch().send(new aws.DescribeAlarmsCommand({ StateValue: "OK" })),
      { MetricAlarms: [{ AlarmName: "denied", ActionsEnabled: false }] },
    ],
    [
      "a metric is put",
      () =>
        cloudwatch().send(
          new aws.PutMetricDataCommand({
            Namespace: "CIS",
            MetricData: [{ MetricName: "Denied", Value: 3 }],
          }),
        ),
      {},
    ],
    [
      "and listed",
      () => cloudwatch().send(new aws.ListMetricsCommand({ Namespace: "CIS" })),
      { Metrics: [{ MetricName: "Denied" }] },
    ],
    [
      "and read",
      () =>
        cloudwatch().send(
          new aws.GetMetricDataCommand({
            StartTime: new Date(Date.now() - 60_000),
            EndTime: new Date(Date.now() + 60_000),
            MetricDataQueries: [
              {
                Id: "m",
                MetricStat: { Metric: { Namespace: "CIS", MetricName: "Denied" }, Period: 60, Stat: "Sum" },
              },
            ],
          }),
        ),
      { MetricDataResults: [{ Id: "m", Values: [3] }] },
    ],
    [
      "unknown ones are not deleted",
      () => cloudwatch().send(new aws.DeleteAlarmsCommand({ AlarmNames: ["x"] })),
      "404 ResourceNotFound",
    ],
    ["it goes", () => cloudwatch().send(new aws.DeleteAlarmsCommand({ AlarmNames: ["denied"] })), {}],
    ["and is gone", () => cloudwatch().send(new aws.DescribeAlarmsCommand({})), { MetricAlarms: [] }],
  ]);
});
