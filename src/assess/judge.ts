// Judges documents by the catalog: one fused function per resource type, verdicts with evidence or
// the gap in the way. Pure: never calls AWS, never reads the store, `now` is an argument.
import { createHash } from "node:crypto";
import type { InsightDefinition } from "#catalog/define.ts";
import type { Catalog } from "#catalog/load.ts";
import type { InsightOutcome, Judgement } from "#model/judgement.ts";
import type { Gap } from "#model/resource.ts";
import type { Verdict } from "#model/verdict.ts";
import { compileJudge, verdictCodes } from "#rules/compile-js.ts";
import { isCovered, type Neighbourhood, type RuleDocument } from "#rules/document.ts";
import { evidenceOf } from "#rules/evidence.ts";
import { readsOf } from "#rules/reads.ts";
import { needsNeighbours } from "#rules/walk.ts";

export interface JudgedInsight {
  definition: InsightDefinition;
  /** Its rule looks at neighbours: decided here only if its own document decides. */
  isRelational: boolean;
  /** Own paths that it reads. */
  paths: string[];
}

export interface TypeJudge {
  type: string;
  ruleSet: string;
  insights: JudgedInsight[];
  judge(resourceId: string, document: RuleDocument, gaps: readonly Gap[], now: number): Judgement;
}

/** One judge per resource type of the catalog, compiled once. */
export function openJudges(catalog: Catalog): ReadonlyMap<string, TypeJudge> {
  return new Map([...catalog.resourceTypes.keys()].map((type) => [type, openTypeJudge(catalog, type)]));
}

function openTypeJudge(catalog: Catalog, type: string): TypeJudge {
  const insights = catalog.insightsOn(type).map(judgedInsight);
  const ruleSet = createHash("sha256")
    .update(`${type} ${catalog.rulesHash(type)}`)
    .digest("hex")
    .slice(0, 32);
  const run = compileJudge(insights.map(({ definition }) => definition));
  const codes = new Uint8Array(insights.length);
  return {
    type,
    ruleSet,
    insights,
    judge(resourceId, document, gaps, now) {
      const flipsAt = run(document, now, codes);
      const outcomes = insights.map((insight, i) =>
        outcomeOf(insight, verdictCodes[codes[i] as number] as Verdict, document, gaps, now),
      );
      return { resourceId, ruleSet, outcomes, flipsAt: Number.isFinite(flipsAt) ? new Date(flipsAt) : null };
    },
  };
}

function judgedInsight(definition: InsightDefinition): JudgedInsight {
  const rules = [definition.passes, ...(definition.applies ? [definition.applies] : [])];
  return {
    definition,
    isRelational: rules.some(needsNeighbours),
    paths: rules.flatMap((rule) => readsOf(rule).paths),
  };
}

export function outcomeOf(
  { definition, isRelational, paths }: JudgedInsight,
  verdict: Verdict,
  document: RuleDocument,
  gaps: readonly Gap[],
  now: number,
  neighbours?: Neighbourhood,
): InsightOutcome {
  const gap = verdict === "unknown" ? gapIn(paths, gaps) : null;
  return {
    insightId: definition.id,
    severity: definition.severity,
    verdict: verdict === "unknown" && isRelational && gap === null ? "wait" : verdict,
    evidence: verdict === "fail" ? evidenceOf(definition.passes, document, now, neighbours) : [],
    gap,
  };
}

/** The gap that hides one of the paths. */
function gapIn(paths: readonly string[], gaps: readonly Gap[]): Gap | null {
  return gaps.find((gap) => paths.some((path) => isCovered([gap.path], path.replaceAll("[]", "")))) ?? null;
}
