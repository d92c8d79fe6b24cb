import { defineInsight } from "#catalog/define.ts";
import { isTrue } from "#rules/build.ts";

export default defineInsight({
  id: "aws.cloudtrail.log-validation-enabled",
  title: "Trail protects its log files by digests",
  severity: "low",
  on: "aws.cloudtrail.trail",
  passes: isTrue("LogFileValidationEnabled"),
  frameworks: { "cis-aws-5.0": ["3.2"], "cis-aws-7.0": ["4.2"], "aws-fsbp": ["CloudTrail.4"] },
  why: "Digests prove that no log file was changed or removed. Without them a log is no evidence.",
  fix: {
    steps:
      "Console: CloudTrail → Trails → the trail → General details → Edit → Log file validation. CLI: aws cloudtrail update-trail --name … --enable-log-file-validation; check with aws cloudtrail validate-logs.",
  },
  examples: {
    pass: [{ document: { LogFileValidationEnabled: true } }],
    fail: [{ document: { LogFileValidationEnabled: false } }],
    unknown: [{ document: {}, gaps: ["LogFileValidationEnabled"] }],
  },
});
