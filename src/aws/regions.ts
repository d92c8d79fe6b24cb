// Which regions an account uses. Only account:ListRegions and ec2:DescribeRegions may say that a
// region is off; any other error there (a denial by an SCP) is a gap. Callers keep the answer for a day.
import type { AwsCaller, AwsCredentials, AwsError } from "#model/aws-call.ts";
import { partitionOf } from "./partitions.ts";

export interface AccountRegions {
  enabled: string[];
  disabled: string[];
  source: "account:ListRegions" | "ec2:DescribeRegions";
}

export type RegionsAnswer = { ok: true; regions: AccountRegions } | { ok: false; errors: AwsError[] };

interface Asked {
  accountId: string | null;
  credentials: AwsCredentials;
  /** Any enabled region of the partition. */
  region: string;
  signal?: AbortSignal;
}

export async function readRegions(call: AwsCaller, asked: Asked): Promise<RegionsAnswer> {
  const first = await listRegions(call, asked);
  if (!("code" in first)) return { ok: true, regions: first };
  const second = await describeRegions(call, asked);
  return "code" in second ? { ok: false, errors: [first, second] } : { ok: true, regions: second };
}

async function listRegions(call: AwsCaller, asked: Asked): Promise<AccountRegions | AwsError> {
  const statuses = new Map<string, string>();
  const region = partitionOf(asked.region).globalRegion;
  let NextToken: string | undefined;
  do {
    const input = { MaxResults: 50, ...(NextToken ? { NextToken } : {}) };
    const answer = await call<{
      Regions?: { RegionName?: string; RegionOptStatus?: string }[];
      NextToken?: string;
    }>({ client: "account", operation: "ListRegions", input, ...asked, region });
    if (!answer.ok) return answer.error;
    for (const { RegionName, RegionOptStatus } of answer.output.Regions ?? []) {
      if (RegionName) statuses.set(RegionName, RegionOptStatus ?? "");
    }
    if (answer.output.NextToken === NextToken) break;
    NextToken = answer.output.NextToken;
  } while (NextToken);
  return split(statuses, /^(ENABLED|ENABLED_BY_DEFAULT)$/, "account:ListRegions");
}

async function describeRegions(call: AwsCaller, asked: Asked): Promise<AccountRegions | AwsError> {
  const answer = await call<{ Regions?: { RegionName?: string; OptInStatus?: string }[] }>({
    client: "ec2",
    operation: "DescribeRegions",
    input: { AllRegions: true },
    ...asked,
  });
  if (!answer.ok) return answer.error;
  const statuses = new Map<string, string>();
  for (const { RegionName, OptInStatus } of answer.output.Regions ?? []) {
    if (RegionName) statuses.set(RegionName, OptInStatus ?? "");
  }
  return split(statuses, /^(opted-in|opt-in-not-required)$/, "ec2:DescribeRegions");
}

/** An account without one enabled region does not exist, so an empty list is an error, not an answer. */
function split(
  statuses: Map<string, string>,
  isOn: RegExp,
  source: AccountRegions["source"],
): AccountRegions | AwsError {
  const regions: AccountRegions = { enabled: [], disabled: [], source };
  for (const [region, status] of [...statuses].sort(([a], [b]) => (a < b ? -1 : 1))) {
    (isOn.test(status) ? regions.enabled : regions.disabled).push(region);
  }
  if (regions.enabled.length > 0) return regions;
  const message = `${source} named no enabled region`;
  return { code: "NoRegions", message, status: null, requestId: null, reason: "failed" };
}
