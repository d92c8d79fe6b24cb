// Functions that build rule trees, for the catalog's literals and for tests. They only put
// objects together; checkRule says whether a tree is sound.
import type { Rule, Scalar } from "./tree.ts";

type NodeOf<O extends Rule["op"]> = Extract<Rule, { op: O }>;
type PolicyAllows = NodeOf<"policyAllows">;
type PortsOpen = NodeOf<"portsOpen">;
type Related = NodeOf<"related">;

export function and(...rules: Rule[]): Rule {
  return { op: "and", rules };
}

export function or(...rules: Rule[]): Rule {
  return { op: "or", rules };
}

export function not(rule: Rule): Rule {
  return { op: "not", rule };
}

export function equals(path: string, value: Scalar): Rule {
  return { op: "equals", path, value };
}

export function isTrue(path: string): Rule {
  return equals(path, true);
}

/** Every field below `base` is true: allTrue("PublicAccessBlock", ["BlockPublicAcls", …]). */
export function allTrue(base: string, fields: string[]): Rule {
  return and(...fields.map((field) => isTrue(`${base}.${field}`)));
}

export function isIn(path: string, values: Scalar[]): Rule {
  return { op: "in", path, values };
}

/** An array that has the value, or a string that has the text. */
export function contains(path: string, value: Scalar): Rule {
  return { op: "contains", path, value };
}

/** A string that fits a glob of * and ?, case-sensitive. */
export function matches(path: string, glob: string): Rule {
  return { op: "matches", path, glob };
}

/** Neither absent nor null; an empty string, list or object is set. */
export function isSet(path: string): Rule {
  return { op: "isSet", path };
}

export function greaterThan(path: string, value: number): Rule {
  return { op: "greaterThan", path, value };
}

export function lessThan(path: string, value: number): Rule {
  return { op: "lessThan", path, value };
}

/** The ISO 8601 instant at the path lies more than so many days before now. */
export function olderThan(path: string, days: number): Rule {
  return { op: "olderThan", path, days };
}

/** Some element of the list fits. Inside, paths start at the element; "" is the element. */
export function any(path: string, rule: Rule): Rule {
  return { op: "any", path, rule };
}

export function all(path: string, rule: Rule): Rule {
  return { op: "all", path, rule };
}

export function none(path: string, rule: Rule): Rule {
  return { op: "none", path, rule };
}

/** How many elements of the list fit (all of them without `rule`). */
export function count(path: string, bounds: { rule?: Rule; atLeast?: number; atMost?: number }): Rule {
  return { op: "count", path, ...bounds };
}

export function tag(key: string, value?: string): Rule {
  return value === undefined ? { op: "tag", key } : { op: "tag", key, value };
}

/** The address or CIDR at the path lies inside one of the blocks. */
export function cidr(path: string, within: string[]): Rule {
  return { op: "cidr", path, within };
}

/** EC2 permissions (IpPermissions form) at the path open one of the ports to the source. */
export function portsOpen(
  path: string,
  ports: PortsOpen["ports"],
  from: PortsOpen["from"] = "internet",
): Rule {
  return { op: "portsOpen", path, ports, from };
}

export function policyAllows(
  path: string,
  principal: PolicyAllows["principal"],
  options: { actions?: string[]; onEverything?: boolean } = {},
): Rule {
  return { op: "policyAllows", path, principal, ...options };
}

/**
 * A Deny for everybody while a condition key has a value; TLS on a bucket:
 * policyDenies("Policy", { actions: ["s3:*"], conditionKey: "aws:SecureTransport", conditionValue: "false", resourceSuffix: "/*" }).
 */
export function policyDenies(path: string, denial: Omit<NodeOf<"policyDenies">, "op" | "path">): Rule {
  return { op: "policyDenies", path, ...denial };
}

/** Ends of this resource's edges; by default: some end of an outgoing edge, unknown outside the estate. */
export function related(
  relation: string,
  type: string,
  options: Partial<Omit<Related, "op" | "relation" | "type">> = {},
): Rule {
  return {
    op: "related",
    relation,
    type,
    direction: "out",
    quantifier: "any",
    outside: "unknown",
    ...options,
  };
}

/** Some resource of the type in the same cloud, or in the same cloud and region, fits. */
export function exists(type: string, where: "cloud" | "region", rule?: Rule): Rule {
  return rule === undefined ? { op: "exists", type, where } : { op: "exists", type, where, rule };
}
