// Look-up terms of clouds: account id, whole name, name tokens.
import type { TenantTx } from "./open.ts";

export interface NamedCloud {
  id: string;
  accountId: string;
  name: string;
}

/** Replaces what stood there before. */
export async function writeCloudTerms(tx: TenantTx, clouds: NamedCloud[]): Promise<void> {
  if (clouds.length === 0) return;
  await tx.client.query("delete from cloud_terms where tenant_id = $1 and cloud_id = any($2)", [
    tx.tenantId,
    clouds.map((cloud) => cloud.id),
  ]);
  await addCloudTerms(tx, clouds);
}

/** Of clouds that have none: to look for them first took twice as long as to write them (2026-11-22). */
export async function addCloudTerms(tx: TenantTx, clouds: NamedCloud[]): Promise<void> {
  if (clouds.length === 0) return;
  const terms = clouds.flatMap(({ id, name, accountId }) =>
    cloudTerms(name, accountId).map((term) => ({ id, term })),
  );
  await tx.client.query(
    `insert into cloud_terms (tenant_id, term, cloud_id)
     select $1, t.term, t.id from unnest($2::text[], $3::text[]) as t (term, id)`,
    [tx.tenantId, terms.map((row) => row.term), terms.map((row) => row.id)],
  );
}

function cloudTerms(name: string, accountId: string): string[] {
  const lower = name.toLowerCase();
  const tokens = lower.split(/[^\p{L}\p{N}]+/u).filter((token) => token !== "");
  return [...new Set([accountId, lower, ...tokens])];
}
