// When AWS refused a credential of ours. Bounded: no more is kept than a verdict needs.
import type { TenantTx } from "./open.ts";

export interface RefusalLimit {
  /** More than so many … */
  count: number;
  /** … within so many minutes. */
  minutes: number;
}

/** Counts one more refusal; true if there are more than the limit now. */
export async function recordRefusal(
  tx: TenantTx,
  credential: string,
  { count, minutes }: RefusalLimit,
): Promise<boolean> {
  const { rows } = await tx.client.query<{ count: number }>(
    `insert into credential_refusals as r (tenant_id, credential, refused_at) values ($1, $2, array[clock_timestamp()])
     on conflict (tenant_id, credential) do update set changed_at = now(), refused_at = array(
       select at from unnest(r.refused_at || clock_timestamp()) as at
       where at > clock_timestamp() - $3 * interval '1 minute' order by at desc limit $4)
     returning cardinality(refused_at) as count`,
    [tx.tenantId, credential, minutes, count + 1],
  );
  return (rows[0]?.count ?? 0) > count;
}
