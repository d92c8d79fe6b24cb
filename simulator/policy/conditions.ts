// Condition operators as AWS documents them: all conditions must hold, any value of one suffices,
// negated operators and ForAllValues hold on a missing key.
import { BlockList, isIPv4, isIPv6 } from "node:net";
import type { Condition, Statement } from "./document.ts";
import { type Context, fillVariables, globOf, matchesArn, plainText } from "./match.ts";

export function conditionsHold(statement: Statement, context: Context): boolean {
  return statement.conditions.every((condition) => holds(condition, context, statement.hasVariables));
}

function holds(condition: Condition, context: Context, hasVariables: boolean): boolean {
  const { operator, quantifier, ifExists, key } = condition;
  const given = context(key);
  if (operator === "null")
    return condition.values.some((value) => (value.toLowerCase() === "true") === !given?.length);
  if (!given || given.length === 0) {
    if (ifExists || quantifier === "ForAllValues") return true;
    return quantifier === undefined && isNegated(operator);
  }
  const wanted = condition.values.flatMap((value) => {
    const filled = hasVariables ? fillVariables(value, context) : value;
    return filled === undefined ? [] : [filled];
  });
  const matches = (value: string) =>
    isNegated(operator)
      ? wanted.every((want) => !compare(positive(operator), value, want))
      : wanted.some((want) => compare(operator, value, want));
  // "An empty data set (for example, an empty string)" is true for all and false for any.
  const set = given.filter((value) => value !== "");
  if (quantifier === "ForAllValues") return set.every(matches);
  if (quantifier === "ForAnyValue") return set.some(matches);
  // Several values without a quantifier: all must pass a negated operator, one suffices otherwise.
  return isNegated(operator) ? given.every(matches) : given.some(matches);
}

function isNegated(operator: string): boolean {
  return operator.includes("not");
}

function positive(operator: string): string {
  return operator.replace("not", "");
}

function compare(operator: string, given: string, filled: string): boolean {
  if (operator === "stringlike") return globOf(filled).test(given);
  if (operator === "arnequals" || operator === "arnlike") return matchesArn(filled, given);
  const wanted = plainText(filled);
  switch (operator) {
    case "stringequals":
    case "binaryequals":
      return given === wanted;
    case "stringequalsignorecase":
      return given.toLowerCase() === wanted.toLowerCase();
    case "bool":
      return given.toLowerCase() === wanted.toLowerCase();
    case "ipaddress":
      return isInRange(given, wanted);
    default:
      if (operator.startsWith("numeric")) return inOrder(operator.slice(7), Number(given), Number(wanted));
      if (operator.startsWith("date")) return inOrder(operator.slice(4), instantOf(given), instantOf(wanted));
      return false;
  }
}

function inOrder(relation: string, given: number, wanted: number): boolean {
  switch (relation) {
    case "equals":
      return given === wanted;
    case "lessthan":
      return given < wanted;
    case "lessthanequals":
      return given <= wanted;
    case "greaterthan":
      return given > wanted;
    case "greaterthanequals":
      return given >= wanted;
    default:
      return false;
  }
}

/** Four digits are a year of W3C's dates. */
function instantOf(text: string): number {
  return /^\d+(\.\d+)?$/.test(text) && !/^\d{4}$/.test(text) ? Number(text) * 1000 : Date.parse(text);
}

function isInRange(address: string, range: string): boolean {
  const [network = "", bits] = range.split("/");
  const family = isIPv4(network) ? "ipv4" : isIPv6(network) ? "ipv6" : undefined;
  const addressFamily = isIPv4(address) ? "ipv4" : "ipv6";
  if (!family || family !== addressFamily) return false;
  const list = new BlockList();
  list.addSubnet(network, bits === undefined ? (family === "ipv4" ? 32 : 128) : Number(bits), family);
  return list.check(address, family);
}
