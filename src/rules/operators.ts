// The list of all operators, and the questions about trees that need it.
import type { OperatorDefinition } from "./operator.ts";
import { all } from "./operators/all.ts";
import { and } from "./operators/and.ts";
import { any } from "./operators/any.ts";
import { cidr } from "./operators/cidr.ts";
import { contains } from "./operators/contains.ts";
import { count } from "./operators/count.ts";
import { equals } from "./operators/equals.ts";
import { exists } from "./operators/exists.ts";
import { greaterThan } from "./operators/greater-than.ts";
import { isIn } from "./operators/in.ts";
import { isSet } from "./operators/is-set.ts";
import { lessThan } from "./operators/less-than.ts";
import { matches } from "./operators/matches.ts";
import { none } from "./operators/none.ts";
import { not } from "./operators/not.ts";
import { olderThan } from "./operators/older-than.ts";
import { or } from "./operators/or.ts";
import { policyAllows } from "./operators/policy-allows.ts";
import { policyDenies } from "./operators/policy-denies.ts";
import { portsOpen } from "./operators/ports-open.ts";
import { related } from "./operators/related.ts";
import { tag } from "./operators/tag.ts";
import type { Operator, Rule } from "./tree.ts";

const definitions = {
  and,
  or,
  not,
  equals,
  in: isIn,
  contains,
  matches,
  isSet,
  greaterThan,
  lessThan,
  olderThan,
  any,
  all,
  none,
  count,
  tag,
  cidr,
  portsOpen,
  policyAllows,
  policyDenies,
  related,
  exists,
} satisfies { [O in Operator]: OperatorDefinition<O> };

export const operatorNames = Object.keys(definitions) as Operator[];

/** The definition that fits a node; the one place where the op's type and the node's meet. */
export function operatorOf(rule: Rule): OperatorDefinition {
  return definitions[rule.op] as unknown as OperatorDefinition;
}
