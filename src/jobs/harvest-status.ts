// The status of a cloud after a complete round: healthy, or a warning that names what cannot be
// read, by whom it is denied and what to do. Only evidence of our own calls counts.
import { shortHash } from "#model/resource.ts";
import type { StateChange } from "#store/cloud-states.ts";
import { setCloudStates } from "#store/cloud-states.ts";
import { type DeniedGap, readGaps } from "#store/harvest-gaps.ts";
import type { TenantTx } from "#store/open.ts";

export async function saveHarvestStatus(tx: TenantTx, cloudId: string): Promise<void> {
  await setCloudStates(tx, [cloudId], statusOfGaps(await readGaps(tx, cloudId)));
}

export function statusOfGaps(gaps: DeniedGap[]): StateChange {
  if (gaps.length === 0) return { state: "healthy", code: null, reason: null, action: null };
  const denied = gaps.filter((gap) => gap.reason === "denied");
  if (denied.length === 0) {
    const operations = unique(gaps.map((gap) => gap.operation));
    return {
      state: "warning",
      code: "incomplete-harvest",
      cause: listed(unique(gaps.map((gap) => gap.code)).sort()),
      reason: `${listed(operations)} could not be read: ${gaps[0]?.message ?? ""}`,
      action: "It is tried again within minutes. If it stays, see AWS's service health and the harvest tab.",
    };
  }
  const byScp = denied.filter((gap) => gap.deniedBy?.layer === "scp");
  const others = denied.filter((gap) => gap.deniedBy?.layer !== "scp");
  const sentences = [
    ...(byScp.length > 0 ? [denialOf(byScp, " by a service control policy")] : []),
    ...(others.length > 0 ? [denialOf(others, "")] : []),
  ];
  return {
    state: "warning",
    code: byScp.length > 0 ? "denied-by-scp" : "missing-permissions",
    cause: byScp.length > 0 ? policiesOf(byScp) : operationsOf(others),
    reason: `${sentences.join("; ")}.`,
    action:
      byScp.length > 0
        ? "Except Skywarden's member role in that policy, or accept that these resource types stay unseen. What is denied is asked again once a day, and at once by “Harvest now”."
        : "Update the member role's stack from the member-role template, then harvest now; by itself what is denied is asked again once a day.",
  };
}

const namedPolicies = 5;

/** null: AWS named none. */
function policiesOf(gaps: DeniedGap[]): string | null {
  const arns = unique(gaps.flatMap((gap) => gap.deniedBy?.policyArn ?? [])).sort();
  return arns.slice(0, namedPolicies).join(", ") || null;
}

const namedOperations = 8;

/** Few are named, many told apart by a hash of all: clouds with the same ones have one problem. */
function operationsOf(gaps: DeniedGap[]): string {
  const all = unique(gaps.map((gap) => gap.operation)).sort();
  if (all.length <= namedOperations) return all.join(", ");
  const more = `${all.length - namedOperations} more (${shortHash(all).slice(0, 6)})`;
  return `${all.slice(0, namedOperations).join(", ")} and ${more}`;
}

function denialOf(gaps: DeniedGap[], by: string): string {
  const operations = unique(gaps.map((gap) => gap.operation));
  const policies = unique(gaps.flatMap((gap) => gap.deniedBy?.policyArn ?? []));
  const where = policies.length > 0 ? `: ${listed(policies)}` : "";
  return `${listed(operations)} ${operations.length === 1 ? "is" : "are"} denied${by}${where}`;
}

function unique(values: string[]): string[] {
  return [...new Set(values)];
}

function listed(values: string[]): string {
  return values.length <= 4
    ? values.join(", ")
    : `${values.slice(0, 4).join(", ")} and ${values.length - 4} more`;
}
