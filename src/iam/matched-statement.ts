// One statement of an explanation: what it compared with what. Made only for what somebody looks at.
import type { CompiledStatement } from "#iam/compile.ts";
import { type CompiledCondition, conditionTruth } from "#iam/condition-truth.ts";
import { type Context, stateOf } from "#iam/context.ts";
import { unknownVariables } from "#iam/pattern.ts";
import { namesAtAll } from "#iam/principals.ts";
import type { Request } from "#iam/request.ts";
import { resourceTruth } from "#iam/statement-truth.ts";
import { maybe, yes } from "#iam/three-valued.ts";
import type { ComparedCondition, MatchedStatement } from "#iam/verdict.ts";
import type { Visit } from "#iam/weigh.ts";

export type Found = Parameters<Visit>[0];

export function matchedStatement(
  { layer, policy, statement, applies, naming }: Found,
  request: Request,
): MatchedStatement {
  return {
    layer,
    policy,
    statement: statement.source,
    applies,
    resource: resourceTruth(statement, request),
    principal: naming === null ? yes : namesAtAll(naming),
    conditions: statement.conditions.map((condition) => compared(condition, request.context)),
  };
}

function compared(condition: CompiledCondition, context: Context): ComparedCondition {
  const { source } = condition;
  const state = stateOf(context, condition.key);
  return {
    operator: source.operatorText,
    key: source.key,
    expected: source.values.map((value) =>
      filledIn(value, context, condition.comparison.patterns.length > 0),
    ),
    actual: typeof state === "string" ? state : state.values,
    holds: conditionTruth(condition, context),
  };
}

/** A variable whose value is known is shown with it. */
function filledIn(value: string, context: Context, hasVariables: boolean): string {
  if (!hasVariables) return value;
  return value.replace(/\$\{([^{},]+)[^{}]*\}/g, (whole, key: string) => {
    const state = stateOf(context, key.trim().toLowerCase());
    return typeof state === "string" ? whole : (state.values[0] ?? whole);
  });
}

/** The keys that leave it open whether the statement applies. */
export function openKeys(statement: CompiledStatement, { context }: Request): string[] {
  const inResources = statement.resources.flatMap((pattern) => unknownVariables(pattern, context));
  const inConditions = statement.conditions.flatMap((condition) => {
    if (conditionTruth(condition, context) !== maybe) return [];
    const own = stateOf(context, condition.key) === "unknown" ? [condition.source.key] : [];
    return [
      ...own,
      ...condition.comparison.patterns.flatMap((pattern) => unknownVariables(pattern, context)),
    ];
  });
  return [...inConditions, ...inResources];
}
