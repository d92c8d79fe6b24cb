// The fields and values that decided a rule's outcome, for people. Asks the compiled rule itself
// which of its parts decided; bounded in number and size.
import type { Evidence, Truth } from "#model/verdict.ts";
import { compileElement, compileJs } from "./compile-js.ts";
import { isCovered, type Neighbourhood, type RuleDocument } from "./document.ts";
import { operatorOf } from "./operators.ts";
import { fullPath } from "./reads.ts";
import type { Rule } from "./tree.ts";
import { childrenOf } from "./walk.ts";

const maxEntries = 20;
const maxTextLength = 256;
const maxListLength = 5;
const maxDepth = 4;

interface Place {
  document: RuleDocument;
  now: number;
  neighbours: Neighbourhood | undefined;
  /** "" for the document, else the element's path with its index. */
  prefix: string;
  item: unknown;
}

/** What decided; a value that could not be read is {unreadable: true}, an absent one null. */
export function evidenceOf(
  rule: Rule,
  document: RuleDocument,
  now: number,
  neighbours?: Neighbourhood,
): Evidence[] {
  const found: Evidence[] = [];
  const place = { document, now, neighbours, prefix: "", item: document.properties };
  collect(rule, place, found);
  const seen = new Set<string>();
  return found
    .filter(({ path, value }) => {
      const key = `${path} ${JSON.stringify(value)}`;
      return !seen.has(key) && seen.add(key);
    })
    .slice(0, maxEntries);
}

function collect(rule: Rule, place: Place, found: Evidence[]): void {
  if (found.length >= maxEntries * 4) return;
  if (rule.op === "and" || rule.op === "or" || rule.op === "not") {
    const truth = truthOf(rule, place);
    for (const { rule: child } of childrenOf(rule)) {
      if (rule.op === "not" || truthOf(child, place) === truth) collect(child, place, found);
    }
    return;
  }
  if (rule.op === "related" || rule.op === "exists") {
    found.push(...acrossEvidence(rule, place));
    return;
  }
  const path = operatorOf(rule).path?.(rule) ?? "";
  const at = fullPath(place.prefix, path);
  const isCommon = path.startsWith("@");
  if ((place.prefix === "" || isCommon) && isCovered(place.document.gaps, path)) {
    found.push({ path: at, value: { unreadable: true } });
    return;
  }
  const value = isCommon ? commonValue(place.document, path) : memberAt(place.item, path);
  if (rule.op === "any" || rule.op === "all" || rule.op === "none" || rule.op === "count") {
    collectElements(rule, { ...place, prefix: at, item: value }, found);
    return;
  }
  found.push({
    path: at,
    value: clip(rule.op === "tag" ? tagValue(rule, place) : decisivePart(rule, value, place)),
  });
}

type Quantifier = Extract<Rule, { op: "any" | "all" | "none" | "count" }>;

/** The elements that decided, or the list where no single one did. */
function collectElements(rule: Quantifier, place: Place, found: Evidence[]): void {
  const inner = rule.rule;
  const elements: unknown[] = Array.isArray(place.item) ? place.item : [];
  const wanted: Truth = rule.op !== "all";
  const decisive =
    inner === undefined
      ? []
      : elements
          .map((item, i) => ({ ...place, item, prefix: `${place.prefix}[${i}]` }))
          .filter((element) => truthOf(inner, element) === wanted);
  if (inner === undefined || decisive.length === 0) {
    found.push({ path: place.prefix, value: clip(place.item) });
    return;
  }
  for (const element of decisive.slice(0, maxEntries)) collect(inner, element, found);
}

/** Of permissions and statements only those that make the rule true. */
function decisivePart(rule: Rule, value: unknown, place: Place): unknown {
  if (rule.op !== "portsOpen" && rule.op !== "policyAllows" && rule.op !== "policyDenies") return value;
  const alone: Rule = { ...rule, path: "" };
  const run = compileElement(alone);
  const isDecisive = (item: unknown) => run(place.document, item, place.now) === true;
  if (rule.op === "portsOpen") {
    if (!Array.isArray(value)) return value;
    const open = value.filter((permission) => isDecisive([permission]));
    return open.length > 0 ? open : value;
  }
  const statements = statementsOf(value).filter((statement) => isDecisive({ Statement: [statement] }));
  return statements.length > 0 ? statements : value;
}

