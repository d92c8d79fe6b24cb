import { defineInsight } from "#catalog/define.ts";
import { isSet } from "#rules/build.ts";

export default defineInsight({
  id: "aws.cloudtrail.cloudwatch-logs-integrated",
  title: "Trail delivers to CloudWatch Logs",
  severity: "low",
  on: "aws.cloudtrail.trail",
  passes: isSet("CloudWatchLogsLogGroupArn"),
  frameworks: { "aws-fsbp": ["CloudTrail.5"] },
  why: "Alarms on dangerous events need the events in CloudWatch Logs; files in a bucket wake nobody.",
  fix: {
    steps:
      "Console: CloudTrail → Trails → the trail → CloudWatch Logs → Edit → Enabled. CLI: aws cloudtrail update-trail --name … --cloud-watch-logs-log-group-arn … --cloud-watch-logs-role-arn …. If EventBridge or a SIEM watches the events already, exempt the trail.",
  },
  examples: {
    pass: [
      { document: { CloudWatchLogsLogGroupArn: "arn:aws:logs:eu-west-1:111122223333:log-group:trail:*" } },
    ],
    fail: [{ document: {} }],
    unknown: [{ document: {}, gaps: ["CloudWatchLogsLogGroupArn"] }],
  },
});
