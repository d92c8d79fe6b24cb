// Whether a statement that covers the action applies to the request, apart from whom it names. Used for the
// short answer and for the explanation alike.
import type { CompiledStatement } from "#iam/compile.ts";
import { conditionTruth } from "#iam/condition-truth.ts";
import type { Context } from "#iam/context.ts";
import { fitsPattern, mayLackValue } from "#iam/pattern.ts";
import type { Request } from "#iam/request.ts";
import { and, maybe, no, not, or, type Truth, yes } from "#iam/three-valued.ts";

export function statementTruth(statement: CompiledStatement, request: Request): Truth {
  const fits = resourceTruth(statement, request);
  return fits === no || statement.conditions.length === 0
    ? fits
    : and(fits, allHold(statement, request.context));
}

/** What the last request's context has answered is kept: measured 2026-11-22, it doubles what a diagnosis gets done. */
function allHold({ conditions, last }: CompiledStatement, context: Context): Truth {
  if (last.context === context) return last.holds;
  let holds: Truth = yes;
  for (const condition of conditions) {
    holds = and(holds, conditionTruth(condition, context));
    if (holds === no) break;
  }
  last.context = context;
  last.holds = holds;
  return holds;
}

/** Trust policies and the policies of some services have no Resource: the resource they are attached to. */
export function resourceTruth({ source, resources }: CompiledStatement, request: Request): Truth {
  if (source.resources === null) return yes;
  let any: Truth = no;
  for (const pattern of resources) {
    any = or(
      any,
      request.resource === "*" && !pattern.isAll
        ? no
        : fitsPattern(pattern, request.resource, request.context),
    );
    if (any === yes) break;
  }
  if (!source.resources.isNegated) return any;
  const isOpen = resources.some((pattern) => mayLackValue(pattern, request.context));
  return isOpen && any === no ? maybe : not(any);
}
