// Over which relations and types verdicts reach, derived from the rules: what must be judged again
// when something changes.
import type { Catalog } from "#catalog/load.ts";
import { type RuleReads, readsOf } from "#rules/reads.ts";
import { needsNeighbours } from "#rules/walk.ts";

export interface RelationalRules {
  anywhere: ReadonlySet<string>;
  judgedWithNeighbours: ReadonlySet<string>;
  outward: { on: string; kind: string; at: string }[];
  inward: { on: string; kind: string; at: string }[];
  existing: { on: string; at: string }[];
}

export function relationalRules(catalog: Catalog): RelationalRules {
  const rules: RelationalRules & { judgedWithNeighbours: Set<string>; anywhere: Set<string> } = {
    anywhere: new Set(),
    judgedWithNeighbours: new Set(),
    outward: [],
    inward: [],
    existing: [],
  };
  for (const type of catalog.resourceTypes.values())
    for (const [kind, relation] of Object.entries(type.relations))
      if (relation.anywhere) rules.anywhere.add(`${type.type} ${kind}`);
  for (const insight of catalog.insights.values()) {
    for (const rule of [insight.passes, ...(insight.applies ? [insight.applies] : [])]) {
      if (!needsNeighbours(rule)) continue;
      rules.judgedWithNeighbours.add(insight.on);
      addReads(rules, insight.on, readsOf(rule), true);
    }
  }
  return rules;
}

/** A neighbour's own neighbours count too: beyond the first step every resource of the type is judged again. */
function addReads(rules: RelationalRules, on: string, reads: RuleReads, isFirstStep: boolean): void {
  for (const { relation, direction, type, reads: inner } of reads.relations) {
    if (!isFirstStep) rules.existing.push({ on, at: type });
    else if (direction === "out") rules.outward.push({ on, kind: relation, at: type });
    else rules.inward.push({ on, kind: relation, at: type });
    addReads(rules, on, inner, false);
  }
  for (const { type, reads: inner } of reads.exists) {
    rules.existing.push({ on, at: type });
    addReads(rules, on, inner, false);
  }
}
