// How fast documents in memory are judged: rule evaluations (insight × document) per second of
// this process's CPU, by the fused functions that run at harvest. Insights that look at
// neighbours are left out: they are judged by SQL.
import { type Catalog, loadCatalog } from "#catalog/load.ts";
import { compileJudge } from "#rules/compile-js.ts";
import type { RuleDocument } from "#rules/document.ts";
import { needsNeighbours } from "#rules/walk.ts";
import type { Figure } from "./figure.ts";
import { harvestDocuments } from "./harvested-documents.ts";

const accounts = 12;
/** About 50 MB, more than the processor's caches hold. */
const documentsToJudge = 20_000;
const warmUpMs = 1_000;
const measureMs = 4_000;

export default async function run(): Promise<Figure[]> {
  const catalog = await loadCatalog();
  const judges = openJudges(catalog);
  const harvested = await harvestDocuments(catalog.resourceTypes, accounts);
  const judged = harvested.filter(({ type }) => judges.has(type));
  const insights = [...judges.values()].reduce((sum, { size }) => sum + size, 0);
  return [
    {
      name: "assess.documents",
      measured: judged.length,
      atLeast: 200,
      unit: "documents",
    },
    { name: "assess.insights", measured: insights, atLeast: 40, unit: "insights" },
    {
      name: "assess.evaluations_per_cpu_second",
      measured: measure(judges, multiplied(judged)),
      atLeast: 2_000_000,
      unit: "evaluations/CPU-s",
      note: `harvested from ${accounts} simulated accounts, copied to ${documentsToJudge} documents`,
    },
  ];
}

interface Judge {
  judge: ReturnType<typeof compileJudge>;
  size: number;
  out: Uint8Array;
}

/** By resource type; types without an insight of their own are left out. */
function openJudges(catalog: Catalog): Map<string, Judge> {
  const judges = new Map<string, Judge>();
  for (const type of catalog.resourceTypes.keys()) {
    const insights = catalog
      .insightsOn(type)
      .filter(({ applies, passes }) => !needsNeighbours(passes) && !(applies && needsNeighbours(applies)));
    const size = insights.length;
    if (size > 0) judges.set(type, { judge: compileJudge(insights), size, out: new Uint8Array(size) });
  }
  return judges;
}

/** Copies with strings and objects of their own. */
function multiplied(documents: RuleDocument[]): RuleDocument[] {
  if (documents.length === 0) throw new Error("the harvest gave nothing to judge");
  const texts = documents.map((document) => JSON.stringify(document));
  return Array.from({ length: documentsToJudge }, (_, i) => JSON.parse(texts[i % texts.length] as string));
}

/** Evaluations per CPU second. */
function measure(judges: Map<string, Judge>, documents: RuleDocument[]): number {
  const now = Date.now();
  const judgeAll = (): number => {
    let evaluations = 0;
    for (const document of documents) {
      const { judge, size, out } = judges.get(document.type) as Judge;
      judge(document, now, out);
      evaluations += size;
    }
    return evaluations;
  };
  const repeat = (durationMs: number): number => {
    const endsAt = performance.now() + durationMs;
    const before = process.cpuUsage();
    let evaluations = 0;
    while (performance.now() < endsAt) evaluations += judgeAll();
    const { user, system } = process.cpuUsage(before);
    return evaluations / ((user + system) / 1e6);
  };
  repeat(warmUpMs);
  return Math.round(repeat(measureMs));
}
