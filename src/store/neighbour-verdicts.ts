// Judges insights that look at neighbours, as SQL over the estate, for a few resources at a time.
import type { InsightDefinition } from "#catalog/define.ts";
import type { Gap } from "#model/resource.ts";
import type { Verdict } from "#model/verdict.ts";
import { compileSql } from "#rules/compile-sql.ts";
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

/** Verdict by resource id. `relationPath` names the property that a relation comes from. */
export async function judgeWithNeighbours(
  tx: TenantTx,
  insight: InsightDefinition,
  ids: string[],
  now: number,
  relationPath: (type: string, relation: string) => string | undefined,
): Promise<Map<string, Verdict>> {
  const values: unknown[] = [tx.tenantId, ids];
  const expression = (rule: InsightDefinition["passes"]) => {
    const compiled = compileSql(rule, { now, type: insight.on, offset: values.length, relationPath });
    values.push(...compiled.values);
    return compiled.text;
  };
  const applies = insight.applies ? expression(insight.applies) : "true";
  const passes = expression(insight.passes);
  const { rows } = await tx.client.query<{ id: string; applies: boolean | null; passes: boolean | null }>(
    `select r.id, (${applies}) as applies, (${passes}) as passes
     from resources r join documents d on d.tenant_id = r.tenant_id and d.resource_id = r.id
     where r.tenant_id = $1 and r.id = any($2) and r.gone_at is null`,
    values,
  );
  return new Map(rows.map((row) => [row.id, verdictOf(row.applies, row.passes)]));
}

function verdictOf(applies: boolean | null, passes: boolean | null): Verdict {
  if (applies === false) return "not-applicable";
  if (applies === null || passes === null) return "unknown";
  return passes ? "pass" : "fail";
}
