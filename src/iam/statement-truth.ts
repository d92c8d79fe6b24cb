// Whether a statement that covers the action applies to the request, apart from whom it names. Used for the
// short answer and for the explanation alike.
import type { CompiledStatement } from "#iam/compile.ts";
import { conditionTruth } from "#iam/condition-truth.ts";
import { fitsPattern, mayLackValue } from "#iam/pattern.ts";
import type { Request } from "#iam/request.ts";
import { and, maybe, no, not, or, type Truth, yes } from "#iam/three-valued.ts";

export function statementTruth(statement: CompiledStatement, request: Request): Truth {
  let applies = resourceTruth(statement, request);
  for (const condition of statement.conditions) {
    if (applies === no) return no;
    applies = and(applies, conditionTruth(condition, request.context));
  }
  return applies;
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
