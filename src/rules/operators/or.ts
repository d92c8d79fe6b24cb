// Some rule is true. Kleene: one true makes it true whatever is unknown; else one unknown makes
// it unknown. The first true ends it.
import Type from "typebox";
import { limits, rule } from "../fields.ts";
import { defineOperator } from "../operator.ts";

export const or = defineOperator<"or">({
  op: "or",
  fields: { rules: Type.Array(rule, { minItems: 1, maxItems: limits.listLength }) },
  children: (node) => node.rules.map((child, i) => ({ rule: child, at: `/rules/${i}`, of: "same" })),
  maybeUnknown: false,
  js(node, scope, target) {
    const label = scope.fresh("L");
    scope.line(`${target} = 0; ${label}: {`);
    for (const child of node.rules) {
      const truth = scope.fresh("t");
      scope.line(`let ${truth} = 0;`);
      scope.write(child, truth);
      scope.line(`if (${truth} > ${target}) { ${target} = ${truth}; if (${truth} === 2) break ${label}; }`);
    }
    scope.line("}");
  },
  sql: (node, scope) => `(${node.rules.map((child) => scope.write(child)).join(" or ")})`,
});
