// Some resource of the type in the same cloud, or in the same cloud and region, fits (any
// resource without a rule). Kleene's or; a scope of the range that was never completed or is in
// gap now adds an unknown. "region" compares real regions and takes global scopes in.
// Without neighbours (judging at harvest) it is unknown.
import Type from "typebox";
import { documentJoin, isUnseenSql } from "../estate-sql.ts";
import { alternatives, rule, typeName } from "../fields.ts";
import { defineOperator } from "../operator.ts";
import { anyOfSql } from "../quantify.ts";
import type { Rule } from "../tree.ts";

export const exists = defineOperator<"exists">({
  op: "exists",
  fields: { type: typeName, where: alternatives(["cloud", "region"]), rule: Type.Optional(rule) },
  children: (node) =>
    node.rule === undefined ? [] : [{ rule: node.rule, at: "/rule", of: { type: node.type } }],
  maybeUnknown: true,
  js(node, scope, target) {
    const judge = node.rule === undefined ? "null" : scope.documentFunction(node.rule);
    const ends = `neighbours.ofType(document, ${JSON.stringify(node.type)}, ${JSON.stringify(node.where)})`;
    scope.line(`${target} = neighbours === null ? 1 : runtime.someEnd(${ends}, ${judge}, false);`);
  },
  sql(node, scope) {
    const type = scope.value(node.type, "text");
    const here = scope.resource;
    const r = scope.fresh("r");
    const d = scope.fresh("d");
    const inRegion = node.where === "region" ? `and ${r}.region = ${here}.region` : "";
    const truth = truthOf(node.rule, (inner) =>
      scope.document({ resource: r, document: d, type: node.type }).write(inner),
    );
    const found = anyOfSql(`select ${truth} as truth
      from resources ${r} ${documentJoin(r, d)}
      where ${r}.tenant_id = ${here}.tenant_id and ${r}.cloud_id = ${here}.cloud_id
        and ${r}.type = ${type} and ${r}.gone_at is null ${inRegion}`);
    const unseen = isUnseenSql(scope, {
      cloud: `${here}.cloud_id`,
      type,
      region: node.where === "region" ? (due) => `${due}.region in (${here}.region, 'global')` : null,
    });
    return `(${found} or case when ${unseen} then null else false end)`;
  },
});

function truthOf(inner: Rule | undefined, write: (rule: Rule) => string): string {
  return inner === undefined ? "true" : write(inner);
}
