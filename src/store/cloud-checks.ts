// "Check again" for many clouds: one job that waits until each of them has been tried once more. What is waited for
// lies in a table, so that it may be tried by any worker, and a killed one loses nothing.
import { announce } from "./changes.ts";
import { endJob, newJob, startJob } from "./job-rows.ts";
import { askRefusedAgain } from "./known-denials.ts";
import type { TenantTx, Tx } from "./open.ts";

/**
 * Makes due what is in the way of the clouds: what could not be read, and everything where no role worked. A check of
 * the same subject that still runs is returned instead.
 */
export async function startCheck(tx: TenantTx, subject: string, cloudIds: string[]): Promise<string> {
  const running = await tx.db
    .selectFrom("jobs")
    .select("id")
    .where("tenant_id", "=", tx.tenantId)
    .where("kind", "=", "check-clouds")
    .where("subject", "=", subject)
    .where("state", "in", ["queued", "running"])
    .executeTakeFirst();
  if (running) return running.id;
  const jobId = await newJob(tx, { kind: "check-clouds", subject });
  const values = [tx.tenantId, cloudIds];
  await tx.client.query(
    `insert into cloud_checks (tenant_id, cloud_id, job_id) select $1, id, $3 from unnest($2::text[]) as id order by id`,
    [...values, jobId],
  );
  await tx.client.query(
    `update harvest_scopes s set due_at = now() from clouds c
     where c.tenant_id = $1 and c.id = any($2) and s.tenant_id = $1 and s.cloud_id = c.id and s.due_at > now()
       and (c.state <> 'warning' or s.gap_since is not null)`,
    values,
  );
  for (const id of cloudIds) await askRefusedAgain(tx, id, {});
  await tx.client.query("update clouds set next_try_at = null where tenant_id = $1 and id = any($2)", values);
  await startJob(tx, jobId, cloudIds.length);
  return jobId;
}

/** The cloud was tried, or is not to be tried: whoever waits for it waits no longer. */
export async function endChecks(tx: TenantTx, cloudId: string): Promise<void> {
  const { rows } = await tx.client.query<{ job_id: string }>(
    "delete from cloud_checks where tenant_id = $1 and cloud_id = $2 returning job_id",
    [tx.tenantId, cloudId],
  );
  for (const { job_id: id } of rows.toSorted((a, b) => (a.job_id < b.job_id ? -1 : 1))) {
    // Locked before what is left is counted: two clouds that end together must not both take the other for left.
    await tx.client.query("select from jobs where tenant_id = $1 and id = $2 for update", [tx.tenantId, id]);
    const { rows: told } = await tx.client.query<{ done: boolean }>(
      `update jobs j set changed_at = now(), done = j.total - w.waiting,
         failed = j.failed + (select count(*)::int from clouds where tenant_id = $1 and id = $3 and state <> 'healthy')
       from (select count(*)::int as waiting from cloud_checks where tenant_id = $1 and job_id = $2) w
       where j.tenant_id = $1 and j.id = $2 and j.state in ('queued', 'running') returning w.waiting = 0 as done`,
      [tx.tenantId, id, cloudId],
    );
    if (told[0]?.done) await endJob(tx, id, null);
    else await announce(tx, "job", id);
  }
}

/** Upkeep: what nobody will try any more is not waited for. */
export async function endIdleChecks(tx: Tx): Promise<void> {
  await tx.client.query(
    `delete from cloud_checks k where not exists (
         select from jobs j where j.tenant_id = k.tenant_id and j.id = k.job_id and j.state in ('queued', 'running'))
       or exists (select from clouds c where c.tenant_id = k.tenant_id and c.id = k.cloud_id
         and (c.removed_at is not null or c.state = 'removing'))`,
  );
  await tx.client.query(
    `update jobs j set state = 'done', finished_at = now(), changed_at = now()
     where kind = 'check-clouds' and state in ('queued', 'running')
       and not exists (select from cloud_checks k where k.tenant_id = j.tenant_id and k.job_id = j.id)`,
  );
}
