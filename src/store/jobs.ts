// What people see of running work: list, one, cancel. The rows are written by the jobs themselves.
import { sql } from "kysely";
import type { TenantTx, Tx } from "./open.ts";

export type JobState = "queued" | "running" | "done" | "failed" | "cancelled";

export interface Job {
  id: string;
  kind: string;
  subject: string;
  state: JobState;
  done: number;
  total: number | null;
  failed: number;
  rate: number | null;
  secondsLeft: number | null;
  error: string | null;
  startedAt: string | null;
  finishedAt: string | null;
}

interface JobRow {
  id: string;
  kind: string;
  subject: string;
  state: string;
  done: number;
  total: number | null;
  failed: number;
  error: string | null;
  created_at: Date;
  started_at: Date | null;
  finished_at: Date | null;
  running_seconds: number | null;
}

const columns = [
  ...["id", "kind", "subject", "state", "done", "total", "failed", "error"],
  ...["created_at", "started_at", "finished_at"],
] as [
  "id",
  "kind",
  "subject",
  "state",
  "done",
  "total",
  "failed",
  "error",
  "created_at",
  "started_at",
  "finished_at",
];
const runningSeconds = sql<
  number | null
>`extract(epoch from coalesce(finished_at, now()) - started_at)::float8`;

function jobOf(row: JobRow): Job {
  return {
    id: row.id,
    kind: row.kind,
    subject: row.subject,
    state: row.state as JobState,
    done: row.done,
    total: row.total,
    failed: row.failed,
    ...progressOf(row.done, row.total, row.state === "running", row.running_seconds),
    error: row.error,
    startedAt: row.started_at?.toISOString() ?? null,
    finishedAt: row.finished_at?.toISOString() ?? null,
  };
}

/** The rate is the mean since the start; time left only for what runs and knows its total. */
export function progressOf(
  done: number,
  total: number | null,
  isRunning: boolean,
  seconds: number | null,
): { rate: number | null; secondsLeft: number | null } {
  if (seconds === null || seconds <= 0 || done === 0) return { rate: null, secondsLeft: null };
  const rate = done / seconds;
  if (!isRunning || total === null) return { rate, secondsLeft: null };
  return { rate, secondsLeft: Math.max(0, total - done) / rate };
}

export interface JobsAsked {
  states: JobState[] | undefined;
  kind: string | undefined;
  /** Creation and id of the last row seen. */
  after: { createdAt: string; id: string } | null;
  limit: number;
}

/** Newest first. */
export async function listJobs(tx: TenantTx, asked: JobsAsked): Promise<(Job & { createdAt: string })[]> {
  let query = tx.db
    .selectFrom("jobs")
    .select(columns)
    .select([runningSeconds.as("running_seconds"), createdText.as("created_text")])
    .where("tenant_id", "=", tx.tenantId)
    .orderBy("created_at", "desc")
    .orderBy("id")
    .limit(asked.limit + 1);
  if (asked.states) query = query.where("state", "in", asked.states);
  if (asked.kind !== undefined) query = query.where("kind", "=", asked.kind);
  if (asked.after) {
    const { createdAt, id } = asked.after;
    query = query.where(
      sql<boolean>`(created_at < ${createdAt}::timestamptz or created_at = ${createdAt}::timestamptz and id > ${id})`,
    );
  }
  return (await query.execute()).map((row) => ({ ...jobOf(row), createdAt: row.created_text }));
}

/** With its microseconds, which a Date would lose and a cursor needs. */
const createdText = sql<string>`to_char(created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;

export async function findJob(tx: TenantTx, id: string): Promise<Job | undefined> {
  const row = await tx.db
    .selectFrom("jobs")
    .select(columns)
    .select(runningSeconds.as("running_seconds"))
    .where("tenant_id", "=", tx.tenantId)
    .where("id", "=", id)
    .executeTakeFirst();
  return row && jobOf(row);
}

/** False if it has ended already. */
export async function cancelJob(tx: TenantTx, id: string): Promise<boolean> {
  const { numUpdatedRows } = await tx.db
    .updateTable("jobs")
    .set({ state: "cancelled", finished_at: sql`now()`, changed_at: sql`now()` })
    .where("tenant_id", "=", tx.tenantId)
    .where("id", "=", id)
    .where("state", "in", ["queued", "running"])
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

/** Of all tenants together. */
export async function countActiveJobs(tx: Tx): Promise<{ kind: string; state: string; count: number }[]> {
  const { rows } = await sql<{ kind: string; state: string; count: number }>`
    select kind, state, count(*)::int as count from jobs where state in ('queued', 'running') group by 1, 2`.execute(
    tx.db,
  );
  return rows;
}
