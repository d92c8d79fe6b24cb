// One statement of a policy document. Names of elements are case-sensitive, operators and keys are not.
import { pointer } from "#iam/duplicate-keys.ts";
import {
  type Condition,
  type Operator,
  operators,
  type Patterns,
  type PolicyProblem,
  type Principals,
  principalKinds,
  type SetQuantifier,
  type Statement,
} from "#iam/policy.ts";

export type Raw = Readonly<Record<string, unknown>>;
type Path = readonly (string | number)[];

export class Problems {
  readonly all: PolicyProblem[] = [];

  add(path: Path, detail: string): void {
    this.all.push({ path: pointer(path), detail });
  }

  refuseOthers(raw: Raw, elements: ReadonlySet<string>, path: Path): void {
    for (const key of Object.keys(raw))
      if (!elements.has(key))
        this.add([...path, key], `"${key}" is no element of a policy here; names are case-sensitive.`);
  }
}

const elements = new Set(
  "Sid Effect Principal NotPrincipal Action NotAction Resource NotResource Condition".split(" "),
);

export function readStatement(
  given: unknown,
  index: number,
  path: Path,
  problems: Problems,
): Statement | null {
  const raw = asObject(given);
  if (raw === null) {
    if (given !== undefined) problems.add(path, "A statement is a JSON object.");
    return null;
  }
  problems.refuseOthers(raw, elements, path);
  if (raw.Effect !== "Allow" && raw.Effect !== "Deny")
    problems.add([...path, "Effect"], "The effect is Allow or Deny, written so.");
  if (raw.Sid !== undefined && typeof raw.Sid !== "string") problems.add([...path, "Sid"], "A Sid is text.");
  const actions = readPatterns(raw, "Action", path, problems);
  if (actions === null) problems.add([...path, "Action"], "A statement needs Action or NotAction.");
  return {
    index,
    sid: typeof raw.Sid === "string" && raw.Sid !== "" ? raw.Sid : null,
    effect: raw.Effect === "Allow" ? "Allow" : "Deny",
    actions: actions ?? { isNegated: false, values: [] },
    resources: readPatterns(raw, "Resource", path, problems),
    principals: readPrincipals(raw, path, problems),
    conditions: readConditions(raw.Condition, [...path, "Condition"], problems),
  };
}

function readPatterns(
  raw: Raw,
  name: "Action" | "Resource",
  path: Path,
  problems: Problems,
): Patterns | null {
  const negated = `Not${name}`;
  const isNegated = raw[negated] !== undefined;
  if (isNegated && raw[name] !== undefined)
    problems.add([...path, negated], `A statement has ${name} or ${negated}, not both.`);
  const given = isNegated ? raw[negated] : raw[name];
  if (given === undefined) return null;
  const at = [...path, isNegated ? negated : name];
  const values = readTexts(given, at, problems);
  // An empty list of what is meant has no effect; one of what is not meant would mean everything.
  if (isNegated && values.length === 0) problems.add(at, "The list is empty. Name at least one.");
  return { isNegated, values };
}

function readTexts(given: unknown, path: Path, problems: Problems): string[] {
  return (Array.isArray(given) ? given : [given]).flatMap((value: unknown, index) => {
    if (typeof value === "string" && isPlain(value)) return [value];
    problems.add(Array.isArray(given) ? [...path, index] : path, "This is text.");
    return [];
  });
}

/** Control characters are no part of policies; patterns use some of them for wildcards. */
function isPlain(value: string): boolean {
  return ![..."\u0000\u0001\u0002\u0003\u0004\u0005"].some((character) => value.includes(character));
}

function readPrincipals(raw: Raw, path: Path, problems: Problems): Principals | null {
  const isNegated = raw.NotPrincipal !== undefined;
  if (isNegated && raw.Principal !== undefined)
    problems.add([...path, "NotPrincipal"], "A statement has Principal or NotPrincipal, not both.");
  const given = isNegated ? raw.NotPrincipal : raw.Principal;
  if (given === undefined) return null;
  const at = [...path, isNegated ? "NotPrincipal" : "Principal"];
  if (given === "*") return { isNegated, named: [{ kind: "AWS", value: "*" }] };
  const kinds = asObject(given);
  if (kinds === null) {
    problems.add(at, 'A principal is "*" or an object with AWS, Service, Federated or CanonicalUser.');
    return null;
  }
  problems.refuseOthers(kinds, new Set<string>(principalKinds), at);
  const named = principalKinds.flatMap((kind) =>
    kinds[kind] === undefined
      ? []
      : readTexts(kinds[kind], [...at, kind], problems).map((value) => ({ kind, value })),
  );
  return { isNegated, named };
}

function readConditions(given: unknown, path: Path, problems: Problems): Condition[] {
  if (given === undefined) return [];
  const byOperator = asObject(given);
  if (byOperator === null) {
    problems.add(path, "A Condition is an object of operators.");
    return [];
  }
  return Object.entries(byOperator).flatMap(([operatorText, keys]) => {
    const at = [...path, operatorText];
    const operator = readOperator(operatorText);
    const byKey = asObject(keys);
    if (operator === null) problems.add(at, `AWS knows no condition operator "${operatorText}".`);
    if (byKey === null) problems.add(at, "An operator holds an object of keys.");
    if (operator === null || byKey === null) return [];
    return Object.entries(byKey).map(([key, values]) => ({
      operatorText,
      ...operator,
      key,
      values: readValues(values, [...at, key], problems),
    }));
  });
}

const operatorForm = /^(?:(forallvalues|foranyvalue):)?([a-z]+?)(ifexists)?$/;
const byLowerCase = new Map(operators.map((operator) => [operator.toLowerCase(), operator]));

function readOperator(
  text: string,
): { operator: Operator; quantifier: SetQuantifier | null; ifExists: boolean } | null {
  const [, set, name = "", suffix] = operatorForm.exec(text.toLowerCase()) ?? [];
  const operator = byLowerCase.get(name);
  if (operator === undefined || (operator === "Null" && suffix !== undefined)) return null;
  const quantifier = set === undefined ? null : set === "forallvalues" ? "ForAllValues" : "ForAnyValue";
  return { operator, quantifier, ifExists: suffix !== undefined };
}

/** Numbers and booleans may stand without quotation marks. */
function readValues(given: unknown, path: Path, problems: Problems): string[] {
  return (Array.isArray(given) ? given : [given]).flatMap((value: unknown, index) => {
    if (typeof value === "string" && isPlain(value)) return [value];
    if (typeof value === "boolean") return [String(value)];
    if (typeof value === "number" && Math.abs(value) <= Number.MAX_SAFE_INTEGER) return [String(value)];
    problems.add(Array.isArray(given) ? [...path, index] : path, "A value is text, a number or a boolean.");
    return [];
  });
}

function asObject(given: unknown): Raw | null {
  return typeof given === "object" && given !== null && !Array.isArray(given) ? (given as Raw) : null;
}
