// What one operator is: its fields, its children, and how it is written in JavaScript and in SQL.
// Both forms must agree on every document; the differential test compares them.
import type { TProperties } from "typebox";
import type { JsScope } from "./js-scope.ts";
import type { SqlScope } from "./sql-scope.ts";
import type { Operator, Rule } from "./tree.ts";

/** The member of Rule whose op can be O. */
export type NodeOf<O extends Operator> = Rule extends infer Node
  ? Node extends { op: infer Ops }
    ? O extends Ops
      ? Node
      : never
    : never
  : never;

export interface Child {
  rule: Rule;
  /** JSON Pointer from the node. */
  at: string;
  /** What the child is asked of: the same thing, an element of the list at a path, or another resource. */
  of: "same" | { element: string } | { type: string };
}

export interface Flaw {
  at: string;
  detail: string;
}

export interface OperatorDefinition<O extends Operator = Operator> {
  op: O;
  /** TypeBox schemas of the fields beside `op`; children are Type.Unknown(), checked on their own. */
  fields: TProperties;
  /** The path it reads itself, if any. */
  path?: (node: NodeOf<O>) => string;
  children?: (node: NodeOf<O>) => Child[];
  /** What a schema cannot say. Called only for nodes whose fields fit. */
  flaws?: (node: NodeOf<O>) => Flaw[];
  /** True if it can be unknown without a gap. */
  maybeUnknown: boolean;
  /** Writes statements that set `target` to 0 (false), 1 (unknown) or 2 (true). */
  js: (node: NodeOf<O>, scope: JsScope, target: string) => void;
  /** A boolean expression; null is unknown. */
  sql: (node: NodeOf<O>, scope: SqlScope) => string;
}

export function defineOperator<O extends Operator>(definition: OperatorDefinition<O>): OperatorDefinition<O> {
  return definition;
}

interface Leaf<O extends Operator> {
  op: O;
  fields: TProperties;
  path: (node: NodeOf<O>) => string;
  flaws?: (node: NodeOf<O>) => Flaw[];
  /** JavaScript expression over the value (undefined = absent); false where it is of a wrong type. */
  js: (value: string, node: NodeOf<O>, scope: JsScope) => string;
  /** SQL over the value as jsonb (SQL null = absent); null counts as false. */
  sql: (value: string, node: NodeOf<O>, scope: SqlScope) => string;
}

/** An operator that reads one path: unknown under a gap, else true or false. */
export function defineLeaf<O extends Operator>(leaf: Leaf<O>): OperatorDefinition<O> {
  return {
    ...leaf,
    maybeUnknown: false,
    js: (node, scope, target) =>
      scope.underGap(leaf.path(node), target, () => {
        scope.line(`${target} = (${leaf.js(scope.read(leaf.path(node)), node, scope)}) ? 2 : 0;`);
      }),
    sql: (node, scope) => {
      const path = leaf.path(node);
      return scope.underGap(path, `coalesce(${leaf.sql(scope.read(path), node, scope)}, false)`);
    },
  };
}
