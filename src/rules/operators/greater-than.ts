// A number greater than the limit. Absent, null and every other type are false, numbers in texts too.
import { finite, path } from "../fields.ts";
import { defineLeaf } from "../operator.ts";

export const greaterThan = defineLeaf<"greaterThan">({
  op: "greaterThan",
  fields: { path, value: finite },
  path: (node) => node.path,
  js: (value, node) => `typeof ${value} === "number" && ${value} > ${JSON.stringify(node.value)}`,
  sql: (value, node, scope) =>
    `case when jsonb_typeof(${value}) = 'number' then (${value})::numeric > ${scope.value(node.value, "numeric")} else false end`,
});
