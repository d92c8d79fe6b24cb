// How an operation is paged: its tokens from the SDK's schemas by AWS's naming habits (a test holds
// them against the SDK's own paginators), its page sizes from a reviewed table.
import { createRequire } from "node:module";
import { NormalizedSchema, type operation } from "@smithy/core/schema";

export interface Pagination {
  inputToken: string;
  outputToken: string;
  limitKey: string | null;
  limit: number | null;
}

/** Input token → output tokens, the first that the operation has. */
const tokenNames: [input: string, outputs: string[]][] = [
  ["NextToken", ["NextToken"]],
  ["nextToken", ["nextToken"]],
  ["Marker", ["NextMarker", "Marker"]],
  ["marker", ["nextMarker", "marker"]],
  ["ContinuationToken", ["NextContinuationToken", "ContinuationToken"]],
  ["PaginationToken", ["PaginationToken"]],
  ["position", ["position"]],
  ["ExclusiveStartTableName", ["LastEvaluatedTableName"]],
];

const limitNames = [
  "MaxResults",
  "maxResults",
  "MaxItems",
  "MaxRecords",
  "MaxBuckets",
  "MaxKeys",
  "Limit",
  "limit",
  "PageSize",
  "ResourcesPerPage",
];

/** EC2's lists that take fewer than 1,000 a page: its API model's ranges and the SDK's documentation (2026-11-22). */
const smallerInEc2 = {
  DescribeByoipCidrs: 100,
  DescribeCapacityReservationFleets: 100,
  DescribeEgressOnlyInternetGateways: 255,
  DescribeExportImageTasks: 500,
  DescribeFastLaunchImages: 200,
  DescribeFastSnapshotRestores: 200,
  DescribeHostReservationOfferings: 500,
  DescribeHostReservations: 500,
  DescribeHosts: 500,
  DescribeInstanceEventWindows: 500,
  DescribeInstanceTypes: 100,
  DescribeLaunchTemplateVersions: 200,
  DescribeLaunchTemplates: 200,
  DescribeMacHosts: 500,
  DescribeMacModificationTasks: 500,
  DescribeManagedPrefixLists: 100,
  DescribeMetricCategories: 100,
  DescribeNetworkInterfacePermissions: 255,
  DescribeReplaceRootVolumeTasks: 50,
  DescribeRouteTables: 100,
  DescribeScheduledInstanceAvailability: 300,
  DescribeScheduledInstances: 300,
  DescribeStaleSecurityGroups: 255,
  DescribeStoreImageTasks: 200,
  DescribeTrunkInterfaceAssociations: 255,
  DescribeVerifiedAccessInstances: 200,
  DescribeVerifiedAccessTrustProviders: 200,
  DescribeVolumesModifications: 500,
  DescribeVpcClassicLinkDnsSupport: 255,
  GetManagedPrefixListAssociations: 255,
  GetManagedPrefixListEntries: 100,
  ListVolumesInRecycleBin: 500,
};

/**
 * Largest page each API documents, by client, with exceptions by operation; null = none is sent.
 * EC2's calls without one share a much smaller budget (aws.md §3).
 */
const pageSizes: Record<string, { all: number | null; [operation: string]: number | null }> = {
  account: { all: 50 },
  cloudtrail: { all: null },
  ec2: { all: 1000, ...smallerInEc2 },
  ecr: { all: 1000 },
  iam: { all: 1000 },
  kms: { all: 100, ListKeys: 1000, ListResourceTags: 50 },
  lambda: { all: 50 },
  organizations: { all: 20 },
  rds: { all: 100 },
  "resource-groups-tagging-api": { all: 100 },
  s3: { all: 1000 },
  "secrets-manager": { all: 100 },
  sqs: { all: 1000 },
};

const require = createRequire(import.meta.url);
const known = new Map<string, Pagination | null>();

/** Null for an operation that answers all at once. */
export function paginationOf(client: string, operationName: string): Pagination | null {
  const key = `${client}:${operationName}`;
  let pagination = known.get(key);
  if (pagination === undefined) {
    pagination = derive(client, operationName);
    known.set(key, pagination);
  }
  return pagination;
}

function derive(client: string, operationName: string): Pagination | null {
  const exports = require(`@aws-sdk/client-${client}`) as Record<string, unknown>;
  const raw = exports[`${operationName}$`];
  if (!Array.isArray(raw)) throw new Error(`@aws-sdk/client-${client} has no operation ${operationName}`);
  const inputs = membersOf(raw[4]);
  const outputs = membersOf(raw[5]);
  for (const [inputToken, candidates] of tokenNames) {
    const outputToken = candidates.find((name) => outputs.has(name));
    if (!inputs.has(inputToken) || !outputToken) continue;
    const limitKey = limitNames.find((name) => inputs.has(name)) ?? null;
    const sizes = pageSizes[client];
    const limit =
      limitKey === null || !sizes ? null : (sizes[operationName in sizes ? operationName : "all"] ?? null);
    return { inputToken, outputToken, limitKey, limit };
  }
  return null;
}

function membersOf(shape: Parameters<typeof operation>[3]): Set<string> {
  const schema = NormalizedSchema.of(shape);
  return new Set(schema.isStructSchema() ? [...schema.structIterator()].map(([name]) => name) : []);
}
