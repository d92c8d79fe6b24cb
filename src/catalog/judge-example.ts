// The verdict of an insight on one of its examples, through the same compiled rules that judge
// harvested resources. For the tests and for insights that users write.
import type { Tag } from "#model/resource.ts";
import type { Truth, Verdict } from "#model/verdict.ts";
import { compileJs } from "#rules/compile-js.ts";
import type { Ends, Neighbourhood, RuleDocument } from "#rules/document.ts";
import type { Example, ExampleDocument, InsightDefinition, RelatedExample } from "./define.ts";

const defaultNow = "2026-01-01T00:00:00Z";

/** The insight's rules compiled once, to be asked of many examples. */
export function exampleJudge(
  insight: Pick<InsightDefinition, "on" | "applies" | "passes">,
): (example: Example) => Verdict {
  const applies = insight.applies ? compileJs(insight.applies) : () => true as Truth;
  const passes = compileJs(insight.passes);
  return (example) => {
    const document = ruleDocument(insight.on, example.document, example.gaps);
    const now = Date.parse(example.now ?? defaultNow);
    const neighbours = neighbourhoodOf(example);
    const applicable = applies(document, now, neighbours);
    if (applicable !== true) return applicable === false ? "not-applicable" : "unknown";
    const passed = passes(document, now, neighbours);
    return passed === "unknown" ? "unknown" : passed ? "pass" : "fail";
  };
}

function ruleDocument(type: string, example: ExampleDocument, gaps: string[] = []): RuleDocument {
  const text = (field: string): string | null => (typeof example[field] === "string" ? example[field] : null);
  return {
    type,
    id: text("@id") ?? "example",
    arn: text("@arn"),
    name: text("@name"),
    region: text("@region") ?? "eu-west-1",
    accountId: text("@account") ?? "111122223333",
    createdAt: text("@createdAt"),
    tags: (example["@tags"] as Tag[] | undefined) ?? [],
    properties: Object.fromEntries(Object.entries(example).filter(([field]) => !field.startsWith("@"))),
    gaps,
  };
}

function neighbourhoodOf({ related = [] }: Example): Neighbourhood {
  const ends = (fits: (one: RelatedExample) => boolean): Ends => ({
    documents:
      related === "unseen"
        ? []
        : related.filter(fits).map(({ type, document }) => ruleDocument(type, document)),
    outside: 0,
    complete: related !== "unseen",
  });
  return {
    related: (_of, relation, _direction, type) =>
      ends((one) => one.relation === relation && one.type === type),
    ofType: (_of, type) => ends((one) => one.relation === undefined && one.type === type),
  };
}
