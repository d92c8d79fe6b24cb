// EventBridge's event patterns: every operator of its guide, nested objects, arrays and $or.
// Knows nothing of buses. SNS's filter policies are the same language over another document.
import { BlockList, isIP } from "node:net";
import { globOf } from "../policy/match.ts";

type Tree = { [key: string]: unknown };

const isTree = (value: unknown): value is Tree =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const isScalar = (value: unknown) => value === null || ["string", "number", "boolean"].includes(typeof value);

/** What is wrong with a pattern, in the words of InvalidEventPatternException; undefined when nothing is. */
export function patternProblem(pattern: unknown): string | undefined {
  if (!isTree(pattern)) return "Filter is not an object";
  const keys = Object.keys(pattern);
  if (keys.length === 0) return "Empty objects are not allowed";
  for (const key of keys) {
    const inner = pattern[key];
    const problem =
      key === "$or" && Array.isArray(inner) && inner.every(isTree)
        ? inner.length < 2
          ? "There must have at least 2 Objects in $or relationship."
          : inner.map(patternProblem).find(Boolean)
        : Array.isArray(inner)
          ? listProblem(key, inner)
          : isTree(inner)
            ? patternProblem(inner)
            : `"${key}" must be an object or an array`;
    if (problem) return problem;
  }
  return undefined;
}

const operators = new Set([
  "prefix",
  "suffix",
  "anything-but",
  "numeric",
  "exists",
  "cidr",
  "equals-ignore-case",
  "wildcard",
]);

function listProblem(key: string, matchers: unknown[]): string | undefined {
  if (matchers.length === 0) return "Empty arrays are not allowed";
  for (const matcher of matchers) {
    if (isScalar(matcher)) continue;
    if (!isTree(matcher)) return `Match value must be String, number, true, false, or null`;
    const [operator, ...others] = Object.keys(matcher);
    if (operator === undefined || others.length > 0) return "Only one key allowed in match expression";
    if (!operators.has(operator)) return `Unrecognized match type ${operator}`;
    const wrong = operandProblem(operator, matcher[operator], key);
    if (wrong) return wrong;
  }
  return undefined;
}

function operandProblem(operator: string, operand: unknown, key: string): string | undefined {
  switch (operator) {
    case "exists":
      return typeof operand === "boolean" ? undefined : "exists match pattern must be either true or false.";
    case "numeric":
      return isRange(operand) ? undefined : `Value of numeric must be an array of operators and numbers`;
    case "cidr":
      return typeof operand === "string" && blockOf(operand) ? undefined : "Malformed CIDR, one '/' required";
    case "prefix":
    case "suffix":
      return typeof operand === "string" ||
        (isTree(operand) && typeof operand["equals-ignore-case"] === "string")
        ? undefined
        : `${operator} match pattern must be a string`;
    case "wildcard":
      if (typeof operand !== "string") return "wildcard match pattern must be a string";
      return operand.includes("**")
        ? `Consecutive wildcard characters at pos ${operand.indexOf("**")}`
        : undefined;
    case "equals-ignore-case":
      return typeof operand === "string" ? undefined : "equals-ignore-case match pattern must be a string";
    default:
      if (isScalar(operand) && typeof operand !== "boolean") return undefined;
      if (Array.isArray(operand) && operand.length > 0 && operand.every(isScalar)) return undefined;
      if (
        isTree(operand) &&
        Object.keys(operand).length === 1 &&
        operators.has(Object.keys(operand)[0] ?? "")
      )
        return undefined;
      return `Inside anything but list of "${key}", start|null|boolean is not supported.`;
  }
}

const relations: Record<string, (given: number, wanted: number) => boolean> = {
  "=": (given, wanted) => given === wanted,
  "<": (given, wanted) => given < wanted,
  "<=": (given, wanted) => given <= wanted,
  ">": (given, wanted) => given > wanted,
  ">=": (given, wanted) => given >= wanted,
};

function isRange(operand: unknown): operand is (string | number)[] {
  return (
    Array.isArray(operand) &&
    (operand.length === 2 || operand.length === 4) &&
    operand.every((part, at) => (at % 2 === 0 ? String(part) in relations : typeof part === "number"))
  );
}

