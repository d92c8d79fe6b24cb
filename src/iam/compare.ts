// How each condition operator compares one value of the request with the values of a policy. Whether a key is
// there, negation and set quantifiers are condition-truth.ts's.
import type { Context } from "#iam/context.ts";
import { isInRange, readRange } from "#iam/ip-range.ts";
import { compilePattern, fitsPattern, type Pattern, type PatternKind } from "#iam/pattern.ts";
import type { Operator } from "#iam/policy.ts";
import { maybe, no, or, type Truth, truth, yes } from "#iam/three-valued.ts";

export interface Comparison {
  /** Not for text: numbers, dates and addresses know no variables. */
  patterns: readonly Pattern[];
  isNegated: boolean;
  /** Whether the value is equal to one of the policy's, or in the order that the operator names. */
  matches(value: string, context: Context): Truth;
}

export function compileComparison(
  operator: Operator,
  values: readonly string[],
  hasVariables: boolean,
): Comparison {
  const isNegated = /Not/.test(operator);
  const plain = operator.replace("Not", "");
  const compiled = compileText(plain, values, hasVariables) ?? {
    patterns: [],
    matches: compilePlain(plain, values),
  };
  return { ...compiled, isNegated };
}

const textKinds: Readonly<Record<string, PatternKind>> = {
  StringEquals: "literal",
  StringEqualsIgnoreCase: "literal",
  StringLike: "text",
  ArnEquals: "arn",
  ArnLike: "arn",
};

function compileText(operator: string, values: readonly string[], hasVariables: boolean) {
  const kind = textKinds[operator];
  if (kind === undefined) return null;
  const ignoresCase = operator === "StringEqualsIgnoreCase";
  const patterns = values.map((value) => compilePattern(value, kind, hasVariables));
  const matches = (value: string, context: Context): Truth => {
    const text = ignoresCase ? value.toLowerCase() : value;
    return anyOf(patterns, (pattern) => fitsPattern(pattern, text, context, ignoresCase));
  };
  return { patterns, matches };
}

function compilePlain(operator: string, values: readonly string[]): (value: string) => Truth {
  // Presence is not compared.
  if (operator === "Null") return () => no;
  if (operator === "Bool")
    return equalTo(
      values.map((value) => value.toLowerCase()),
      (value) => value.toLowerCase(),
    );
  if (operator === "BinaryEquals") return equalTo(values.map(withoutPadding), withoutPadding);
  if (operator === "IpAddress") {
    const ranges = values.map(readRange);
    return (value) => anyOf(ranges, (range) => (range === null ? maybe : truth(isInRange(value, range))));
  }
  const [, type, order = ""] = /^(Numeric|Date)(\w+)$/.exec(operator) ?? [];
  const read = type === "Date" ? readInstant : readNumber;
  const bounds = values.map(read);
  const compare = orders[order];
  if (compare === undefined) throw new Error(`no comparison for the operator ${operator}`);
  return (value) => {
    const number = read(value);
    return anyOf(bounds, (bound) =>
      bound === null || number === null ? maybe : truth(compare(number, bound)),
    );
  };
}

function equalTo(values: readonly string[], normal: (value: string) => string): (value: string) => Truth {
  const all = new Set(values);
  return (value) => truth(all.has(normal(value)));
}

function anyOf<Item>(items: readonly Item[], test: (item: Item) => Truth): Truth {
  let any: Truth = no;
  for (const item of items) {
    any = or(any, test(item));
    if (any === yes) return yes;
  }
  return any;
}

const orders: Readonly<Record<string, (left: number, right: number) => boolean>> = {
  Equals: (left: number, right: number) => left === right,
  LessThan: (left: number, right: number) => left < right,
  LessThanEquals: (left: number, right: number) => left <= right,
  GreaterThan: (left: number, right: number) => left > right,
  GreaterThanEquals: (left: number, right: number) => left >= right,
};

function readNumber(text: string): number | null {
  return /^\s*[+-]?\d+(\.\d+)?\s*$/.test(text) ? Number(text) : null;
}

const w3cDate = /^\d{4}(-\d\d(-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?)?)?$/;

/** Milliseconds of a W3C date (four digits are a year) or of Unix seconds. */
function readInstant(text: string): number | null {
  if (w3cDate.test(text)) {
    const milliseconds = Date.parse(text);
    return Number.isNaN(milliseconds) ? null : milliseconds;
  }
  return /^\d+(\.\d+)?$/.test(text) ? Number(text) * 1000 : null;
}

function withoutPadding(base64: string): string {
  return base64.replace(/=+$/, "");
}
