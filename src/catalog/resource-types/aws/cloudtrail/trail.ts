// A trail is listed in its home region and its own account alone: the shadows of multi-region and
// organization trails are left out. That an account is covered by an organization's trail is read
// from aws.account.settings, whose relation "trail" leads here.
import { call, defineResourceType } from "#catalog/define.ts";

export default defineResourceType({
  type: "aws.cloudtrail.trail",
  title: "CloudTrail trail",
  category: "audit log",
  client: "cloudtrail",
  scope: "regional",
  list: call("DescribeTrails", { items: "trailList", fixed: { includeShadowTrails: false } }),
  details: [
    call("GetTrailStatus", { input: { Name: "TrailARN" }, into: "Status" }),
    call("GetEventSelectors", { input: { TrailName: "TrailARN" }, into: "Selectors" }),
  ],
  id: "Name",
  name: "Name",
  arn: "arn:{partition}:cloudtrail:{region}:{account}:trail/{Name}",
  volatile: [
    "Status.LatestDeliveryTime",
    "Status.LatestNotificationTime",
    "Status.LatestCloudWatchLogsDeliveryTime",
    "Status.LatestDigestDeliveryTime",
    "Status.LatestDeliveryAttemptTime",
    "Status.LatestNotificationAttemptTime",
    "Status.LatestDeliveryAttemptSucceeded",
    "Status.LatestNotificationAttemptSucceeded",
  ],
  relations: {
    bucket: { to: "aws.s3.bucket", by: "S3BucketName", anywhere: true },
    encryptedBy: { to: "aws.kms.key", by: "KmsKeyId" },
    logsRole: { to: "aws.iam.role", by: "CloudWatchLogsRoleArn" },
  },
  events: {
    CreateTrail: "requestParameters.name",
    UpdateTrail: "requestParameters.name",
    DeleteTrail: "requestParameters.name",
    StartLogging: "requestParameters.name",
    StopLogging: "requestParameters.name",
    PutEventSelectors: "requestParameters.trailName",
  },
});
