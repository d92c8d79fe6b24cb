// Accounts and units of an organization that are to be synced by themselves, soon. A whole sync answers them too.
import { newJob } from "./job-rows.ts";
import type { TenantTx } from "./open.ts";

export interface SyncRequest {
  /** Id of an account or of a unit. */
  target: string;
  jobId: string;
  /** Moves when it is asked for again. */
  seq: string;
}

/** Returns the job's id; of a target that is waited for already, that one's. null: there is no such organization. */
export async function requestSync(
  tx: TenantTx,
  organizationId: string,
  target: string,
): Promise<string | null> {
  const { rows } = await tx.client.query<{ nickname: string; jobId: string | null }>(
    `select o.nickname, r.job_id as "jobId" from cloud_organizations o
     left join sync_requests r on r.tenant_id = o.tenant_id and r.organization_id = o.id and r.target = $3
     where o.tenant_id = $1 and o.id = $2 for update of o`,
    [tx.tenantId, organizationId, target],
  );
  const [found] = rows;
  if (!found) return null;
  const subject = `${found.nickname}: ${target}`;
  const jobId = found.jobId ?? (await newJob(tx, { kind: "sync-part", subject, organizationId }));
  await tx.client.query(
    `insert into sync_requests (tenant_id, organization_id, target, job_id) values ($1, $2, $3, $4)
     on conflict (tenant_id, organization_id, target) do update set seq = nextval('pending_seq')`,
    [tx.tenantId, organizationId, target, jobId],
  );
  return jobId;
}

export async function readSyncRequests(tx: TenantTx, organizationId: string): Promise<SyncRequest[]> {
  const { rows } = await tx.client.query<SyncRequest>(
    `select target, job_id as "jobId", seq from sync_requests
     where tenant_id = $1 and organization_id = $2 order by seq limit 1000`,
    [tx.tenantId, organizationId],
  );
  return rows;
}

/** False if it was asked for again meanwhile; it then stays. */
export async function answerSyncRequest(
  tx: TenantTx,
  organizationId: string,
  { target, seq }: SyncRequest,
): Promise<boolean> {
  const { rowCount } = await tx.client.query(
    "delete from sync_requests where tenant_id = $1 and organization_id = $2 and target = $3 and seq = $4",
    [tx.tenantId, organizationId, target, seq],
  );
  return rowCount === 1;
}
