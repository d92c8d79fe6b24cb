// Over which relations and types verdicts reach, derived from the rules: what must be judged again
// when something changes.
import type { Catalog } from "#catalog/load.ts";
import type { Hop, Reach, RelationalRules } from "#model/reach.ts";
import { type RuleReads, readsOf } from "#rules/reads.ts";
import { needsNeighbours } from "#rules/walk.ts";

export function relationalRules(catalog: Catalog): RelationalRules {
  const anywhere = [...catalog.resourceTypes.values()].flatMap(({ type, relations }) =>
    Object.entries(relations).flatMap(([kind, relation]) => (relation.anywhere ? [`${type} ${kind}`] : [])),
  );
  // Many insights look along the same steps.
  const reaches = new Map<string, Reach>();
  for (const { on, applies, passes } of catalog.insights.values())
    for (const rule of applies ? [applies, passes] : [passes])
      if (needsNeighbours(rule))
        for (const reach of reachesOf(on, readsOf(rule))) reaches.set(JSON.stringify(reach), reach);
  return { anywhere: new Set(anywhere), reaches: [...reaches.values()] };
}

function reachesOf(from: string, reads: RuleReads): Reach[] {
  const steps: { hop: Hop; inner: RuleReads }[] = [
    ...reads.relations.map(({ relation, direction, type, within, reads: inner }) => ({
      hop: { kind: direction, from, relation, to: type, range: within },
      inner,
    })),
    ...reads.exists.map(({ type, where, reads: inner }) => ({
      hop: { kind: "exists" as const, from, relation: null, to: type, range: where },
      inner,
    })),
  ];
  return steps.flatMap(({ hop, inner }) => [
    [hop],
    ...reachesOf(hop.to, inner).map((further) => [hop, ...further]),
  ]);
}
