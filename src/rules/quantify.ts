// any, all, none and count over the elements of a list. Only a list has elements: what is
// absent, null or of another type has none (any false, all and none true, count 0).
import type { JsScope } from "./js-scope.ts";
import type { SqlScope } from "./sql-scope.ts";
import type { Rule } from "./tree.ts";

/** Writes a loop; `body` gets the variable with an element's truth and may break. */
export function eachElementJs(
  scope: JsScope,
  path: string,
  rule: Rule | undefined,
  body: (truth: string) => string,
): void {
  const list = scope.read(path);
  const index = scope.fresh("i");
  scope.line(`if (Array.isArray(${list})) for (let ${index} = 0; ${index} < ${list}.length; ${index}++) {`);
  if (rule === undefined) {
    scope.line(body("2"));
  } else {
    const item = scope.fresh("e");
    scope.line(`const ${item} = ${list}[${index}];`);
    scope.element(item, (inner) => {
      const truth = inner.fresh("t");
      inner.line(`let ${truth} = 0;`);
      inner.write(rule, truth);
      inner.line(body(truth));
    });
  }
  scope.line("}");
}

/** Writes the strongest truth over the elements: 2 if one fits, else 1 if one may. */
export function anyElementJs(scope: JsScope, path: string, rule: Rule, target: string): void {
  scope.line(`${target} = 0;`);
  eachElementJs(
    scope,
    path,
    rule,
    (truth) => `if (${truth} > ${target}) { ${target} = ${truth}; if (${truth} === 2) break; }`,
  );
}

export function elementsSql(scope: SqlScope, path: string, alias: string): string {
  const list = scope.read(path);
  return `jsonb_array_elements(case when jsonb_typeof(${list}) = 'array' then ${list} else '[]' end) ${alias}`;
}

/** Some element fits. */
export function anyElementSql(scope: SqlScope, path: string, rule: Rule): string {
  const item = scope.fresh("e");
  const inner = scope.element(`${item}.value`).write(rule);
  const elements = elementsSql(scope, path, item);
  return scope.program.maybeUnknown(rule)
    ? anyOfSql(`select ${inner} as truth from ${elements}`)
    : `exists (select 1 from ${elements} where ${inner})`;
}

/** Kleene's or over a query's column `truth`; false over no rows. */
export function anyOfSql(query: string): string {
  return `(select case when bool_or(q.truth) then true when bool_or(q.truth is null) then null else false end
    from (${query}) q)`;
}

/** Kleene's and over a query's column `truth`; true over no rows. */
export function allOfSql(query: string): string {
  return `(select case when bool_or(not q.truth) then false when bool_or(q.truth is null) then null else true end
    from (${query}) q)`;
}
