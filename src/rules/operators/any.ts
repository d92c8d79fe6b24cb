// Some element of the list fits. Not a list: false (see quantify.ts).
import { path, rule } from "../fields.ts";
import { defineOperator } from "../operator.ts";
import { anyElementJs, anyElementSql } from "../quantify.ts";

export const any = defineOperator<"any">({
  op: "any",
  fields: { path, rule },
  path: (node) => node.path,
  children: (node) => [{ rule: node.rule, at: "/rule", of: { element: node.path } }],
  maybeUnknown: false,
  js: (node, scope, target) =>
    scope.underGap(node.path, target, () => anyElementJs(scope, node.path, node.rule, target)),
  sql: (node, scope) => scope.underGap(node.path, anyElementSql(scope, node.path, node.rule)),
});
