// The value is one of these scalars, each compared as equals does (null = absent or null).
import Type from "typebox";
import { limits, path, scalar } from "../fields.ts";
import { defineLeaf } from "../operator.ts";

export const isIn = defineLeaf<"in">({
  op: "in",
  fields: { path, values: Type.Array(scalar, { minItems: 1, maxItems: limits.listLength }) },
  path: (node) => node.path,
  js(value, node, scope) {
    if (node.values.length <= 4) {
      return node.values
        .map((one) => (one === null ? `${value} == null` : `${value} === ${JSON.stringify(one)}`))
        .join(" || ");
    }
    const set = scope.constant(`new Set(${JSON.stringify(node.values)})`);
    return `${set}.has(${value} ?? null)`;
  },
  sql(value, node, scope) {
    const scalars = `jsonb_typeof(${value}) in ('string', 'number', 'boolean')`;
    // A scalar is contained in a list that has it as an element.
    const listed = `(${scalars} and ${scope.value(JSON.stringify(node.values), "jsonb")} @> ${value})`;
    if (!node.values.includes(null)) return listed;
    return `(${value} is null or jsonb_typeof(${value}) = 'null' or ${listed})`;
  },
});
