// The resource has a tag with this key, and with this value if one is given; case-sensitive,
// also inside a list's rule. Reads "@tags": unknown where the tags are in gap.
import Type from "typebox";
import { text } from "../fields.ts";
import { defineLeaf } from "../operator.ts";

export const tag = defineLeaf<"tag">({
  op: "tag",
  fields: { key: text, value: Type.Optional(text) },
  path: () => "@tags",
  js: (tags, node) =>
    `runtime.hasTag(${tags}, ${JSON.stringify(node.key)}, ${JSON.stringify(node.value ?? null)})`,
  sql(tags, node, scope) {
    const wanted = node.value === undefined ? { key: node.key } : { key: node.key, value: node.value };
    return `${tags} @> ${scope.value(JSON.stringify([wanted]), "jsonb")}`;
  },
});
