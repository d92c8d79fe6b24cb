// The address or CIDR block at the path lies wholly inside one of the blocks, as address.ts reads
// them. Host bits below a prefix do not matter, IPv4 is never inside IPv6, and a text that is no
// address, another type, absent and null are false.
import Type from "typebox";
import { addressPattern, readBlock } from "../address.ts";
import { limits, path } from "../fields.ts";
import { defineLeaf } from "../operator.ts";

export const cidr = defineLeaf<"cidr">({
  op: "cidr",
  fields: {
    path,
    within: Type.Array(Type.String({ maxLength: 64 }), { minItems: 1, maxItems: limits.listLength }),
  },
  path: (node) => node.path,
  flaws: (node) =>
    node.within.flatMap((block, i) =>
      readBlock(block) === null
        ? [{ at: `/within/${i}`, detail: "Write an address or a block such as 10.0.0.0/8 or fd00::/8" }]
        : [],
    ),
  js: (value, node, scope) =>
    `runtime.isWithin(${value}, ${scope.constant(`${JSON.stringify(node.within)}.map(runtime.readBlock)`)})`,
  sql: (value, node, scope) =>
    `case when jsonb_typeof(${value}) = 'string' and ${value} #>> '{}' ~ ${scope.value(addressPattern, "text")}
      then (${value} #>> '{}')::inet <<= any(${scope.value(node.within, "text[]")}::inet[]) else false end`,
});
