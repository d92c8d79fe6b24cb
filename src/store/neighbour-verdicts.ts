// Judges insights that look at neighbours, as SQL over the estate, for a few resources at a time.
import type { InsightDefinition } from "#catalog/define.ts";
import type { Verdict } from "#model/verdict.ts";
import { compileSql } from "#rules/compile-sql.ts";
import type { TenantTx } from "./open.ts";

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
