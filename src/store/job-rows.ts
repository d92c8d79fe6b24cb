// What people see of running work, written by the work itself. A row is not the work: losing or
// cancelling it loses nothing that lies in other tables.
import { announce } from "./changes.ts";
import { newId } from "./new-id.ts";
import type { Store, TenantTx } from "./open.ts";

export interface JobStart {
  kind:
    | "sync-organization"
    | "sync-part"
    | "harvest-cloud"
    | "remove-cloud"
    | "check-clouds"
    | "rotate-external-id"
    | "prove-no-access";
  subject: string;
  cloudId?: string;
  organizationId?: string;
}

/** The job of that kind that waits or runs for the same subject already, or a new one. */
export async function queueJob(tx: TenantTx, start: JobStart): Promise<string> {
  const known = await tx.db
    .selectFrom("jobs")
    .select("id")
    .where("tenant_id", "=", tx.tenantId)
    .where("kind", "=", start.kind)
    .where("state", "in", ["queued", "running"])
    .where("cloud_id", start.cloudId === undefined ? "is" : "=", start.cloudId ?? null)
    .where("organization_id", start.organizationId === undefined ? "is" : "=", start.organizationId ?? null)
    .executeTakeFirst();
  return known?.id ?? newJob(tx, start);
}

export async function newJob(tx: TenantTx, start: JobStart): Promise<string> {
  const id = newId("job");
  await tx.db
    .insertInto("jobs")
    .values({
      tenant_id: tx.tenantId,
      id,
      kind: start.kind,
      subject: start.subject,
      cloud_id: start.cloudId ?? null,
      organization_id: start.organizationId ?? null,
      state: "queued",
    })
    .execute();
  await announce(tx, "job", id);
  return id;
}

export interface Progress {
  done: number;
  total: number | null;
  failed: number;
}

/** False if somebody has cancelled the job. */
export async function saveProgress(
  store: Store,
  tenantId: string,
  id: string,
  progress: Progress,
): Promise<boolean> {
  return store.withTenant(tenantId, async (tx) => {
    const { rowCount } = await tx.client.query(
      `update jobs set state = 'running', started_at = coalesce(started_at, now()), done = $3, total = $4, failed = $5, changed_at = now()
       where tenant_id = $1 and id = $2 and state in ('queued', 'running')`,
      [tenantId, id, progress.done, progress.total, progress.failed],
    );
    await announce(tx, "job", id);
    return rowCount === 1;
  });
}

/** Says how much there is to do; a job that goes on after a break keeps its first total. Returns it. */
export async function startJob(tx: TenantTx, id: string, left: number): Promise<number> {
  const { rows } = await tx.client.query<{ total: number }>(
    `update jobs set state = 'running', started_at = coalesce(started_at, now()), changed_at = now(),
       total = greatest(total, $3)
     where tenant_id = $1 and id = $2 and state in ('queued', 'running') returning total`,
    [tx.tenantId, id, left],
  );
  return rows[0]?.total ?? left;
}

/**
 * A job for work that begins only now. One that runs already does not answer it: what it has read may be older than
 * what the asker has changed. Of several that wait one is enough.
 */
export async function queueNextJob(
  tx: TenantTx,
  start: JobStart & { organizationId: string },
): Promise<string> {
  const [queued] = await waitingJobs(tx)
    .where("kind", "=", start.kind)
    .where("organization_id", "=", start.organizationId)
    .where("state", "=", "queued")
    .execute();
  return queued?.id ?? newJob(tx, start);
}

/** The jobs that a sync answers which begins now, the first of them the oldest; a new one where nobody has asked. */
export async function startSyncJobs(
  tx: TenantTx,
  organizationId: string,
  subject: string,
): Promise<[string, ...string[]]> {
  const { rows } = await tx.client.query<{ id: string; at: Date }>(
    `update jobs set state = 'running', started_at = coalesce(started_at, now()), changed_at = now()
     where tenant_id = $1 and kind = 'sync-organization' and organization_id = $2 and state in ('queued', 'running')
     returning id, created_at as at`,
    [tx.tenantId, organizationId],
  );
  const [first, ...rest] = rows.sort((a, b) => a.at.getTime() - b.at.getTime()).map(({ id }) => id);
  if (first !== undefined) return [first, ...rest];
  await newJob(tx, { kind: "sync-organization", subject, organizationId });
  return startSyncJobs(tx, organizationId, subject);
}

/** Ends what people wait for although there is nothing to do, or it cannot be done now. */
export async function endHarvestJobs(tx: TenantTx, cloudId: string, error: string | null): Promise<void> {
  const waiting = await waitingJobs(tx)
    .where("kind", "=", "harvest-cloud")
    .where("cloud_id", "=", cloudId)
    .execute();
  for (const { id } of waiting) await endJob(tx, id, error);
}

/** Syncs of an organization that is gone. */
export async function endSyncJobs(tx: TenantTx, organizationId: string, error: string): Promise<void> {
  const waiting = await waitingJobs(tx)
    .where("kind", "in", ["sync-organization", "sync-part"])
    .where("organization_id", "=", organizationId)
    .execute();
  for (const { id } of waiting) await endJob(tx, id, error);
}

function waitingJobs(tx: TenantTx) {
  return tx.db
    .selectFrom("jobs")
    .select("id")
    .where("tenant_id", "=", tx.tenantId)
    .where("state", "in", ["queued", "running"]);
}

export async function endJob(tx: TenantTx, id: string, error: string | null): Promise<void> {
  await tx.client.query(
    `update jobs set state = case when $3::text is null then 'done' else 'failed' end, error = $3,
       started_at = coalesce(started_at, now()), finished_at = now(), changed_at = now()
     where tenant_id = $1 and id = $2 and state in ('queued', 'running')`,
    [tx.tenantId, id, error],
  );
  await announce(tx, "job", id);
}
