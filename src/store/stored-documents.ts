// Live resources as rules read them, and who judged them last.
import type { Judgement } from "#model/judgement.ts";
import type { Gap } from "#model/resource.ts";
import type { RuleDocument } from "#rules/document.ts";
import type { TenantTx } from "./open.ts";

export interface StoredDocument {
  id: string;
  type: string;
  ruleSet: string | null;
  /** Insights of the rule set that judged it last. */
  judgedBefore: string[];
  document: RuleDocument;
  gaps: Gap[];
}

/** Live resources with their documents. */
export async function readDocuments(tx: TenantTx, ids: string[]): Promise<StoredDocument[]> {
  const { rows } = await tx.client.query(
    `select r.id, r.type, r.native_id, r.arn, r.name, r.region, r.account_id, r.created_at, r.tags, r.judged_hash,
       d.properties, d.gaps, d.gap_paths, s.insight_ids
     from resources r join documents d on d.tenant_id = r.tenant_id and d.resource_id = r.id
     left join rule_sets s on s.hash = r.judged_hash
     where r.tenant_id = $1 and r.id = any($2) and r.gone_at is null`,
    [tx.tenantId, ids],
  );
  return rows.map((row) => ({
    id: row.id,
    type: row.type,
    ruleSet: row.judged_hash,
    judgedBefore: row.insight_ids ?? [],
    gaps: row.gaps,
    document: {
      type: row.type,
      id: row.native_id,
      arn: row.arn,
      name: row.name,
      region: row.region,
      accountId: row.account_id,
      createdAt: row.created_at?.toISOString() ?? null,
      tags: row.tags,
      properties: row.properties,
      gaps: row.gap_paths,
    },
  }));
}

/** Which rules judged them, and when time alone can change a verdict. */
export async function saveJudged(tx: TenantTx, judgements: Judgement[]): Promise<void> {
  await tx.client.query(
    `update resources r set judged_hash = j.hash, flips_at = j.flips_at
     from unnest($2::text[], $3::text[], $4::timestamptz[]) as j (id, hash, flips_at)
     where r.tenant_id = $1 and r.id = j.id and (r.judged_hash, r.flips_at) is distinct from (j.hash, j.flips_at)`,
    [
      tx.tenantId,
      judgements.map((judgement) => judgement.resourceId),
      judgements.map((judgement) => judgement.ruleSet),
      judgements.map((judgement) => judgement.flipsAt),
    ],
  );
}