export function matchesPattern(pattern: unknown, event: unknown): boolean {
  if (!isTree(pattern)) return false;
  return Object.entries(pattern).every(([key, wanted]) => {
    if (key === "$or" && Array.isArray(wanted) && wanted.every(isTree))
      return wanted.some((alternative) => matchesPattern(alternative, event));
    const given = isTree(event) ? event[key] : undefined;
    if (Array.isArray(wanted)) return wanted.some((matcher) => matchesValue(matcher, given));
    // Each element of an array of objects is looked at on its own, so that its fields belong together.
    return Array.isArray(given)
      ? given.some((item) => matchesPattern(wanted, item))
      : matchesPattern(wanted, given);
  });
}

function matchesValue(matcher: unknown, given: unknown): boolean {
  if (isTree(matcher) && "exists" in matcher) {
    const isLeaf = given !== undefined && !isTree(given) && !(Array.isArray(given) && given.length === 0);
    return matcher.exists === isLeaf;
  }
  if (Array.isArray(given)) return given.flat(8).some((item) => matchesOne(matcher, item));
  return matchesOne(matcher, given);
}

function matchesOne(matcher: unknown, given: unknown): boolean {
  if (given === undefined || isTree(given)) return false;
  if (!isTree(matcher)) return matcher === given;
  const [operator = "", operand] = Object.entries(matcher)[0] ?? [];
  return applies(operator, operand, given);
}

function applies(operator: string, operand: unknown, given: unknown): boolean {
  const text = typeof given === "string" ? given : undefined;
  switch (operator) {
    case "prefix":
      return text !== undefined && begins(text, operand, (whole, part) => whole.startsWith(part));
    case "suffix":
      return text !== undefined && begins(text, operand, (whole, part) => whole.endsWith(part));
    case "equals-ignore-case":
      return [operand].flat().some((want) => text?.toLowerCase() === String(want).toLowerCase());
    case "wildcard":
      return text !== undefined && [operand].flat().some((want) => wildcardOf(String(want)).test(text));
    case "cidr":
      return text !== undefined && inBlock(String(operand), text);
    case "numeric":
      return typeof given === "number" && isRange(operand) && inRange(operand, given);
    case "anything-but":
      return !isExcluded(operand, given);
    default:
      return false;
  }
}

function begins(text: string, operand: unknown, test: (whole: string, part: string) => boolean): boolean {
  return [operand]
    .flat()
    .some((want) =>
      isTree(want)
        ? test(text.toLowerCase(), String(want["equals-ignore-case"]).toLowerCase())
        : test(text, String(want)),
    );
}

function isExcluded(operand: unknown, given: unknown): boolean {
  if (Array.isArray(operand)) return operand.includes(given);
  if (!isTree(operand)) return operand === given;
  const [operator = "", inner] = Object.entries(operand)[0] ?? [];
  return applies(operator, inner, given);
}

/** `*` is any text, `\*` a star. */
function wildcardOf(pattern: string): RegExp {
  if (!/[\\?]/.test(pattern)) return globOf(pattern);
  const source = pattern.replace(/\\([*\\])|(\*)|([.+^${}()|[\]\\?])/g, (_, escaped, star, special) =>
    escaped ? `\\${escaped}` : star ? "[\\s\\S]*" : `\\${special}`,
  );
  return new RegExp(`^${source}$`);
}

function inRange(range: (string | number)[], given: number): boolean {
  for (let at = 0; at < range.length; at += 2)
    if (!relations[String(range[at])]?.(given, Number(range[at + 1]))) return false;
  return true;
}

function blockOf(range: string): BlockList | undefined {
  const [network = "", bits = ""] = range.split("/");
  const family = isIP(network) === 4 ? "ipv4" : isIP(network) === 6 ? "ipv6" : undefined;
  const most = family === "ipv4" ? 32 : 128;
  if (!family || !/^\d{1,3}$/.test(bits) || Number(bits) > most) return undefined;
  const list = new BlockList();
  list.addSubnet(network, Number(bits), family);
  return list;
}

function inBlock(range: string, address: string): boolean {
  const family = isIP(address);
  return family !== 0 && (blockOf(range)?.check(address, family === 4 ? "ipv4" : "ipv6") ?? false);
}
