// How many elements of the list fit (all of them without a rule) lies in the bounds, both
// inclusive. Not a list: 0 (see quantify.ts). Elements that may fit make a range: each bound is
// true, false or unknown over it, and both together are Kleene's and.
import Type from "typebox";
import { path, rule } from "../fields.ts";
import { defineOperator } from "../operator.ts";
import { eachElementJs, elementsSql } from "../quantify.ts";

const bound = Type.Integer({ minimum: 0, maximum: 1_000_000 });

export const count = defineOperator<"count">({
  op: "count",
  fields: {
    path,
    rule: Type.Optional(rule),
    atLeast: Type.Optional(bound),
    atMost: Type.Optional(bound),
  },
  path: (node) => node.path,
  children: (node) =>
    node.rule === undefined ? [] : [{ rule: node.rule, at: "/rule", of: { element: node.path } }],
  flaws: (node) =>
    node.atLeast === undefined && node.atMost === undefined
      ? [{ at: "", detail: "Give atLeast, atMost or both" }]
      : [],
  maybeUnknown: false,
  js: (node, scope, target) =>
    scope.underGap(node.path, target, () => {
      const sure = scope.fresh("n");
      const possible = scope.fresh("m");
      scope.line(`let ${sure} = 0, ${possible} = 0;`);
      eachElementJs(
        scope,
        node.path,
        node.rule,
        (truth) => `if (${truth} === 2) ${sure}++; else if (${truth} === 1) ${possible}++;`,
      );
      const { atLeast, atMost } = node;
      const low = `${sure} >= ${atLeast} ? 2 : ${sure} + ${possible} < ${atLeast} ? 0 : 1`;
      const high = `${sure} + ${possible} <= ${atMost} ? 2 : ${sure} > ${atMost} ? 0 : 1`;
      const bounds = [...(atLeast === undefined ? [] : [low]), ...(atMost === undefined ? [] : [high])];
      scope.line(`${target} = Math.min(${bounds.join(", ")});`);
    }),
  sql(node, scope) {
    const item = scope.fresh("e");
    const inner = node.rule === undefined ? "true" : scope.element(`${item}.value`).write(node.rule);
    const low = (bound: number) =>
      `case when n.sure >= ${bound} then true when n.sure + n.possible < ${bound} then false end`;
    const high = (bound: number) =>
      `case when n.sure + n.possible <= ${bound} then true when n.sure > ${bound} then false end`;
    const bounds = [
      ...(node.atLeast === undefined ? [] : [low(node.atLeast)]),
      ...(node.atMost === undefined ? [] : [high(node.atMost)]),
    ];
    return scope.underGap(
      node.path,
      `(select ${bounds.join(" and ")} from (
        select count(*) filter (where q.truth) as sure, count(*) filter (where q.truth is null) as possible
        from (select ${inner} as truth from ${elementsSql(scope, node.path, item)}) q) n)`,
    );
  },
});
