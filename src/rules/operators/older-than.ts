// The instant at the path lies more than `days` times 24 hours before now (exactly so many days
// is not older). Instants are ISO 8601 texts as instant.ts reads them, to the millisecond; a
// text that is none, another type, absent and null are false. Notes when it will flip.
import Type from "typebox";
import { path } from "../fields.ts";
import { dayMs, instantPattern, instantSql } from "../instant.ts";
import { defineLeaf } from "../operator.ts";

export const olderThan = defineLeaf<"olderThan">({
  op: "olderThan",
  fields: { path, days: Type.Number({ minimum: 0, maximum: 36_500 }) },
  path: (node) => node.path,
  js: (value, node) => `isOlder(${value}, ${Math.round(node.days * dayMs)})`,
  sql(value, node, scope) {
    const limit = new Date(scope.program.nowMs - Math.round(node.days * dayMs)).toISOString();
    return `case when jsonb_typeof(${value}) = 'string' then (
      select case when i.text ~ ${scope.value(instantPattern, "text")}
        then ${instantSql("i.text")} < ${scope.value(limit, "timestamptz")} else false end
      from (select ${value} #>> '{}' as text offset 0) i) else false end`;
  },
});