function statementsOf(value: unknown): unknown[] {
  try {
    const document: unknown = typeof value === "string" ? JSON.parse(value) : value;
    const statements = memberAt(document, "Statement");
    return Array.isArray(statements) ? statements : [statements];
  } catch (cause) {
    // Not JSON: the operator calls it unreadable, and the text itself is the evidence.
    if (cause instanceof SyntaxError) return [];
    throw cause;
  }
}

/** The ends that decided, by ARN or id. */
function acrossEvidence(rule: Extract<Rule, { op: "related" | "exists" }>, place: Place): Evidence[] {
  const { neighbours, document, now } = place;
  const path = rule.op === "related" ? rule.relation : rule.type;
  if (neighbours === undefined) return [{ path, value: { unreadable: true } }];
  const ends =
    rule.op === "exists"
      ? neighbours.ofType(document, rule.type, rule.where)
      : neighbours.related(document, rule.relation, rule.direction, rule.type, rule.within ?? "cloud");
  const inner = rule.rule;
  const wanted: Truth = rule.op === "exists" || rule.quantifier !== "all";
  const judged = ends.documents.filter(
    (end) =>
      inner === undefined ||
      truthOf(inner, { ...place, document: end, prefix: "", item: end.properties, now }) === wanted,
  );
  const shown = judged.length > 0 ? judged : ends.documents;
  if (shown.length === 0 && !ends.complete) return [{ path, value: { unreadable: true } }];
  const named = { path, value: clip(shown.map((end) => end.arn ?? end.id)) };
  if (inner === undefined || judged.length === 0) return [named];
  const within = judged.slice(0, maxListLength).flatMap((end, i) =>
    evidenceOf(inner, end, now, neighbours).map((part) => ({
      ...part,
      path: `${path}[${i}].${part.path}`,
    })),
  );
  return [named, ...within];
}

const ofDocuments = new WeakMap<Rule, ReturnType<typeof compileJs>>();
const ofElements = new WeakMap<Rule, ReturnType<typeof compileElement>>();

function truthOf(rule: Rule, place: Place): Truth {
  if (place.prefix !== "") {
    const run = ofElements.get(rule) ?? compileElement(rule);
    ofElements.set(rule, run);
    return run(place.document, place.item, place.now);
  }
  const run = ofDocuments.get(rule) ?? compileJs(rule);
  ofDocuments.set(rule, run);
  return run(place.document, place.now, place.neighbours);
}

function tagValue(rule: Extract<Rule, { op: "tag" }>, place: Place): unknown {
  const tag = place.document.tags.find(({ key }) => key === rule.key);
  return tag ?? { key: rule.key, value: null };
}

function commonValue(document: RuleDocument, path: string): unknown {
  if (path === "@account") return document.accountId;
  return document[path.slice(1) as "id" | "arn" | "name" | "region" | "createdAt" | "type"];
}

function memberAt(value: unknown, path: string): unknown {
  if (path === "") return value;
  return path.split(".").reduce<unknown>((at, name) => {
    if (typeof at !== "object" || at === null || Array.isArray(at)) return undefined;
    return Object.hasOwn(at, name) ? (at as Record<string, unknown>)[name] : undefined;
  }, value);
}

function clip(value: unknown, depth = 0): unknown {
  if (typeof value === "string")
    return value.length > maxTextLength ? `${value.slice(0, maxTextLength)}…` : value;
  if (typeof value !== "object" || value === null) return value ?? null;
  if (depth >= maxDepth) return "…";
  if (Array.isArray(value)) {
    const shown = value.slice(0, maxListLength).map((item) => clip(item, depth + 1));
    return value.length > maxListLength ? [...shown, `… ${value.length - maxListLength} more`] : shown;
  }
  return Object.fromEntries(
    Object.entries(value)
      .slice(0, maxEntries)
      .map(([key, item]) => [key, clip(item, depth + 1)]),
  );
}
