// Whether a JSON value is a sound rule tree, and what a sound one reads. Every compiler relies on
// it: nothing that fails here may reach them.
import Type, { type TObject } from "typebox";
import { Compile, type Validator } from "typebox/compile";
import { limits } from "./fields.ts";
import { operatorNames, operatorOf } from "./operators.ts";
import type { Operator, Rule } from "./tree.ts";
import { childrenOf } from "./walk.ts";

export interface RuleError {
  /** JSON Pointer into the tree. */
  path: string;
  detail: string;
}

export type CheckedRule = { ok: true; rule: Rule } | { ok: false; errors: RuleError[] };

const maxErrors = 20;
const maxCrossings = 4;

interface Place {
  at: string;
  depth: number;
  isElement: boolean;
  /** How many relations were crossed on the way. */
  crossings: number;
}

export function checkRule(value: unknown): CheckedRule {
  const errors: RuleError[] = [];
  let nodes = 0;
  const visit = (node: unknown, place: Place): void => {
    if (errors.length >= maxErrors) return;
    nodes++;
    if (nodes > limits.nodes || place.depth > limits.depth) {
      errors.push({ path: place.at, detail: `At most ${limits.nodes} rules, ${limits.depth} deep` });
      return;
    }
    const flaws = flawsOf(node, place);
    errors.push(...flaws);
    if (flaws.length > 0) return;
    for (const child of childrenOf(node as Rule)) {
      visit(child.rule, {
        at: `${place.at}${child.at}`,
        depth: place.depth + 1,
        isElement: child.of === "same" ? place.isElement : "element" in child.of,
        crossings: place.crossings + (child.of !== "same" && "type" in child.of ? 1 : 0),
      });
    }
  };
  visit(value, { at: "", depth: 1, isElement: false, crossings: 0 });
  return errors.length === 0
    ? { ok: true, rule: value as Rule }
    : { ok: false, errors: errors.slice(0, maxErrors) };
}

/** JSON Schema of one operator's node; children are left open. */
export function operatorSchema(op: Operator): TObject {
  const { fields } = operatorOf({ op } as Rule);
  return Type.Object({ op: Type.Literal(op), ...fields }, { additionalProperties: false });
}

const validators = new Map<Operator, Validator>();

function validatorOf(op: Operator): Validator {
  const known = validators.get(op) ?? Compile(operatorSchema(op));
  validators.set(op, known);
  return known;
}

function flawsOf(node: unknown, place: Place): RuleError[] {
  if (typeof node !== "object" || node === null || Array.isArray(node) || !("op" in node))
    return [{ path: place.at, detail: "A rule is an object with op" }];
  const op = node.op as Operator;
  if (!operatorNames.includes(op))
    return [{ path: `${place.at}/op`, detail: `One of ${operatorNames.join(", ")}` }];
  const validator = validatorOf(op);
  if (!validator.Check(node)) return schemaErrors(validator, node, place.at);
  const rule = node as Rule;
  const texts = Object.entries(rule).flatMap(([field, value]) => textFlaws(value, `${place.at}/${field}`));
  const own = (operatorOf(rule).flaws?.(rule) ?? []).map(({ at, detail }) => ({
    path: `${place.at}${at}`,
    detail,
  }));
  const paths = "path" in rule ? pathFlaws(rule.path, place) : [];
  return [...texts, ...own, ...paths, ...crossingFlaws(rule, place)];
}

function schemaErrors(validator: Validator, node: unknown, at: string): RuleError[] {
  const errors = validator.Errors(node).filter((error) => error.keyword !== "boolean");
  return errors.map((error) =>
    error.keyword === "additionalProperties"
      ? {
          path: at,
          detail: `Unknown field ${(error.params as { additionalProperties: string[] }).additionalProperties.join(", ")}`,
        }
      : { path: `${at}${error.instancePath}`, detail: error.message },
  );
}

/** PostgreSQL keeps neither NUL nor half characters, so no rule may look for them. */
function textFlaws(value: unknown, at: string): RuleError[] {
  if (Array.isArray(value)) return value.flatMap((item, i) => textFlaws(item, `${at}/${i}`));
  if (typeof value !== "string" || (value.isWellFormed() && !value.includes("\u0000"))) return [];
  return [{ path: at, detail: "A text without NUL and without half characters" }];
}

const commonPaths = ["@id", "@arn", "@name", "@region", "@account", "@createdAt", "@type"];

function pathFlaws(path: string, place: Place): RuleError[] {
  const flaw = (detail: string) => [{ path: `${place.at}/path`, detail }];
  if (path === "")
    return place.isElement ? [] : flaw("Only inside any, all, none and count may a path be empty");
  if (path.startsWith("@"))
    return commonPaths.includes(path) ? [] : flaw(`A common field is one of ${commonPaths.join(", ")}`);
  if (path.includes("[")) return flaw("Use any, all, none or count for the elements of a list");
  const segments = path.split(".");
  if (segments.includes("")) return flaw("Names with single dots between them");
  return segments.length > limits.pathSegments ? flaw(`At most ${limits.pathSegments} names`) : [];
}

function crossingFlaws(rule: Rule, place: Place): RuleError[] {
  if (rule.op !== "related" && rule.op !== "exists") return [];
  if (place.isElement)
    return [{ path: place.at, detail: `${rule.op} looks at the resource; move it out of the list's rule` }];
  return place.crossings >= maxCrossings
    ? [{ path: place.at, detail: `At most ${maxCrossings} relations deep` }]
    : [];
}
