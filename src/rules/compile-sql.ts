// Rules as SQL: a boolean expression over a resource and its document, null = unknown. Only for
// trees that checkRule accepted. Needs the functions of policy-sql.ts where policies are read.
import { operatorOf } from "./operators.ts";
import { openDocument, type SqlProgram } from "./sql-scope.ts";
import type { Rule } from "./tree.ts";
import { maybeUnknown } from "./walk.ts";

export interface SqlOptions {
  /** Milliseconds since 1970. */
  now: number;
  /** Alias of the row of resources, default "r". */
  resource?: string;
  /** Alias of the row of documents, default "d". */
  document?: string;
  /** Resource type that the rule is asked of, if it is one: needed for gaps of its relations. */
  type?: string;
  /** Property path that a relation's edges come from (the catalog knows). */
  relationPath?: (type: string, relation: string) => string | undefined;
  /** How many parameters the statement has before ours. */
  offset?: number;
}

export interface SqlExpression {
  text: string;
  values: unknown[];
}

export function compileSql(rule: Rule, options: SqlOptions): SqlExpression {
  const program: SqlProgram = {
    values: [],
    offset: options.offset ?? 0,
    nowMs: options.now,
    next: 0,
    relationPath: options.relationPath ?? (() => undefined),
    writeRule: (node, scope) => operatorOf(node).sql(node, scope),
    maybeUnknown,
  };
  const scope = openDocument(program, {
    resource: options.resource ?? "r",
    document: options.document ?? "d",
    type: options.type ?? null,
  });
  return { text: scope.write(rule), values: program.values };
}
