// The roles of a proof, and what came of trying each; the proof as people see it.
import type { TenantTx } from "./open.ts";

export type AccessOutcome = "refused" | "works" | "unknown";

export interface RoleToTry {
  roleArn: string;
}

/** Those that were not tried since the proof was asked for. */
export async function rolesToTry(tx: TenantTx, proofId: string, limit: number): Promise<RoleToTry[]> {
  const { rows } = await tx.client.query<RoleToTry>(
    `select role_arn as "roleArn" from access_proof_roles
     where tenant_id = $1 and proof_id = $2 and outcome is null order by role_arn limit $3`,
    [tx.tenantId, proofId, limit],
  );
  return rows;
}

export async function recordOutcome(
  tx: TenantTx,
  proofId: string,
  roleArn: string,
  outcome: AccessOutcome,
  detail: string,
): Promise<void> {
  await tx.client.query(
    `update access_proof_roles set outcome = $4, detail = $5, tried_at = now()
     where tenant_id = $1 and proof_id = $2 and role_arn = $3`,
    [tx.tenantId, proofId, roleArn, outcome, detail],
  );
}

export interface AccessProof {
  id: string;
  organizationId: string;
  awsOrganizationId: string;
  nickname: string;
  state: "running" | "done";
  askedBy: string;
  askedAt: string;
  finishedAt: string | null;
  /** When the organization was removed; null while it is connected. */
  removedAt: string | null;
  /** Until then it can be repeated; null: the credentials it needs are gone. */
  repeatableUntil: string | null;
  roles: { total: number; left: number; refused: number; works: number; unknown: number };
}

interface ProofRow {
  id: string;
  organization_id: string;
  provider_organization_id: string;
  nickname: string;
  state: AccessProof["state"];
  asked_by: string;
  asked_at: Date;
  asked_text: string;
  finished_at: Date | null;
  removed_at: Date | null;
  credentials_until: Date | null;
  total: number;
  refused: number;
  works: number;
  unknown: number;
}

const select = `
  select p.id, p.organization_id, p.provider_organization_id, p.nickname, p.state, p.asked_by, p.asked_at,
    to_char(p.asked_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as asked_text,
    p.finished_at, p.removed_at, p.credentials_until, n.*
  from access_proofs p cross join lateral (
    select count(*)::int as total, count(*) filter (where outcome = 'refused')::int as refused,
      count(*) filter (where outcome = 'works')::int as works, count(*) filter (where outcome = 'unknown')::int as unknown
    from access_proof_roles r where r.tenant_id = p.tenant_id and r.proof_id = p.id) n`;

function proofOf(row: ProofRow): AccessProof {
  const { total, refused, works, unknown } = row;
  return {
    id: row.id,
    organizationId: row.organization_id,
    awsOrganizationId: row.provider_organization_id,
    nickname: row.nickname,
    state: row.state,
    askedBy: row.asked_by,
    askedAt: row.asked_at.toISOString(),
    finishedAt: row.finished_at?.toISOString() ?? null,
    removedAt: row.removed_at?.toISOString() ?? null,
    repeatableUntil: row.credentials_until?.toISOString() ?? null,
    roles: { total, left: total - refused - works - unknown, refused, works, unknown },
  };
}

export async function findProof(tx: TenantTx, id: string): Promise<AccessProof | undefined> {
  const { rows } = await tx.client.query<ProofRow>(`${select} where p.tenant_id = $1 and p.id = $2`, [
    tx.tenantId,
    id,
  ]);
  return rows[0] && proofOf(rows[0]);
}

/** Newest first; one row more than asked if there are more. */
export async function listProofs(
  tx: TenantTx,
  after: { askedAt: string; id: string } | null,
  limit: number,
): Promise<(AccessProof & { askedText: string })[]> {
  const { rows } = await tx.client.query<ProofRow>(
    `${select} where p.tenant_id = $1 and ($2::timestamptz is null or p.asked_at < $2
       or p.asked_at = $2 and p.id > $3) order by p.asked_at desc, p.id limit $4`,
    [tx.tenantId, after?.askedAt ?? null, after?.id ?? null, limit + 1],
  );
  return rows.map((row) => ({ ...proofOf(row), askedText: row.asked_text }));
}

export interface ProofRole {
  roleArn: string;
  accountId: string;
  accountName: string;
  outcome: AccessOutcome | null;
  detail: string | null;
  triedAt: string | null;
}

/** By ARN; one row more than asked if there are more. */
export async function listProofRoles(
  tx: TenantTx,
  proofId: string,
  asked: { outcomes: AccessOutcome[] | undefined; after: string | null; limit: number },
): Promise<ProofRole[]> {
  const { rows } = await tx.client.query<Omit<ProofRole, "triedAt"> & { tried_at: Date | null }>(
    `select role_arn as "roleArn", account_id as "accountId", account_name as "accountName", outcome, detail, tried_at
     from access_proof_roles where tenant_id = $1 and proof_id = $2 and ($3::text[] is null or outcome = any($3))
       and role_arn > $4 order by role_arn limit $5`,
    [tx.tenantId, proofId, asked.outcomes ?? null, asked.after ?? "", asked.limit + 1],
  );
  return rows.map(({ tried_at, ...row }) => ({ ...row, triedAt: tried_at?.toISOString() ?? null }));
}

/** The counts that it ends with; null if roles are left, or it ended before. Credentials go if all refused. */
export async function finishProof(tx: TenantTx, id: string): Promise<AccessProof | null> {
  const { rowCount } = await tx.client.query(
    `update access_proofs p set state = 'done', finished_at = now(),
       credentials = case when open.roles = 0 then null else credentials end,
       credentials_until = case when open.roles = 0 then null else credentials_until end
     from (select count(*) filter (where outcome <> 'refused') as roles, count(*) filter (where outcome is null) as left
       from access_proof_roles where tenant_id = $1 and proof_id = $2) open
     where p.tenant_id = $1 and p.id = $2 and p.state = 'running' and open.left = 0`,
    [tx.tenantId, id],
  );
  return rowCount === 1 ? ((await findProof(tx, id)) ?? null) : null;
}
