// A list that has the scalar as an element (null: an element that is null), or a text that has
// the text in it (case-sensitive; the empty text is in every text). Anything else is false, a
// number against a text too; elements inside inner lists do not count.
import { path, scalar } from "../fields.ts";
import { defineLeaf } from "../operator.ts";

export const contains = defineLeaf<"contains">({
  op: "contains",
  fields: { path, value: scalar },
  path: (node) => node.path,
  js(value, node) {
    const wanted = JSON.stringify(node.value);
    const inList = `Array.isArray(${value}) && ${value}.includes(${wanted})`;
    return typeof node.value === "string"
      ? `typeof ${value} === "string" ? ${value}.includes(${wanted}) : ${inList}`
      : inList;
  },
  sql(value, node, scope) {
    const inText =
      typeof node.value === "string"
        ? `when 'string' then strpos(${value} #>> '{}', ${scope.value(node.value, "text")}) > 0`
        : "";
    return `case jsonb_typeof(${value}) when 'array' then ${value} @> ${scope.value(JSON.stringify(node.value), "jsonb")}
      ${inText} else false end`;
  },
});
