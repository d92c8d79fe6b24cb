// A text that fits a glob as a whole: * is any text (line ends too), ? one character (code
// point), nothing else is special, case-sensitive. What is not a text is false.
import { path, text } from "../fields.ts";
import { likeOf } from "../glob.ts";
import { defineLeaf } from "../operator.ts";

export const matches = defineLeaf<"matches">({
  op: "matches",
  fields: { path, glob: text },
  path: (node) => node.path,
  js(value, node) {
    const isText = `typeof ${value} === "string"`;
    const parts = node.glob.split("*");
    if (node.glob.includes("?") || parts.length > 2) {
      return `${isText} && runtime.fitsGlob(${value}, ${JSON.stringify(node.glob)})`;
    }
    const [start = "", end] = parts;
    if (end === undefined) return `${value} === ${JSON.stringify(start)}`;
    return `${isText} && ${value}.length >= ${start.length + end.length} && ${value}.startsWith(${JSON.stringify(start)}) && ${value}.endsWith(${JSON.stringify(end)})`;
  },
  sql: (value, node, scope) =>
    `case when jsonb_typeof(${value}) = 'string' then (${value} #>> '{}') like ${scope.value(likeOf(node.glob), "text")} else false end`,
});
