// What is wrong with clouds, equal causes together: the same status for the same reason is one problem, however many
// clouds have it.
import { sql } from "kysely";
import type { CloudState } from "#model/cloud.ts";
import { among } from "./among.ts";
import type { TenantTx } from "./open.ts";

/** States that somebody, or time, has to mend. */
export const problemStates = [
  "awaiting-role",
  "assume-role-failed",
  "invalid-credentials",
  "warning",
] as const;
export type ProblemState = (typeof problemStates)[number];

export interface ProblemKey {
  state: ProblemState;
  code: string | null;
  cause: string | null;
}

export interface CloudProblem extends ProblemKey {
  clouds: number;
  /** Of the cloud that has had it longest. */
  reason: string | null;
  action: string | null;
  since: string;
  partition: string;
  /** One of them. */
  cloudId: string;
  /** The first, by id. */
  accountIds: string[];
  /** Where all of them belong to one. */
  organizationId: string | null;
}

const most = 50;
const accountsNamed = 50;
const open = sql.raw(`state in (${problemStates.map((state) => `'${state}'`).join(", ")})`);

/** The largest first. `cloudIds`: only of these; null = all. */
export async function listProblems(tx: TenantTx, cloudIds: string[] | null): Promise<CloudProblem[]> {
  const { rows } = await sql<{
    state: ProblemState;
    code: string | null;
    cause: string | null;
    clouds: number;
    reason: string | null;
    action: string | null;
    since: Date;
    partition: string;
    cloudId: string;
    accounts: string[];
    organizations: (string | null)[];
  }>`
    select state, state_code as code, state_cause as cause, count(*)::int as clouds, min(state_since) as since,
      (array_agg(state_reason order by state_since, id))[1] as reason,
      (array_agg(state_action order by state_since, id))[1] as action,
      min(partition) as partition, min(id) as "cloudId", (array_agg(account_id order by account_id))[1:${sql.lit(accountsNamed)}] as accounts,
      (array_agg(distinct organization_id))[1:2] as organizations
    from clouds where tenant_id = ${tx.tenantId} and removed_at is null and ${open} and ${among("id", cloudIds)}
    group by 1, 2, 3 order by clouds desc, 1, 2, 3 limit ${sql.lit(most)}`.execute(tx.db);
  return rows.map(({ accounts, organizations, since, ...problem }) => ({
    ...problem,
    since: since.toISOString(),
    accountIds: accounts,
    organizationId: organizations.length === 1 ? (organizations[0] ?? null) : null,
  }));
}

/** Clouds that have the problem now. */
export async function cloudsWithProblem(tx: TenantTx, problem: ProblemKey): Promise<string[]> {
  const { rows } = await tx.client.query<{ id: string }>(
    `select id from clouds where tenant_id = $1 and removed_at is null and not paused
       and state = $2 and state_code is not distinct from $3 and state_cause is not distinct from $4 order by id`,
    [tx.tenantId, problem.state as CloudState, problem.code, problem.cause],
  );
  return rows.map((row) => row.id);
}
