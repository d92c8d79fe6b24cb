import { defineInsight } from "#catalog/define.ts";
import { isTrue } from "#rules/build.ts";

export default defineInsight({
  id: "aws.secretsmanager.secret-rotation-enabled",
  title: "Secret rotates by itself",
  severity: "medium",
  on: "aws.secretsmanager.secret",
  passes: isTrue("RotationEnabled"),
  frameworks: { "aws-fsbp": ["SecretsManager.1"] },
  why: "A secret that never changes stays useful to whoever once saw it: a former colleague, a backup, a log.",
  fix: {
    steps:
      "Console: Secrets Manager → the secret → Rotation → Edit rotation → Automatic rotation. CLI: aws secretsmanager rotate-secret --secret-id … --rotation-lambda-arn … --rotation-rules AutomaticallyAfterDays=30. RDS and Redshift passwords can be managed by the service without a function.",
  },
  examples: {
    pass: [{ document: { RotationEnabled: true } }],
    fail: [{ document: { RotationEnabled: false } }, { document: {} }],
    unknown: [{ document: {}, gaps: ["RotationEnabled"] }],
  },
});
