// AWS's rate limits, as far as they are known: the pacer keeps below them and the simulator enforces them.
// Sources: D = AWS documentation, F = seen in the field by several projects, R = recalled, unverified.
// Rows are tried from the top; the first whose service and operations fit is the one.

export interface Quota {
  /** Suffix of the SDK client: "sts" for @aws-sdk/client-sts. */
  service: string;
  /** What shares one bucket; each operation has its own where `each` is set. */
  operationClass: string;
  each?: true;
  /** Operation names; a trailing * is any ending. */
  operations: string[];
  /** Calls at once after a rest. */
  capacity: number;
  refillPerSecond: number;
  /** What the bucket belongs to: one per account, per account and region, or per organization. */
  scope: "account" | "region" | "organization";
  source: "D" | "F" | "R";
}

export const quotas: readonly Quota[] = [
  // 600 requests per second per account and region, counted on the caller's account.
  row("sts", "all", ["*"], 600, 600, "region", "D"),
  // A throttle per organization; AWS's page names no numbers we could verify. Field reports begin at about 10/s.
  row("organizations", "all", ["*"], 20, 20, "organization", "R"),
  // https://docs.aws.amazon.com/accounts/latest/reference/quotas.html, read 2026-11: each operation has its rate.
  each("account", "regions", ["ListRegions", "GetRegionOptStatus"], 5, 5, "account", "D"),
  each("account", "contacts", ["GetContactInformation", "GetAlternateContact"], 15, 10, "account", "D"),
  each("account", "account-information", ["GetAccountInformation", "GetPrimaryEmail"], 3, 3, "account", "D"),
  each("account", "put-contacts", ["PutContactInformation", "PutAlternateContact"], 8, 5, "account", "D"),
  each("account", "delete-contact", ["DeleteAlternateContact"], 6, 1, "account", "D"),
  each("account", "change-regions", ["EnableRegion", "DisableRegion"], 1, 1, "account", "D"),
  row("account", "all", ["*"], 5, 5, "account", "R"),
  // Each EC2 operation has a bucket; the documented ones of most Describe* calls are 100 and 20/s.
  each("ec2", "describe", ["Describe*", "Get*"], 100, 20, "region", "D"),
  each("ec2", "mutate", ["*"], 50, 5, "region", "D"),
  row("iam", "simulate", ["Simulate*"], 10, 5, "account", "F"),
  row("iam", "read", ["Get*", "List*"], 20, 15, "account", "R"),
  row("iam", "write", ["*"], 10, 5, "account", "R"),
  row("cloudformation", "read", ["Describe*", "List*", "Get*"], 20, 10, "region", "R"),
  row("cloudformation", "write", ["*"], 5, 5, "region", "R"),
  // Objects: 5,500 reads and 3,500 writes per second and prefix; here for all prefixes of an account together.
  row(
    "s3",
    "objects-read",
    ["GetObject", "HeadObject", "GetObjectAcl", "GetObjectTagging", "GetObjectAttributes", "ListObjects*"],
    5500,
    5500,
    "account",
    "D",
  ),
  row(
    "s3",
    "objects-write",
    ["PutObject", "PutObjectAcl", "PutObjectTagging", "DeleteObject*", "CopyObject", "UploadPart*"],
    3500,
    3500,
    "account",
    "D",
  ),
  row("s3", "bucket-configuration", ["*"], 100, 20, "account", "R"),
  row("s3-control", "all", ["*"], 20, 10, "account", "R"),
  row("kms", "read", ["Describe*", "Get*", "List*"], 100, 100, "region", "D"),
  row("kms", "write", ["*"], 5, 5, "region", "D"),
  row("rds", "all", ["*"], 50, 20, "region", "R"),
  row("lambda", "read", ["Get*", "List*"], 100, 100, "region", "D"),
  row("lambda", "control", ["*"], 15, 15, "region", "D"),
  row("cloudtrail", "lookup", ["LookupEvents"], 2, 2, "region", "D"),
  row("cloudtrail", "read", ["Describe*", "Get*", "List*"], 10, 10, "region", "D"),
  row("cloudtrail", "write", ["*"], 1, 1, "region", "D"),
  // https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_limits.html, read 2026-11.
  row("secrets-manager", "values", ["DescribeSecret", "GetSecretValue"], 10_000, 10_000, "region", "D"),
  row("secrets-manager", "list", ["ListSecrets"], 100, 100, "region", "D"),
  row(
    "secrets-manager",
    "policies",
    ["GetResourcePolicy", "PutResourcePolicy", "DeleteResourcePolicy", "ValidateResourcePolicy"],
    50,
    50,
    "region",
    "D",
  ),
  row("secrets-manager", "write", ["*"], 50, 50, "region", "R"),
  row("cloudwatch", "list-metrics", ["ListMetrics"], 25, 25, "region", "D"),
  row("cloudwatch", "tags", ["ListTagsForResource"], 10, 10, "region", "D"),
  row("cloudwatch", "alarms", ["DescribeAlarms*"], 9, 9, "region", "R"),
  row("cloudwatch", "write", ["Put*", "Delete*"], 3, 3, "region", "R"),
  row("cloudwatch-logs", "filter", ["FilterLogEvents", "GetLogEvents"], 5, 5, "region", "D"),
  each("cloudwatch-logs", "describe", ["Describe*", "List*"], 10, 10, "region", "R"),
  row("sns", "list", ["ListTopics", "ListSubscriptions*"], 30, 30, "region", "R"),
  row("sns", "tags", ["ListTagsForResource"], 10, 10, "region", "R"),
  row("securityhub", "findings", ["GetFindings"], 6, 3, "region", "R"),
  row("securityhub", "standards", ["GetEnabledStandards"], 1, 1, "region", "R"),
  each("securityhub", "all", ["*"], 30, 10, "region", "R"),
  // Five per second for all of Route 53 together, whatever the region.
  row("route-53", "all", ["*"], 5, 5, "account", "R"),
  row("api-gateway", "all", ["*"], 40, 10, "region", "R"),
  row("ecs", "clusters", ["DescribeClusters", "ListClusters"], 50, 20, "region", "R"),
  row("ecs", "read", ["Describe*", "List*"], 100, 20, "region", "R"),
  row("resource-groups-tagging-api", "all", ["*"], 15, 15, "region", "R"),
];

/** The limit of one operation, or undefined where none is known. */
export function quotaOf(service: string, operation: string): Quota | undefined {
  return quotas.find(
    (quota) => quota.service === service && quota.operations.some((pattern) => fits(pattern, operation)),
  );
}

/** What shares a bucket with this operation: the class, or the operation itself where each has its own. */
export function bucketOf(quota: Quota, operation: string): string {
  return quota.each ? operation : quota.operationClass;
}

function fits(pattern: string, operation: string): boolean {
  return pattern.endsWith("*") ? operation.startsWith(pattern.slice(0, -1)) : operation === pattern;
}

function row(
  service: string,
  operationClass: string,
  operations: string[],
  capacity: number,
  refillPerSecond: number,
  scope: Quota["scope"],
  source: Quota["source"],
): Quota {
  return { service, operationClass, operations, capacity, refillPerSecond, scope, source };
}

function each(...parts: Parameters<typeof row>): Quota {
  return { ...row(...parts), each: true };
}
