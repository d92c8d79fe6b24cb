// JavaScript and SQL give the same truth for generated rules on generated documents, the fused
// judge agrees with single rules, and an announced flip is the next change of a time rule.
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Truth } from "#model/verdict.ts";
import { checkRule } from "./check.ts";
import { compileJs, compileJudge, compileTimed, verdictCodes } from "./compile-js.ts";
import { evidenceOf } from "./evidence.ts";
import { type BothForms, openBothForms } from "./testing/both-forms.ts";
import { document } from "./testing/document-generators.ts";
import { rule } from "./testing/rule-generators.ts";

const now = Date.parse("2026-01-01T00:00:00Z");
const documents = fc.array(document, { minLength: 12, maxLength: 12 });
let forms: BothForms;

beforeAll(async () => {
  forms = await openBothForms();
});
afterAll(() => forms.close());

test("both forms say the same", async () => {
  const seen = new Map<Truth, number>();
  await fc.assert(
    fc.asyncProperty(rule, documents, async (one, many) => {
      expect(checkRule(one)).toEqual({ ok: true, rule: one });
      const js = forms.js(one, many, now);
      for (const truth of js) seen.set(truth, (seen.get(truth) ?? 0) + 1);
      expect(await forms.sql(one, many, now)).toEqual(js);
    }),
    { numRuns: Number(process.env.RULES_RUNS ?? 400) },
  );
  // A generator that hardly meets one outcome would prove nothing of it.
  for (const truth of [true, false, "unknown"] as const) expect(seen.get(truth)).toBeGreaterThan(100);
}, 120_000);

test("the fused judge says what its rules say", () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(rule, fc.option(rule)), { maxLength: 30 }), document, (rules, one) => {
      const insights = rules.map(([passes, applies], i) =>
        applies === null ? { id: `${i}`, passes } : { id: `${i}`, passes, applies },
      );
      const out = new Uint8Array(insights.length);
      compileJudge(insights)(one, now, out);
      const expected = insights.map(({ passes, applies }) => {
        const isOn = applies === undefined ? true : compileJs(applies)(one, now);
        if (isOn !== true) return isOn === false ? "not-applicable" : "unknown";
        return { true: "pass", false: "fail", unknown: "unknown" }[`${compileJs(passes)(one, now)}`];
      });
      expect([...out].map((code) => verdictCodes[code])).toEqual(expected);
    }),
    { numRuns: 100 },
  );
}, 120_000);

test("nothing changes before the announced flip", () => {
  let flips = 0;
  fc.assert(
    fc.property(
      rule,
      document,
      fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      (one, asked, share) => {
        const run = compileTimed(one);
        const { truth, flipsAt } = run(asked, now);
        if (flipsAt === Number.POSITIVE_INFINITY) {
          expect(run(asked, now + 1e12).truth).toBe(truth);
          return;
        }
        flips++;
        expect(flipsAt).toBeGreaterThan(now);
        expect(run(asked, now + Math.floor((flipsAt - 1 - now) * share)).truth).toBe(truth);
        expect(run(asked, flipsAt - 1).truth).toBe(truth);
      },
    ),
    { numRuns: 5_000 },
  );
  expect(flips).toBeGreaterThan(10);
}, 120_000);

test("evidence is bounded and JSON", () => {
  fc.assert(
    fc.property(rule, document, (one, asked) => {
      const evidence = evidenceOf(one, asked, now);
      expect(evidence.length).toBeLessThanOrEqual(20);
      expect(JSON.parse(JSON.stringify(evidence))).toEqual(evidence);
    }),
    { numRuns: 500 },
  );
});
