// Work that people ask for: due now, shown as a job, and a worker woken for it.
import { leastInterval } from "#model/strategy.ts";
import { startCheck } from "#store/cloud-checks.ts";
import { readCloudToHarvest, readStrategies } from "#store/harvest-plan.ts";
import { queueJob, queueNextJob } from "#store/job-rows.ts";
import type { Store } from "#store/open.ts";
import { postponeSync } from "#store/organization-syncs.ts";
import { makeDue, postponeDue } from "#store/scope-plan.ts";
import { requestSync } from "#store/sync-requests.ts";
import type { Queues } from "./queues.ts";

export function openWork(store: Store, queues: Queues) {
  return {
    /** `confirmed`: digest of what the last sync stopped at and may take away now. */
    async syncOrganization(
      tenantId: string,
      organizationId: string,
      confirmed: string | null = null,
    ): Promise<string> {
      const jobId = await store.withTenant(tenantId, async (tx) => {
        const { rows } = await tx.client.query<{ nickname: string }>(
          `update cloud_organizations set next_sync_at = now(),
             confirmed_removals = case when $3::text is null then confirmed_removals else array[$3::text] end
           where tenant_id = $1 and id = $2 returning nickname`,
          [tenantId, organizationId, confirmed],
        );
        return queueNextJob(tx, {
          kind: "sync-organization",
          subject: rows[0]?.nickname ?? organizationId,
          organizationId,
        });
      });
      await queues.wake("sync-organization", { tenantId, id: organizationId });
      return jobId;
    },
    /** `target`: id of an account or an organizational unit. null: there is no such organization. */
    async syncPart(tenantId: string, organizationId: string, target: string): Promise<string | null> {
      const jobId = await store.withTenant(tenantId, (tx) => requestSync(tx, organizationId, target));
      if (jobId !== null) await queues.wake("sync-organization", { tenantId, id: organizationId });
      return jobId;
    },
    async harvestCloud(
      tenantId: string,
      cloudId: string,
      narrow: { type?: string | undefined; region?: string | undefined },
    ): Promise<string> {
      const jobId = await store.withTenant(tenantId, async (tx) => {
        await makeDue(tx, cloudId, narrow);
        const cloud = await tx.db
          .selectFrom("clouds")
          .select("name")
          .where("tenant_id", "=", tenantId)
          .where("id", "=", cloudId)
          .executeTakeFirst();
        return queueJob(tx, { kind: "harvest-cloud", subject: cloud?.name ?? cloudId, cloudId });
      });
      await queues.wake("harvest-cloud", { tenantId, id: cloudId });
      return jobId;
    },
    async checkClouds(tenantId: string, subject: string, cloudIds: string[]): Promise<string> {
      const jobId = await store.withTenant(tenantId, (tx) => startCheck(tx, subject, cloudIds));
      await queues.wake("harvest-cloud", ...cloudIds.map((id) => ({ tenantId, id })));
      return jobId;
    },
    async checkExternalId(tenantId: string): Promise<string> {
      const jobId = await store.withTenant(tenantId, (tx) =>
        queueJob(tx, { kind: "rotate-external-id", subject: "of the tenant" }),
      );
      await queues.wake("rotate-external-id", { tenantId, id: tenantId });
      return jobId;
    },
    async proveNoAccess(tenantId: string, proofId: string): Promise<void> {
      await queues.wake("prove-no-access", { tenantId, id: proofId });
    },
    async removeCloud(tenantId: string, cloudId: string): Promise<void> {
      await queues.wake("remove-cloud", { tenantId, id: cloudId });
    },
    /**
     * The row says cancelled already; a job that runs sees it at its next progress and breaks off. What was due
     * waits for the next interval, or the sweep would begin it anew.
     */
    async cancel(tenantId: string, jobId: string): Promise<void> {
      await store.withTenant(tenantId, async (tx) => {
        const job = await tx.db
          .selectFrom("jobs")
          .select(["kind", "cloud_id", "organization_id"])
          .where("tenant_id", "=", tenantId)
          .where("id", "=", jobId)
          .executeTakeFirst();
        if (job?.kind === "sync-organization" && job.organization_id)
          await postponeSync(tx, job.organization_id);
        const isHarvest = job?.kind === "harvest-cloud";
        const cloud = isHarvest && job.cloud_id ? await readCloudToHarvest(tx, job.cloud_id) : null;
        if (!cloud) return;
        await postponeDue(tx, cloud.id, leastInterval(await readStrategies(tx, cloud.strategyIds)));
      });
    },
  };
}
