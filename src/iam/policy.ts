// A policy document as AWS reads it. It must not know where the document is attached or who asks.

export type PolicyVersion = "2012-10-17" | "2008-10-17";

export interface Policy {
  version: PolicyVersion;
  statements: readonly Statement[];
  /** As AWS holds it, for the change that mends it. */
  document: unknown;
}

export interface Statement {
  /** In the document's order, from 0. */
  index: number;
  sid: string | null;
  effect: "Allow" | "Deny";
  actions: Patterns;
  /** Absent where the grammar leaves the element out: trust policies. */
  resources: Patterns | null;
  /** Absent in every policy that is not attached to a resource. */
  principals: Principals | null;
  conditions: readonly Condition[];
}

/** `Action` and `NotAction`, `Resource` and `NotResource`. */
export interface Patterns {
  isNegated: boolean;
  values: readonly string[];
}

export const principalKinds = ["AWS", "Service", "Federated", "CanonicalUser"] as const;
export type PrincipalKind = (typeof principalKinds)[number];

/** `Principal` and `NotPrincipal`; "*" is the word for everyone and the same as `{"AWS": "*"}`. */
export interface Principals {
  isNegated: boolean;
  named: readonly { kind: PrincipalKind; value: string }[];
}

export type SetQuantifier = "ForAllValues" | "ForAnyValue";

/** One operator on one key. All conditions of a statement must hold. */
export interface Condition {
  /** As written, for the explanation: "ForAnyValue:StringLikeIfExists". */
  operatorText: string;
  operator: Operator;
  quantifier: SetQuantifier | null;
  ifExists: boolean;
  /** As written; keys are compared without case. */
  key: string;
  values: readonly string[];
}

export const operators = [
  "StringEquals",
  "StringNotEquals",
  "StringEqualsIgnoreCase",
  "StringNotEqualsIgnoreCase",
  "StringLike",
  "StringNotLike",
  "NumericEquals",
  "NumericNotEquals",
  "NumericLessThan",
  "NumericLessThanEquals",
  "NumericGreaterThan",
  "NumericGreaterThanEquals",
  "DateEquals",
  "DateNotEquals",
  "DateLessThan",
  "DateLessThanEquals",
  "DateGreaterThan",
  "DateGreaterThanEquals",
  "Bool",
  "BinaryEquals",
  "IpAddress",
  "NotIpAddress",
  "ArnEquals",
  "ArnLike",
  "ArnNotEquals",
  "ArnNotLike",
  "Null",
] as const;
export type Operator = (typeof operators)[number];

/** What is wrong with a document, at a JSON pointer. */
export interface PolicyProblem {
  path: string;
  detail: string;
}
