// The value is this very scalar: no conversion between text, numbers and booleans, text by code
// units. Null means absent: equals null is true where the path is absent or null, and equals
// anything else is false there. A list or object equals nothing.
import { path, scalar } from "../fields.ts";
import { defineLeaf } from "../operator.ts";

export const equals = defineLeaf<"equals">({
  op: "equals",
  fields: { path, value: scalar },
  path: (node) => node.path,
  js: (value, node) =>
    node.value === null ? `${value} == null` : `${value} === ${JSON.stringify(node.value)}`,
  sql: (value, node, scope) =>
    node.value === null
      ? `(${value} is null or jsonb_typeof(${value}) = 'null')`
      : `${value} = ${scope.value(JSON.stringify(node.value), "jsonb")}`,
});
