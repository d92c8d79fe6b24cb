// Policy documents parsed once per text, with the statements that speak of an action found once per action.
import { globOf } from "./match.ts";

export type Effect = "Allow" | "Deny";

export interface Statement {
  sid: string | undefined;
  effect: Effect;
  /** Resource, or what NotResource excludes; absent in trust policies. */
  resources: { patterns: string[]; isNot: boolean } | undefined;
  principals: { byKind: Record<string, string[]>; isNot: boolean } | undefined;
  conditions: Condition[];
  /** Variables are text like any other before version 2012-10-17. */
  hasVariables: boolean;
}

export interface Condition {
  operator: string;
  quantifier: "ForAllValues" | "ForAnyValue" | undefined;
  ifExists: boolean;
  /** Lower case. */
  key: string;
  values: string[];
}

export interface PolicyDocument {
  /** The same text has the same number. */
  id: number;
  statements: Statement[];
  /** Statements whose Action (or NotAction) covers this action. */
  forAction(action: string): Statement[];
  /** Lower-case context keys that conditions and variables read. */
  mentionedKeys: string[];
}

/** What AWS answers as MalformedPolicyDocument. */
export class MalformedPolicy extends Error {}

const parsed = new Map<string, PolicyDocument>();
const keptDocuments = 4_000;
let nextId = 1;

export function policyOf(text: string): PolicyDocument {
  const known = parsed.get(text);
  if (known) return known;
  if (parsed.size >= keptDocuments) parsed.clear();
  const document = parse(text);
  parsed.set(text, document);
  return document;
}

function parse(text: string): PolicyDocument {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new MalformedPolicy("Syntax errors in policy.", { cause });
  }
  if (!isObject(json)) throw new MalformedPolicy("Syntax errors in policy.");
  const version = json.Version ?? "2008-10-17";
  if (version !== "2012-10-17" && version !== "2008-10-17") {
    throw new MalformedPolicy("The policy must contain a valid version string");
  }
  const raw = listOf(json.Statement);
  if (raw.length === 0) throw new MalformedPolicy("Syntax errors in policy.");
  const read = raw.map((statement) => readStatement(statement, version === "2012-10-17"));
  const byAction = new Map<string, Statement[]>();
  return {
    id: nextId++,
    statements: read.map(({ statement }) => statement),
    forAction(action) {
      let found = byAction.get(action);
      if (!found) {
        found = read.filter(({ covers }) => covers(action)).map(({ statement }) => statement);
        byAction.set(action, found);
      }
      return found;
    },
    mentionedKeys: keysOf(read.map(({ statement }) => statement)),
  };
}

function readStatement(raw: unknown, hasVariables: boolean) {
  if (!isObject(raw)) throw new MalformedPolicy("Syntax errors in policy.");
  const known = new Set([
    "Sid",
    "Effect",
    "Action",
    "NotAction",
    "Resource",
    "NotResource",
    "Principal",
    "NotPrincipal",
    "Condition",
  ]);
  if (Object.keys(raw).some((key) => !known.has(key))) throw new MalformedPolicy("Syntax errors in policy.");
  for (const name of ["Action", "Resource", "Principal"]) {
    if (raw[name] !== undefined && raw[`Not${name}`] !== undefined)
      throw new MalformedPolicy("Syntax errors in policy.");
  }
  const effect = raw.Effect;
  if (effect !== "Allow" && effect !== "Deny") throw new MalformedPolicy("Syntax errors in policy.");
  const actions = stringsOf(raw.Action ?? raw.NotAction);
  if (actions.length === 0) throw new MalformedPolicy("Policy statement must contain actions.");
  const globs = actions.map((action) => globOf(action.toLowerCase()));
  const isNotAction = raw.Action === undefined;
  const resources = raw.Resource ?? raw.NotResource;
  const statement: Statement = {
    sid: raw.Sid === undefined ? undefined : String(raw.Sid),
    effect,
    resources:
      resources === undefined
        ? undefined
        : { patterns: stringsOf(resources), isNot: raw.Resource === undefined },
    principals: principalsOf(raw),
    conditions: conditionsOf(raw.Condition),
    hasVariables,
  };
  const covers = (action: string) => globs.some((glob) => glob.test(action.toLowerCase())) !== isNotAction;
  return { statement, covers };
}

function principalsOf(raw: Record<string, unknown>): Statement["principals"] {
  const given = raw.Principal ?? raw.NotPrincipal;
  if (given === undefined) return undefined;
  const isNot = raw.Principal === undefined;
  if (given === "*") return { byKind: { AWS: ["*"] }, isNot };
  if (!isObject(given)) throw new MalformedPolicy("Syntax errors in policy.");
  return {
    byKind: Object.fromEntries(Object.entries(given).map(([kind, names]) => [kind, stringsOf(names)])),
    isNot,
  };
}

function conditionsOf(raw: unknown): Condition[] {
  if (raw === undefined) return [];
  if (!isObject(raw)) throw new MalformedPolicy("Syntax errors in policy.");
  return Object.entries(raw).flatMap(([name, keys]) => {
    const [, quantifier, operator = "", ifExists] =
      /^(?:(ForAllValues|ForAnyValue):)?(\w+?)(IfExists)?$/i.exec(name) ?? [];
    if (!isObject(keys) || !operators.has(operator.toLowerCase())) {
      throw new MalformedPolicy(`Syntax error at condition '${name}'.`);
    }
    return Object.entries(keys).map(([key, values]) => ({
      operator: operator.toLowerCase(),
      quantifier: quantifier
        ? quantifier.toLowerCase() === "forallvalues"
          ? ("ForAllValues" as const)
          : ("ForAnyValue" as const)
        : undefined,
      ifExists: ifExists !== undefined,
      key: key.toLowerCase(),
      values: listOf(values).map(String),
    }));
  });
}

const operators = new Set(
  (
    "StringEquals StringNotEquals StringEqualsIgnoreCase StringNotEqualsIgnoreCase StringLike StringNotLike " +
    "NumericEquals NumericNotEquals NumericLessThan NumericLessThanEquals NumericGreaterThan NumericGreaterThanEquals " +
    "DateEquals DateNotEquals DateLessThan DateLessThanEquals DateGreaterThan DateGreaterThanEquals " +
    "Bool BinaryEquals IpAddress NotIpAddress ArnEquals ArnNotEquals ArnLike ArnNotLike Null"
  )
    .toLowerCase()
    .split(" "),
);

function keysOf(statements: Statement[]): string[] {
  const keys = new Set<string>();
  for (const { conditions, resources, hasVariables } of statements) {
    const texts = [...(resources?.patterns ?? [])];
    for (const { key, values } of conditions) {
      keys.add(key);
      texts.push(...values);
    }
    if (!hasVariables) continue;
    for (const text of texts) {
      for (const [, name = ""] of text.matchAll(/\$\{([^},]+)/g)) keys.add(name.trim().toLowerCase());
    }
  }
  return [...keys].sort();
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function listOf(value: unknown): unknown[] {
  return value === undefined ? [] : Array.isArray(value) ? value : [value];
}

function stringsOf(value: unknown): string[] {
  const list = listOf(value);
  if (list.some((item) => typeof item !== "string")) throw new MalformedPolicy("Syntax errors in policy.");
  return list as string[];
}
