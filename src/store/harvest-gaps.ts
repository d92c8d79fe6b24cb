// What could not be read of a cloud, by cause.
import type { TenantTx } from "./open.ts";

export interface DeniedGap {
  operation: string;
  reason: string;
  code: string;
  deniedBy: { layer: string; policyArn: string | null } | null;
  scopes: number;
  regions: number;
  message: string;
}

/** Gaps of the cloud's scopes, equal causes together, the widest first. */
export async function readGaps(tx: TenantTx, cloudId: string): Promise<DeniedGap[]> {
  const { rows } = await tx.client.query<DeniedGap>(
    `select g->>'operation' as operation, g->>'reason' as reason, g->>'code' as code, g->'deniedBy' as "deniedBy",
       count(*)::int as scopes, count(distinct s.region)::int as regions, min(g->>'message') as message
     from harvest_scopes s cross join lateral jsonb_array_elements(s.gaps) as g
     where s.tenant_id = $1 and s.cloud_id = $2
     group by 1, 2, 3, 4 order by scopes desc, operation`,
    [tx.tenantId, cloudId],
  );
  return rows;
}
