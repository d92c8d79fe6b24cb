// Whether one condition of a statement holds in a request: absent, unknown, single and several values.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
import { type Comparison, compileComparison } from "#iam/compare.ts";
import { type Context, stateOf } from "#iam/context.ts";
import { mayLackValue } from "#iam/pattern.ts";
import type { Condition, PolicyVersion } from "#iam/policy.ts";
import { and, maybe, no, not, or, type Truth, truth, yes } from "#iam/three-valued.ts";

export interface CompiledCondition {
  source: Condition;
  /** In lower case. */
  key: string;
  comparison: Comparison;
}

export function compileCondition(source: Condition, version: PolicyVersion): CompiledCondition {
  const comparison = compileComparison(source.operator, source.values, version === "2012-10-17");
  return { source, key: source.key.toLowerCase(), comparison };
}

export function conditionTruth(condition: CompiledCondition, context: Context): Truth {
  const { source, comparison } = condition;
  const state = stateOf(context, condition.key);
  // AWS accepts an empty list and says that it has no effect, but not whether the statement then applies.
  if (source.values.length === 0) return maybe;
  if (source.operator === "Null") return nullTruth(source.values, state);
  if (state === "unknown") return maybe;
  if (state === "absent" || state.values.length === 0) return absentTruth(source, comparison.isNegated);
  if (source.quantifier !== null) {
    // "an empty data set (for example, an empty string)" is true for all and false for any.
    const values = state.values.filter((value) => value !== "");
    return source.quantifier === "ForAllValues"
      ? values.reduce<Truth>((all, value) => and(all, valueTruth(comparison, value, context)), yes)
      : values.reduce<Truth>((any, value) => or(any, valueTruth(comparison, value, context)), no);
  }
  // "Multivalued context keys require a condition set operator": without one AWS promises nothing.
  if (state.values.length > 1) return maybe;
  return valueTruth(comparison, state.values[0] as string, context);
}

function valueTruth(comparison: Comparison, value: string, context: Context): Truth {
  const matches = comparison.matches(value, context);
  if (!comparison.isNegated) return matches;
  const isOpen = comparison.patterns.some((pattern) => mayLackValue(pattern, context));
  return isOpen && matches === no ? maybe : not(matches);
}

function absentTruth({ ifExists, quantifier }: Condition, isNegated: boolean): Truth {
  if (ifExists || quantifier === "ForAllValues") return yes;
  return truth(quantifier === null && isNegated);
}

function nullTruth(values: readonly string[], state: ReturnType<typeof stateOf>): Truth {
  const asked = values.map((value) => value.toLowerCase());
  if (asked.includes("true") && asked.includes("false")) return yes;
  if (state === "unknown") return maybe;
  const isNull = state === "absent" || state.values.length === 0;
  return truth(asked.includes(isNull ? "true" : "false"));
}
