// What it means for a cloud that its enabled regions cannot be read: one sentence, and what to do. Pure.
import type { AwsError } from "#model/aws-call.ts";
import type { StateChange } from "#store/cloud-states.ts";

const code = "regions-unreadable";

/** Errors of account:ListRegions and ec2:DescribeRegions, in this order. */
export function regionsUnreadable(errors: readonly AwsError[]): StateChange {
  const state = { state: "warning", code } as const;
  const effect = "so it is not known which regions to harvest and nothing is harvested";
  if (errors.some((error) => error.reason !== "denied"))
    return {
      ...state,
      reason: `The enabled regions could not be read (${errors.map(({ code }) => code).join(", then ")}), ${effect}.`,
      action: "It is tried again within the hour. If it stays, see AWS's service health.",
    };
  const operations = ["account:ListRegions", "ec2:DescribeRegions"];
  const byPolicy = operations.filter((_, at) => isPolicy(errors[at]));
  const policy = errors.find(isPolicy)?.deniedBy;
  if (!policy)
    return {
      ...state,
      reason: `The role may call neither account:ListRegions nor ec2:DescribeRegions, ${effect}.`,
      action:
        "Update the role's stack from the member-role template, or allow one of the two actions to the role by hand; then harvest now.",
    };
  const others = operations.filter((operation) => !byPolicy.includes(operation));
  const named = policy.policyArn ? ` (${policy.policyArn})` : "";
  const alone = others.length > 0 ? ` and the role may not call ${others.join(", ")}` : "";
  return {
    ...state,
    reason: `A ${layers[policy.layer]}${named} denies ${byPolicy.join(" and ")}${alone}, ${effect}.`,
    action: "Except Skywarden's role in that policy for one of the two actions; then harvest now.",
  };
}

const minuteMs = 60_000;
const longestMs = { passing: 60 * minuteMs, denied: 24 * 60 * minuteMs };

/**
 * As long again as they have been unreadable, at least a minute: within the hour where it may pass by itself, within the
 * day where somebody must allow it. The role itself works, so its failures do not count here.
 */
export function nextRegionsTry(
  { stateCode, stateSince }: { stateCode: string | null; stateSince: Date },
  errors: readonly AwsError[],
  now: Date,
): Date {
  const sinceMs = stateCode === code ? now.getTime() - stateSince.getTime() : 0;
  const isDenied = errors.every((error) => error.reason === "denied");
  const waitMs = Math.min(isDenied ? longestMs.denied : longestMs.passing, Math.max(minuteMs, sinceMs));
  return new Date(now.getTime() + waitMs);
}

const layers: Record<string, string> = {
  scp: "service control policy",
  boundary: "permissions boundary",
  session: "session policy",
  endpoint: "VPC endpoint policy",
};

function isPolicy(error: AwsError | undefined): boolean {
  return error?.deniedBy !== undefined && error.deniedBy.layer in layers;
}
