// Neither absent nor null. An empty text, list or object and false are set.
import { path } from "../fields.ts";
import { defineLeaf } from "../operator.ts";

export const isSet = defineLeaf<"isSet">({
  op: "isSet",
  fields: { path },
  path: (node) => node.path,
  js: (value) => `${value} != null`,
  sql: (value) => `(${value} is not null and jsonb_typeof(${value}) <> 'null')`,
});
