// Every element of the list fits: none does not. Not a list, and an empty one: true (see quantify.ts).
import { path, rule } from "../fields.ts";
import { defineOperator } from "../operator.ts";
import { anyElementJs, anyElementSql } from "../quantify.ts";
import type { Rule } from "../tree.ts";

function opposite(rule: Rule): Rule {
  return { op: "not", rule };
}

export const all = defineOperator<"all">({
  op: "all",
  fields: { path, rule },
  path: (node) => node.path,
  children: (node) => [{ rule: node.rule, at: "/rule", of: { element: node.path } }],
  maybeUnknown: false,
  js: (node, scope, target) =>
    scope.underGap(node.path, target, () => {
      anyElementJs(scope, node.path, opposite(node.rule), target);
      scope.line(`${target} = 2 - ${target};`);
    }),
  sql: (node, scope) =>
    scope.underGap(node.path, `(not ${anyElementSql(scope, node.path, opposite(node.rule))})`),
});
