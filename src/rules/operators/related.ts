// The ends of this resource's edges of one relation and type fit: any, all or none of them (an
// end without a rule fits because it is there). Kleene's or and and over the ends; no ends: any
// is false, all and none are true.
//  - Out: an edge whose target was not found is unknown with outside "unknown". With
//    "not-applicable" it is left out, but only if its target's scopes are all completed and not
//    in gap, or its cloud is not in the estate; until then it is unknown too.
//  - In: sources in the same cloud, or within "estate" in all clouds. A scope of the sources'
//    type there that was never completed or is in gap now adds an unknown.
//  - The path that the relation's edges come from being in gap adds an unknown: of this document
//    (out), of any source in the range (in).
// Without neighbours (judging at harvest) it is unknown. Gone resources are no ends.
import Type from "typebox";
import { documentJoin, isUnseenSql } from "../estate-sql.ts";
import { alternatives, rule, typeName } from "../fields.ts";
import { defineOperator, type NodeOf } from "../operator.ts";
import { allOfSql, anyOfSql } from "../quantify.ts";
import { gapSql, type SqlScope } from "../sql-scope.ts";

type Related = NodeOf<"related">;

export const related = defineOperator<"related">({
  op: "related",
  fields: {
    relation: Type.String({ minLength: 1, maxLength: 128 }),
    direction: alternatives(["out", "in"]),
    type: typeName,
    quantifier: alternatives(["any", "all", "none"]),
    rule: Type.Optional(rule),
    outside: alternatives(["unknown", "not-applicable"]),
    within: Type.Optional(alternatives(["cloud", "estate"])),
  },
  children: (node) =>
    node.rule === undefined ? [] : [{ rule: node.rule, at: "/rule", of: { type: node.type } }],
  maybeUnknown: true,
  js(node, scope, target) {
    const judge = node.rule === undefined ? "null" : scope.documentFunction(node.rule);
    const asked = [node.relation, node.direction, node.type, node.within ?? "cloud"];
    const ends = `neighbours.related(document, ${asked.map((word) => JSON.stringify(word)).join(", ")})`;
    const quantify = { any: "someEnd", all: "everyEnd", none: "noEnd" }[node.quantifier];
    scope.line(
      `${target} = neighbours === null ? 1 : runtime.${quantify}(${ends}, ${judge}, ${node.outside === "unknown"});`,
    );
  },
  sql(node, scope) {
    const ends = node.direction === "out" ? outEnds(node, scope) : inEnds(node, scope);
    const addUnknown = (whenComplete: boolean) =>
      `case when ${ends.incomplete} then null else ${whenComplete} end`;
    if (node.quantifier === "all") return `(${allOfSql(ends.query)} and ${addUnknown(true)})`;
    const some = `(${anyOfSql(ends.query)} or ${addUnknown(false)})`;
    return node.quantifier === "any" ? some : `(not ${some})`;
  },
});

interface EndsSql {
  /** A query with one column `truth`, a row for each end. */
  query: string;
  incomplete: string;
}

function outEnds(node: Related, scope: SqlScope): EndsSql {
  const type = scope.value(node.type, "text");
  const [e, r, d] = [scope.fresh("x"), scope.fresh("r"), scope.fresh("d")];
  const truth =
    node.rule === undefined
      ? "true"
      : scope.document({ resource: r, document: d, type: node.type }).write(node.rule);
  const unseen = (cloud: string | null) =>
    isUnseenSql(scope, {
      cloud,
      type,
      region: (due) => `(${e}.target_region is null or ${due}.region = ${e}.target_region)`,
    });
  // An end that was not found is unknown, or left out once it cannot be there any more.
  const kept =
    node.outside === "unknown"
      ? "true"
      : `(${r}.id is not null or case when ${e}.target_cloud_id is null then ${unseen(null)}
          else ${unseen(`${e}.target_cloud_id`)} end)`;
  return {
    query: `select case when ${r}.id is null then null else ${truth} end as truth
      from edges ${e}
      left join (resources ${r} ${documentJoin(r, d)}) on ${r}.tenant_id = ${e}.tenant_id
        and ${r}.type = ${e}.target_type and ${r}.native_id = ${e}.target_native_id and ${r}.gone_at is null
        and (${e}.target_cloud_id is null or ${r}.cloud_id = ${e}.target_cloud_id)
        and (${e}.target_region is null or ${r}.key_region = ${e}.target_region)
      where ${e}.tenant_id = ${scope.resource}.tenant_id and ${e}.source_id = ${scope.resource}.id
        and ${e}.kind = ${scope.value(node.relation, "text")} and ${e}.target_type = ${type} and ${kept}`,
    incomplete: pathGap(scope, scope.type, node.relation, scope.documentAlias),
  };
}

function inEnds(node: Related, scope: SqlScope): EndsSql {
  const here = scope.resource;
  const type = scope.value(node.type, "text");
  const [e, r, d] = [scope.fresh("x"), scope.fresh("r"), scope.fresh("d")];
  const truth =
    node.rule === undefined
      ? "true"
      : scope.document({ resource: r, document: d, type: node.type }).write(node.rule);
  const inEstate = node.within === "estate";
  const range = `${r}.tenant_id = ${here}.tenant_id and ${r}.type = ${type} and ${r}.gone_at is null
    ${inEstate ? "" : `and ${r}.cloud_id = ${here}.cloud_id`}`;
  const unseen = isUnseenSql(scope, {
    cloud: inEstate ? null : `${here}.cloud_id`,
    type,
    region: null,
  });
  const sourceGap = pathGap(scope, node.type, node.relation, d);
  return {
    query: `select ${truth} as truth
      from edges ${e} join resources ${r} on ${r}.tenant_id = ${e}.tenant_id and ${r}.id = ${e}.source_id
      ${documentJoin(r, d)}
      where ${range} and ${e}.tenant_id = ${here}.tenant_id
        and ${e}.kind = ${scope.value(node.relation, "text")}
        and ${e}.target_type = ${here}.type and ${e}.target_native_id = ${here}.native_id
        and (${e}.target_cloud_id is null or ${e}.target_cloud_id = ${here}.cloud_id)
        and (${e}.target_region is null or ${e}.target_region = ${here}.key_region)`,
    incomplete:
      sourceGap === "false"
        ? unseen
        : `(${unseen} or exists (select 1 from resources ${r} ${documentJoin(r, d)} where ${range} and ${sourceGap}))`,
  };
}

/** The path that a relation's edges come from is in gap in the document. */
function pathGap(scope: SqlScope, type: string | null, relation: string, document: string): string {
  const path = type === null ? undefined : scope.program.relationPath(type, relation);
  return path === undefined ? "false" : gapSql(scope, document, path.replaceAll("[]", ""));
}
