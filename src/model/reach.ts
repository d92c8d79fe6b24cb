// How far a verdict looks: the steps from the judged type over relations and ranges to other types.
// Derived from the rules; the store walks it backwards to find what must be judged again.

export interface Hop {
  /** Along own edges, against the edges of others, or to any resource of a type. */
  kind: "out" | "in" | "exists";
  from: string;
  /** Name of the relation; null for exists. */
  relation: string | null;
  to: string;
  /** Where "in" and "exists" look. */
  range: "cloud" | "region" | "estate";
}

/** From the judged type to a type whose resources the rule reads; at least one hop. */
export type Reach = readonly Hop[];

export interface RelationalRules {
  /** "type relation" of relations whose target is named uniquely in the whole provider. */
  anywhere: ReadonlySet<string>;
  reaches: readonly Reach[];
}
