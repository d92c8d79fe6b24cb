// Rules as generated JavaScript: one rule as a function, and all insights of a resource type
// fused into one. Only for trees that checkRule accepted. Pure: now and neighbours are arguments.
import type { Truth } from "#model/verdict.ts";
import type { Neighbourhood, RuleDocument } from "./document.ts";
import { jsRuntime } from "./js-runtime.ts";
import { documentSource, type JsProgram, type JsScope, newProgram } from "./js-scope.ts";
import { operatorOf } from "./operators.ts";
import type { TruthNumber } from "./policy.ts";
import type { Rule } from "./tree.ts";

export const verdictCodes = ["pass", "fail", "unknown", "not-applicable"] as const;

export interface JudgedRule {
  id: string;
  applies?: Rule;
  passes: Rule;
}

export interface TimedTruth {
  truth: Truth;
  /** Earliest later instant (ms) at which a time rule that was read can flip; Infinity if none. */
  flipsAt: number;
}

const truths: readonly Truth[] = [false, "unknown", true];

/** The rule as a function; without neighbours, rules that need them are unknown. */
export function compileJs(
  rule: Rule,
): (document: RuleDocument, now: number, neighbours?: Neighbourhood) => Truth {
  const timed = compileTimed(rule);
  return (document, now, neighbours) => timed(document, now, neighbours).truth;
}

/** As compileJs, and when the outcome can flip by itself. */
export function compileTimed(
  rule: Rule,
): (document: RuleDocument, now: number, neighbours?: Neighbourhood) => TimedTruth {
  const program = newProgram(writeRule);
  const main = documentSource(program, (scope) => writeTruth(scope, rule));
  const run = assemble(program, main);
  return (document, now, neighbours) => {
    const [truth, flipsAt] = run(document, now, neighbours ?? null);
    return { truth: truths[truth] as Truth, flipsAt };
  };
}

/** A rule of a list, asked of one element of a document. */
export function compileElement(rule: Rule): (document: RuleDocument, item: unknown, now: number) => Truth {
  const program = newProgram(writeRule);
  const main = documentSource(program, (scope) => {
    const truth = scope.fresh("t");
    scope.line(`let ${truth} = 0;`);
    scope.element("item", (inner) => inner.write(rule, truth));
    return truth;
  });
  const run = assemble(program, main);
  return (document, item, now) => truths[run(document, now, null, item)[0]] as Truth;
}

/**
 * Writes a verdict code per insight (index into verdictCodes) into `out` and returns the earliest
 * instant (ms) at which one can flip. Insights that need neighbours come out unknown, unless the
 * rest of their rule decides.
 */
export function compileJudge(
  insights: readonly JudgedRule[],
): (document: RuleDocument, now: number, out: Uint8Array) => number {
  const program = newProgram(writeRule);
  const chunks = chunked(insights).map((chunk, i) =>
    documentSource(program, (scope) => {
      chunk.forEach((insight, j) => {
        writeVerdict(scope, insight, `out[${i * chunkSize + j}]`);
      });
      return "0";
    }),
  );
  const calls = chunks.map((_, i) => `chunk${i}(document);`).join(" ");
  const sources = chunks.map((source, i) => `const chunk${i} = ${source};`).join("\n");
  return new Function(
    "runtime",
    `${preamble(program)}
let out = null;
${sources}
return (document, at, codes) => { now = at; flipsAt = Infinity; out = codes; ${calls} return flipsAt; };`,
  )(jsRuntime) as (document: RuleDocument, now: number, out: Uint8Array) => number;
}

// One function of all insights of a type shares reads, but V8 stops optimizing very long ones.
const chunkSize = 24;

function chunked(insights: readonly JudgedRule[]): JudgedRule[][] {
  return Array.from({ length: Math.ceil(insights.length / chunkSize) }, (_, i) =>
    insights.slice(i * chunkSize, (i + 1) * chunkSize),
  );
}

function writeRule(rule: Rule, scope: JsScope, target: string): void {
  operatorOf(rule).js(rule, scope, target);
}

function writeTruth(scope: JsScope, rule: Rule): string {
  const truth = scope.fresh("t");
  scope.line(`let ${truth} = 0;`);
  scope.write(rule, truth);
  return truth;
}

function writeVerdict(scope: JsScope, insight: JudgedRule, slot: string): void {
  scope.line("{");
  const applies = insight.applies === undefined ? null : writeTruth(scope, insight.applies);
  if (applies !== null) scope.line(`if (${applies} !== 2) ${slot} = ${applies} === 0 ? 3 : 2; else {`);
  const passes = writeTruth(scope, insight.passes);
  scope.line(`${slot} = ${passes} === 2 ? 0 : ${passes} === 0 ? 1 : 2;`);
  scope.line(applies === null ? "}" : "}}");
}

/** Shared by everything that one source holds. An olderThan that is not yet true notes its flip. */
function preamble(program: JsProgram): string {
  const constants = [...program.constants].map(([code, name]) => `const ${name} = ${code};`);
  return `"use strict";
let now = 0, flipsAt = Infinity, neighbours = null;
const isOlder = (value, ageMs) => {
  const due = runtime.instantMs(value) + ageMs;
  if (due < now) return true;
  if (due + 1 < flipsAt) flipsAt = due + 1;
  return false;
};
${constants.join("\n")}
${program.functions.join("\n")}`;
}

type Run = (
  document: RuleDocument,
  now: number,
  neighbours: Neighbourhood | null,
  item?: unknown,
) => [TruthNumber, number];

function assemble(program: JsProgram, main: string): Run {
  return new Function(
    "runtime",
    `${preamble(program)}
const main = ${main};
return (document, at, around, item) => {
  now = at; flipsAt = Infinity; neighbours = around;
  return [main(document, item), flipsAt];
};`,
  )(jsRuntime) as Run;
}
