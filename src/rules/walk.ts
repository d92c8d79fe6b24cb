// Walks over rule trees.
import type { Child } from "./operator.ts";
import { operatorOf } from "./operators.ts";
import type { Rule } from "./tree.ts";

export function childrenOf(rule: Rule): Child[] {
  return operatorOf(rule).children?.(rule) ?? [];
}

/** Whether the node or one below it fits. */
export function someNode(rule: Rule, fits: (node: Rule) => boolean): boolean {
  return fits(rule) || childrenOf(rule).some((child) => someNode(child.rule, fits));
}

/** Whether a rule crosses relations and so cannot be judged on its document alone. */
export function needsNeighbours(rule: Rule): boolean {
  return someNode(rule, (node) => node.op === "related" || node.op === "exists");
}

/** Whether a list's rule can be unknown where the list itself is not in gap. */
export function maybeUnknown(rule: Rule): boolean {
  return someNode(rule, (node) => {
    const { maybeUnknown, path } = operatorOf(node);
    return maybeUnknown || path?.(node).startsWith("@") === true;
  });
}
