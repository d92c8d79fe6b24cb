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
  row("account", "regions", ["ListRegions", "GetRegionOptStatus"], 5, 5, "account", "D"),
  row("account", "contacts", ["GetContactInformation", "GetAlternateContact"], 15, 10, "account", "D"),
  row("account", "account-information", ["GetAccountInformation"], 3, 3, "account", "D"),
  row("account", "all", ["*"], 5, 5, "account", "R"),
  // Each EC2 operation has a bucket; the documented ones of most Describe* calls are 100 and 20/s.
  each("ec2", "describe", ["Describe*", "Get*"], 100, 20, "region", "D"),
  each("ec2", "mutate", ["*"], 50, 5, "region", "D"),
  row("iam", "simulate", ["Simulate*"], 10, 5, "account", "F"),
  row("iam", "read", ["Get*", "List*"], 20, 15, "account", "R"),
  row("iam", "write", ["*"], 10, 5, "account", "R"),
  row("cloudformation", "read", ["Describe*", "List*", "Get*"], 20, 10, "region", "R"),
  row("cloudformation", "write", ["*"], 5, 5, "region", "R"),
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
