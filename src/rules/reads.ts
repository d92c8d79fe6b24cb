// What a rule reads: its own paths, the relations it crosses, the resource types it ranges over.
// Re-judging, evidence and the catalog's tests derive from it.
import { operatorOf } from "./operators.ts";
import type { Rule } from "./tree.ts";
import { childrenOf } from "./walk.ts";

export interface RelationRead {
  relation: string;
  direction: "out" | "in";
  /** Type at the other end. */
  type: string;
  within: "cloud" | "estate";
  /** What is read at the other end. */
  reads: RuleReads;
}

export interface ExistsRead {
  type: string;
  where: "cloud" | "region";
  reads: RuleReads;
}

export interface RuleReads {
  /** Paths of the resource itself, elements of lists as "List[].Field"; common fields as "@name", "@tags". */
  paths: string[];
  relations: RelationRead[];
  exists: ExistsRead[];
  /** Every other type that is ranged over, at any distance. */
  types: string[];
}

export function readsOf(rule: Rule): RuleReads {
  const reads: RuleReads = { paths: [], relations: [], exists: [], types: [] };
  collect(rule, "", reads);
  reads.paths = [...new Set(reads.paths)];
  reads.types = [...new Set(reads.types)].sort();
  return reads;
}

function collect(rule: Rule, prefix: string, reads: RuleReads): void {
  const path = operatorOf(rule).path?.(rule);
  if (path !== undefined) reads.paths.push(fullPath(prefix, path));
  if (rule.op === "related" || rule.op === "exists") {
    const inner = rule.rule === undefined ? nothing() : readsOf(rule.rule);
    reads.types.push(rule.type, ...inner.types);
    if (rule.op === "exists") {
      reads.exists.push({ type: rule.type, where: rule.where, reads: inner });
      return;
    }
    const { relation, direction, type, within = "cloud" } = rule;
    reads.relations.push({ relation, direction, type, within, reads: inner });
    return;
  }
  for (const child of childrenOf(rule)) {
    const isElement = child.of !== "same" && "element" in child.of;
    collect(child.rule, isElement ? `${fullPath(prefix, path ?? "")}[]` : prefix, reads);
  }
}

/** "List[]" and "Field" → "List[].Field"; common fields stay what they are. */
export function fullPath(prefix: string, path: string): string {
  if (prefix === "" || path.startsWith("@")) return path;
  return path === "" ? prefix : `${prefix}.${path}`;
}

function nothing(): RuleReads {
  return { paths: [], relations: [], exists: [], types: [] };
}
