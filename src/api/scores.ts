// Counts of the store turned into scores: of the estate, of a framework, of a control.
import { addCounts, noCounts, type Score, type ScoreCounts, scoreOf, sightOf } from "#assess/score.ts";
import type { Catalog } from "#catalog/load.ts";
import type { TenantTx } from "#store/open.ts";
import { countByInsight, countScopes, type InsightCounts, type ScopeCounts } from "#store/verdict-counts.ts";

export interface EstateCounts {
  insights: ReadonlyMap<string, InsightCounts>;
  scopes: ScopeCounts;
  /** Score over some insights; coverage over the scopes of the types they judge. */
  scoreOf(insightIds: readonly string[]): Score;
}

/** `cloudIds`: of these clouds; null = of all. */
export async function readCounts(
  tx: TenantTx,
  catalog: Catalog,
  cloudIds: string[] | null = null,
): Promise<EstateCounts> {
  const typeOf = new Map([...catalog.insights].map(([id, { on }]) => [id, on]));
  const insights = new Map(
    (await countByInsight(tx, typeOf, cloudIds)).map((counts) => [counts.insightId, counts]),
  );
  const scopes = await countScopes(tx, cloudIds);
  return {
    insights,
    scopes,
    scoreOf(ids) {
      const counts: ScoreCounts[] = ids.map((id) => insights.get(id) ?? noCounts);
      const types = new Set(ids.flatMap((id) => typeOf.get(id) ?? []));
      return scoreOf(addCounts(counts), sightOfTypes(scopes, types));
    },
  };
}

function sightOfTypes(scopes: ScopeCounts, types: ReadonlySet<string>) {
  const sum = { seen: 0, expected: 0 };
  for (const [type, { seen, expected }] of scopes.byType)
    if (types.has(type)) {
      sum.seen += seen;
      sum.expected += expected;
    }
  return sightOf(sum, { active: scopes.activeClouds, withoutScopes: scopes.cloudsWithoutScopes });
}
