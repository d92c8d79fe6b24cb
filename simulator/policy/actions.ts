// The IAM actions of operations where they are not `signing name:Operation`: what a call needs unless its service
// says it more exactly. From AWS's Service Authorization Reference, read 2026-11; all reads of the installed clients.
import type { Api, ApiOperation } from "../wire/api.ts";

/** By SDK client. */
const prefixes: Record<string, string> = {
  cloudwatch: "cloudwatch",
  "resource-groups-tagging-api": "tag",
};

const s3: Record<string, string> = {
  GetBucketAccelerateConfiguration: "s3:GetAccelerateConfiguration",
  GetBucketAnalyticsConfiguration: "s3:GetAnalyticsConfiguration",
  GetBucketEncryption: "s3:GetEncryptionConfiguration",
  GetBucketIntelligentTieringConfiguration: "s3:GetIntelligentTieringConfiguration",
  GetBucketInventoryConfiguration: "s3:GetInventoryConfiguration",
  GetBucketLifecycleConfiguration: "s3:GetLifecycleConfiguration",
  GetBucketMetadataConfiguration: "s3:GetBucketMetadataTableConfiguration",
  GetBucketMetricsConfiguration: "s3:GetMetricsConfiguration",
  GetBucketNotificationConfiguration: "s3:GetBucketNotification",
  GetBucketReplication: "s3:GetReplicationConfiguration",
  GetObjectLockConfiguration: "s3:GetBucketObjectLockConfiguration",
  GetPublicAccessBlock: "s3:GetBucketPublicAccessBlock",
  HeadBucket: "s3:ListBucket",
  HeadObject: "s3:GetObject",
  ListBucketAnalyticsConfigurations: "s3:GetAnalyticsConfiguration",
  ListBucketIntelligentTieringConfigurations: "s3:GetIntelligentTieringConfiguration",
  ListBucketInventoryConfigurations: "s3:GetInventoryConfiguration",
  ListBucketMetricsConfigurations: "s3:GetMetricsConfiguration",
  ListBuckets: "s3:ListAllMyBuckets",
  ListDirectoryBuckets: "s3express:ListAllMyDirectoryBuckets",
  ListMultipartUploads: "s3:ListBucketMultipartUploads",
  ListObjects: "s3:ListBucket",
  ListObjectsV2: "s3:ListBucket",
  ListObjectVersions: "s3:ListBucketVersions",
  ListParts: "s3:ListMultipartUploadParts",
  SelectObjectContent: "s3:GetObject",
};

/** By SDK client and operation. */
const named: Record<string, Record<string, string>> = {
  accessanalyzer: {
    GetFindingV2: "access-analyzer:GetFinding",
    ListFindingsV2: "access-analyzer:ListFindings",
  },
  cloudfront: { ListDistributionsByOwnedResource: "cloudfront:ListDistributions" },
  dynamodb: {
    BatchExecuteStatement: "dynamodb:PartiQLSelect",
    ExecuteStatement: "dynamodb:PartiQLSelect",
    ExecuteTransaction: "dynamodb:PartiQLSelect",
    TransactGetItems: "dynamodb:GetItem",
  },
  lambda: {
    GetLayerVersionByArn: "lambda:GetLayerVersion",
    Invoke: "lambda:InvokeFunction",
    InvokeWithResponseStream: "lambda:InvokeFunction",
  },
  s3,
  "s3-control": {
    GetBucketLifecycleConfiguration: "s3-outposts:GetLifecycleConfiguration",
    GetBucketReplication: "s3-outposts:GetReplicationConfiguration",
    GetBucket: "s3-outposts:GetBucket",
    GetPublicAccessBlock: "s3:GetAccountPublicAccessBlock",
    PutPublicAccessBlock: "s3:PutAccountPublicAccessBlock",
    DeletePublicAccessBlock: "s3:PutAccountPublicAccessBlock",
    ListAccessPointsForDirectoryBuckets: "s3express:ListAccessPointsForDirectoryBuckets",
    ListRegionalBuckets: "s3-outposts:ListRegionalBuckets",
  },
  securityhub: {
    GetFindingStatisticsV2: "securityhub:GetAdhocInsightResults",
    GetFindingsV2: "securityhub:GetFindings",
  },
  sns: { PublishBatch: "sns:Publish" },
  sqs: {
    ChangeMessageVisibilityBatch: "sqs:ChangeMessageVisibility",
    DeleteMessageBatch: "sqs:DeleteMessage",
    SendMessageBatch: "sqs:SendMessage",
  },
};

export function actionOf(api: Api, operation: ApiOperation, iamPrefix?: string): string {
  // API Gateway's actions are HTTP methods, on paths.
  if (api.client === "api-gateway") return `apigateway:${operation.http?.method ?? "GET"}`;
  const prefix = iamPrefix ?? prefixes[api.client] ?? api.signingName;
  return named[api.client]?.[operation.name] ?? `${prefix}:${operation.name}`;
}
