// The exception for who asks in a statement that denies: their ARN in the list of exceptions that is there, or
// a list of its own. All conditions of a statement must hold, so one more condition only narrows the deny.
import { pointer } from "#iam/duplicate-keys.ts";
import type { JsonOperation } from "#iam/json-change.ts";
import type { LayerName } from "#iam/layers.ts";
import type { Condition, Statement } from "#iam/policy.ts";
import type { Principal, Request } from "#iam/request.ts";
import { statementPath, withValue } from "#iam/statement-edit.ts";

/** Null: who asks has no ARN. */
export function denyExemption(
  document: unknown,
  statement: Statement,
  layer: LayerName,
  { principal }: Request,
): JsonOperation[] | null {
  const arn = principalArn(principal);
  if (arn === null) return null;
  // Organization policies bind many accounts; our role has the same name in all of them.
  const exception =
    layer === "scp" || layer === "rcp" ? arn.replace(/^(arn:[^:]+:iam::)\d{12}:/, "$1*:") : arn;
  const path = statementPath(document, statement.index);
  const list = statement.conditions.find((condition) => isListOfExceptions(condition, exception));
  if (list) return [withValue(document, [...path, "Condition", list.operatorText, list.key], exception)];
  return [addedCondition(document, [...path, "Condition"], statement, exception)];
}

function principalArn(principal: Principal): string | null {
  switch (principal.kind) {
    case "role-session":
      return principal.roleArn;
    case "user":
      return principal.arn;
    case "root":
      return `arn:${principal.partition}:iam::${principal.accountId}:root`;
    case "federated-user":
      return `arn:${principal.partition}:sts::${principal.accountId}:federated-user/${principal.name}`;
    default:
      return null;
  }
}

function isListOfExceptions({ operator, quantifier, key }: Condition, exception: string): boolean {
  if (key.toLowerCase() !== "aws:principalarn" || quantifier !== null) return false;
  const takesWildcards = ["ArnNotLike", "ArnNotEquals", "StringNotLike"].includes(operator);
  return takesWildcards || (!exception.includes("*") && /^StringNotEquals/.test(operator));
}

function addedCondition(
  document: unknown,
  path: (string | number)[],
  statement: Statement,
  exception: string,
): JsonOperation {
  const key = "aws:PrincipalArn";
  const raw = statementAt(document, path);
  if (raw.Condition === undefined) return add(path, { ArnNotLike: { [key]: [exception] } });
  const hasOperator = statement.conditions.some(({ operatorText }) => operatorText === "ArnNotLike");
  return hasOperator
    ? add([...path, "ArnNotLike", key], [exception])
    : add([...path, "ArnNotLike"], { [key]: [exception] });
}

function statementAt(
  document: unknown,
  conditionPath: readonly (string | number)[],
): { Condition?: unknown } {
  return conditionPath
    .slice(0, -1)
    .reduce<unknown>((node, part) => (node as Record<string | number, unknown>)[part], document) as {
    Condition?: unknown;
  };
}

function add(path: readonly (string | number)[], value: unknown): JsonOperation {
  return { op: "add", path: pointer(path), value };
}
