// Which AWS identity each process of the installation resolved on its host, as the processes report it.
import type { Store } from "./open.ts";

export interface HostIdentity {
  /** Unique among all processes. */
  process: string;
  host: string;
  kind: "serve" | "worker";
  partition: string | null;
  accountId: string | null;
  roleArn: string | null;
  error: string | null;
}

export interface ReportedIdentity extends HostIdentity {
  reportedAt: Date;
}

export async function saveHostIdentity(store: Store, identity: HostIdentity): Promise<void> {
  const { process, host, kind, partition, accountId, roleArn, error } = identity;
  await store.asSystem(async ({ client }) => {
    await client.query(
      `insert into host_identities (process, host, kind, partition, account_id, role_arn, error)
       values ($1, $2, $3, $4, $5, $6, $7) on conflict (process) do update set partition = excluded.partition,
         account_id = excluded.account_id, role_arn = excluded.role_arn, error = excluded.error, reported_at = now()`,
      [process, host, kind, partition, accountId, roleArn, error],
    );
    await client.query("delete from host_identities where reported_at < now() - interval '1 day'");
  });
}

export async function forgetHostIdentity(store: Store, process: string): Promise<void> {
  await store.asSystem(({ db }) => db.deleteFrom("host_identities").where("process", "=", process).execute());
}

/** Of the processes that have reported within the time, by host. */
export async function readHostIdentities(store: Store, withinMs: number): Promise<ReportedIdentity[]> {
  return store.asSystem(async ({ client }) => {
    const { rows } = await client.query<ReportedIdentity>(
      `select process, host, kind, partition, account_id as "accountId", role_arn as "roleArn", error,
         reported_at as "reportedAt"
       from host_identities where reported_at > now() - $1 * interval '1 millisecond' order by host, kind, process`,
      [withinMs],
    );
    return rows;
  });
}
