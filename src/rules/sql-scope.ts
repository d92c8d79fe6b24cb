// Where a rule is being written as SQL: a document (aliases of resources and documents) or an
// element of a list in it. Every value is a parameter; only numbers we count and names of this
// file stand in the text.
import { pathsAbove } from "./document.ts";
import type { Rule } from "./tree.ts";

export interface SqlScope {
  /** The value at a path as jsonb, SQL null where it is absent. */
  read(path: string): string;
  /** Null where a gap covers the path, else the expression. */
  underGap(path: string, expression: string): string;
  /** A parameter, cast. */
  value(value: unknown, cast: string): string;
  fresh(prefix: string): string;
  write(rule: Rule): string;
  /** A scope whose paths start at a jsonb expression. */
  element(item: string): SqlScope;
  /** The scope of another resource. */
  document(aliases: DocumentAliases): SqlScope;
  /** Alias of the resource's row. */
  resource: string;
  /** Alias of the document's row. */
  documentAlias: string;
  /** Resource type of the document, if it is known. */
  type: string | null;
  program: SqlProgram;
}

export interface DocumentAliases {
  resource: string;
  document: string;
  type: string | null;
}

export interface SqlProgram {
  values: unknown[];
  /** How many parameters stand before ours. */
  offset: number;
  nowMs: number;
  next: number;
  /** Property path that a relation's edges come from. */
  relationPath: (type: string, relation: string) => string | undefined;
  writeRule: (rule: Rule, scope: SqlScope) => string;
  /** Whether a list's rule can be unknown where the list itself is not in gap. */
  maybeUnknown: (rule: Rule) => boolean;
}

const commonFields: Record<string, (resource: string) => string> = {
  "@id": (r) => `to_jsonb(${r}.native_id)`,
  "@arn": (r) => `to_jsonb(${r}.arn)`,
  "@name": (r) => `to_jsonb(${r}.name)`,
  "@region": (r) => `to_jsonb(${r}.region)`,
  "@account": (r) => `to_jsonb(${r}.account_id)`,
  "@createdAt": (r) =>
    `to_jsonb(to_char(${r}.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))`,
  "@type": (r) => `to_jsonb(${r}.type)`,
  "@tags": (r) => `${r}.tags`,
};

export function openDocument(program: SqlProgram, aliases: DocumentAliases): SqlScope {
  return openScope(program, aliases, null);
}

/** A gap of the document covers the path. */
export function gapSql(scope: SqlScope, document: string, path: string): string {
  const above = scope.value(pathsAbove(path), "text[]");
  const below = scope.value(`${path}.`, "text");
  const gap = scope.fresh("g");
  return `(cardinality(${document}.gap_paths) > 0 and (${document}.gap_paths && ${above} or exists (
    select 1 from unnest(${document}.gap_paths) ${gap} where starts_with(${gap}, ${below}))))`;
}

function openScope(program: SqlProgram, aliases: DocumentAliases, item: string | null): SqlScope {
  const scope: SqlScope = {
    program,
    resource: aliases.resource,
    documentAlias: aliases.document,
    type: aliases.type,
    read(path) {
      if (path.startsWith("@")) return (commonFields[path] as (r: string) => string)(aliases.resource);
      const root = item ?? `${aliases.document}.properties`;
      if (path === "") return root;
      // Step by step with text keys: #> would index lists with digits.
      const steps = path.split(".").map((segment) => ` -> ${scope.value(segment, "text")}`);
      return `(${root}${steps.join("")})`;
    },
    underGap(path, expression) {
      // Inside a list nothing is in gap: what covers an element's path covers the list's.
      if (item !== null && !path.startsWith("@")) return expression;
      return `case when ${gapSql(scope, aliases.document, path)} then null else ${expression} end`;
    },
    value(value, cast) {
      program.values.push(value);
      return `$${program.offset + program.values.length}::${cast}`;
    },
    fresh: (prefix) => `${prefix}${program.next++}`,
    write: (rule) => program.writeRule(rule, scope),
    element: (inner) => openScope(program, aliases, inner),
    document: (other) => openScope(program, other, null),
  };
  return scope;
}
