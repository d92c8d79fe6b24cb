// The regions that a cloud's account has enabled: known ones for a day, then read again.
import { readRegions } from "#aws/regions.ts";
import type { AwsCredentials } from "#model/aws-call.ts";
import { setCloudStates } from "#store/cloud-states.ts";
import { type CloudToHarvest, recordFailure, saveRegions } from "#store/harvest-plan.ts";
import { endHarvestJobs } from "#store/job-rows.ts";
import type { JobParts } from "./parts.ts";
import { nextRegionsTry, regionsUnreadable } from "./regions-unreadable.ts";

const knownForMs = 24 * 3_600_000;

/** null: they cannot be read now and never were, so nothing regional can be. */
export async function enabledRegions(
  parts: Pick<JobParts, "call" | "store">,
  tenantId: string,
  cloud: CloudToHarvest,
  from: { region: string; credentials: AwsCredentials; signal: AbortSignal },
): Promise<string[] | null> {
  const age = Date.now() - (cloud.regionsReadAt?.getTime() ?? 0);
  if (cloud.regions && age < knownForMs) return cloud.regions;
  const answer = await readRegions(parts.call, { accountId: cloud.accountId, ...from });
  if (answer.ok) {
    await parts.store.withTenant(tenantId, (tx) => saveRegions(tx, cloud.id, answer.regions));
    return answer.regions.enabled;
  }
  if (cloud.regions) return cloud.regions;
  const status = regionsUnreadable(answer.errors);
  await parts.store.withTenant(tenantId, async (tx) => {
    await recordFailure(tx, cloud.id, nextRegionsTry(cloud, answer.errors, new Date()));
    await setCloudStates(tx, [cloud.id], status);
    await endHarvestJobs(tx, cloud.id, status.reason);
  });
  return null;
}
