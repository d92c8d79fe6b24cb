// A policy made ready for many requests: patterns compiled, and for each action the statements that name it.
// Kept with the policy, so each distinct document is compiled once.
import { type CompiledCondition, compileCondition } from "#iam/condition-truth.ts";
import type { Context } from "#iam/context.ts";
import { fitsGlob } from "#iam/glob.ts";
import { compilePattern, type Pattern } from "#iam/pattern.ts";
import type { Patterns, Policy, PolicyVersion, Statement } from "#iam/policy.ts";
import { type Truth, yes } from "#iam/three-valued.ts";

export interface CompiledStatement {
  source: Statement;
  isAllow: boolean;
  resources: readonly Pattern[];
  conditions: readonly CompiledCondition[];
  /** Whether the conditions held in the last request's context: a diagnosis asks for many actions in one. */
  last: { context: Context | null; holds: Truth };
}

interface CompiledPolicy {
  statements: readonly (CompiledStatement & { actions: Actions })[];
  /** By action in lower case. */
  naming: Map<string, readonly CompiledStatement[]>;
}

/** Of a statement: those whose service is written out by that service, the others apart. */
interface Actions {
  byService: ReadonlyMap<string, readonly string[]>;
  ofAnyService: readonly string[];
}

/** A harvest asks for some 300 actions, a search for access for all 22,000 of them. */
const keptActions = 2_000;

const compiled = new WeakMap<Policy, CompiledPolicy>();

/** The statements whose Action or NotAction covers the action, in the document's order. */
export function statementsOn(policy: Policy, lowerCaseAction: string): readonly CompiledStatement[] {
  const ready = compiledOf(policy);
  const known = ready.naming.get(lowerCaseAction);
  if (known) return known;
  const service = serviceOf(lowerCaseAction);
  const fits = (pattern: string) => fitsGlob(pattern, lowerCaseAction) === yes;
  const found = ready.statements.filter(
    ({ actions: { byService, ofAnyService }, source }) =>
      (byService.get(service)?.some(fits) || ofAnyService.some(fits)) !== source.actions.isNegated,
  );
  if (ready.naming.size >= keptActions) ready.naming.clear();
  ready.naming.set(lowerCaseAction, found);
  return found;
}

function compiledOf(policy: Policy): CompiledPolicy {
  const known = compiled.get(policy);
  if (known) return known;
  const fresh: CompiledPolicy = {
    statements: policy.statements.map((statement) => compileStatement(statement, policy.version)),
    naming: new Map(),
  };
  compiled.set(policy, fresh);
  return fresh;
}

function compileStatement(source: Statement, version: PolicyVersion) {
  return {
    source,
    isAllow: source.effect === "Allow",
    actions: actionsOf(source.actions.values.map(actionPattern)),
    resources: resourcePatterns(source.resources, version),
    conditions: source.conditions.map((condition) => compileCondition(condition, version)),
    last: { context: null, holds: yes as Truth },
  };
}

/** SecurityAudit names 992 actions of 200 services: asked for one, only those of its service are looked at. */
function actionsOf(patterns: readonly string[]): Actions {
  const isOfOne = (pattern: string) => /^[a-z0-9-]+:/.test(pattern);
  return {
    byService: Map.groupBy(patterns.filter(isOfOne), serviceOf),
    ofAnyService: patterns.filter((pattern) => !isOfOne(pattern)),
  };
}

const serviceOf = (action: string) => action.slice(0, action.indexOf(":"));

/** Actions know no variables, and a comma is a comma. */
function actionPattern(text: string): string {
  return compilePattern(text.toLowerCase(), "text", false).fixed ?? "";
}

function resourcePatterns(resources: Patterns | null, version: PolicyVersion): Pattern[] {
  return (resources?.values ?? []).map((value) =>
    compilePattern(value, "resource", version === "2012-10-17"),
  );
}
