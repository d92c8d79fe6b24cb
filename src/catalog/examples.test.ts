// Every insight's examples have the verdict they are named after, and every field that its rule reads
// decides a verdict in at least one of them. A mutant counts only between decided verdicts: that a gap
// makes a verdict unknown proves nothing of the rule.
import { describe, expect, test } from "vitest";
import { isTrue, or } from "#rules/build.ts";
import { readsOf } from "#rules/reads.ts";
import type { Example, InsightDefinition } from "./define.ts";
import { exampleJudge } from "./judge-example.ts";
import { loadCatalog } from "./load.ts";
import { readFields } from "./mutate-example.ts";

const { insights } = await loadCatalog();

function examplesOf({ examples }: InsightDefinition) {
  return [
    ...examples.pass.map((example) => ["pass", example] as const),
    ...examples.fail.map((example) => ["fail", example] as const),
    ...examples.unknown.map((example) => ["unknown", example] as const),
    ...(examples.notApplicable ?? []).map((example) => ["not-applicable", example] as const),
  ];
}

/** Fields that no example decides by itself. */
function undecidedFields(insight: InsightDefinition): string[] {
  const judge = exampleJudge(insight);
  const decided = examplesOf(insight)
    .filter(([verdict]) => verdict !== "unknown")
    .map(([, example]): Example => example);
  const rules = [...(insight.applies ? [insight.applies] : []), insight.passes];
  const flips = new Map<string, boolean>();
  for (const { name, mutants } of rules.flatMap((rule) => readFields(readsOf(rule), decided))) {
    const isDecisive = mutants.some(({ of, example }) => {
      const verdict = judge(example);
      return verdict !== "unknown" && verdict !== judge(of);
    });
    flips.set(name, isDecisive || flips.get(name) === true);
  }
  return [...flips].flatMap(([name, isDecisive]) => (isDecisive ? [] : [name]));
}

describe.each([...insights.values()])("$id", (insight) => {
  test("examples have their verdicts", () => {
    const judge = exampleJudge(insight);
    for (const [verdict, example] of examplesOf(insight)) {
      expect(judge(example), JSON.stringify(example)).toBe(verdict);
    }
  });

  test("every field it reads decides an example", () => {
    expect(undecidedFields(insight)).toEqual([]);
  });
});

test("a field that no example decides is found", () => {
  const insight = insights.get("aws.rds.instance-encrypted") as InsightDefinition;
  const passes = or(insight.passes, isTrue("Forgotten"));
  expect(undecidedFields({ ...insight, passes })).toEqual(["Forgotten"]);
});
