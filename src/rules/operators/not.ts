// The rule is false; unknown stays unknown.
import { rule } from "../fields.ts";
import { defineOperator } from "../operator.ts";

export const not = defineOperator<"not">({
  op: "not",
  fields: { rule },
  children: (node) => [{ rule: node.rule, at: "/rule", of: "same" }],
  maybeUnknown: false,
  js(node, scope, target) {
    scope.write(node.rule, target);
    scope.line(`${target} = 2 - ${target};`);
  },
  sql: (node, scope) => `(not ${scope.write(node.rule)})`,
});
