// What a policy document says on its own, for policyAllows and policyDenies. Not the evaluator
// of iam/: no other policies are weighed, and in an Allow search Deny statements are not
// subtracted. policy-sql.ts says the same in SQL; change both, the differential test compares.
import { asciiLower, equalsLowered, fitsGlob, fitsLowered } from "./glob.ts";

/** 0 false, 1 unknown, 2 true. */
export type TruthNumber = 0 | 1 | 2;

export interface AllowQuestion {
  principal: "anyone" | "other-accounts" | "attached";
  /** Lower case; null = any action. */
  actions: string[] | null;
  onEverything: boolean;
}

/** All but the suffix in lower case. */
export interface DenyQuestion {
  actions: string[];
  conditionKey: string;
  conditionValue: string;
  resourceSuffix: string;
}

type Statement = Record<string, unknown>;

export function policyAllows(value: unknown, question: AllowQuestion, account: string): TruthNumber {
  return someStatement(
    value,
    (statement) =>
      statement.Effect === "Allow" &&
      admits(statement, question.principal, account) &&
      coversSome(statement, question.actions) &&
      (!question.onEverything || someText(statement.Resource, (text) => text === "*")),
  );
}

export function policyDenies(value: unknown, question: DenyQuestion, arn: string | null): TruthNumber {
  const target = `${arn ?? ""}${question.resourceSuffix}`;
  return someStatement(
    value,
    (statement) =>
      statement.Effect === "Deny" &&
      isMissing(statement.NotPrincipal) &&
      namesEveryone(statement) &&
      question.actions.every((action) => coversSome(statement, [action])) &&
      someText(statement.Resource, (pattern) => fitsGlob(target, pattern)) &&
      isOnlyCondition(statement.Condition, question),
  );
}

function someStatement(value: unknown, fits: (statement: Statement) => boolean): TruthNumber {
  const statements = readStatements(value);
  if (statements === null) return 1;
  let truth: TruthNumber = 0;
  for (const statement of statements) {
    if (!isRecord(statement)) truth = 1;
    else if (fits(statement)) return 2;
  }
  return truth;
}

/** Empty where there is no policy, null where it cannot be read. */
function readStatements(value: unknown): unknown[] | null {
  if (isMissing(value)) return [];
  let document = value;
  if (typeof value === "string") {
    if (/^[ \t\r\n]*$/.test(value)) return [];
    try {
      document = JSON.parse(value);
    } catch {
      return null;
    }
  }
  if (!isRecord(document)) return null;
  const statements = document.Statement;
  if (Array.isArray(statements)) return statements;
  return isRecord(statements) ? [statements] : null;
}

function admits(statement: Statement, principal: AllowQuestion["principal"], account: string): boolean {
  if (principal === "attached") return true;
  const open = !isMissing(statement.NotPrincipal) || namesEveryone(statement);
  if (open && !isNarrowed(statement.Condition)) return true;
  return principal === "other-accounts" && namesOtherAccount(statement, account);
}

function namesEveryone(statement: Statement): boolean {
  const principal = statement.Principal;
  return principal === "*" || (isRecord(principal) && someText(principal.AWS, (text) => text === "*"));
}

function namesOtherAccount(statement: Statement, account: string): boolean {
  if (!isRecord(statement.Principal)) return false;
  return someText(statement.Principal.AWS, (text) => {
    const named = /^[0-9]{12}$/.test(text) ? text : /^arn:[^:]*:(iam|sts)::([0-9]{12}):/.exec(text)?.[2];
    return named !== undefined && named !== account;
  });
}

function coversSome(statement: Statement, actions: string[] | null): boolean {
  if (!isMissing(statement.Action)) {
    if (actions === null) return someText(statement.Action, () => true);
    return someText(statement.Action, (pattern) => actions.some((action) => isCoveredBy(action, pattern)));
  }
  if (isMissing(statement.NotAction)) return false;
  if (actions === null) return true;
  return actions.some(
    (action) => action !== "*" && !someText(statement.NotAction, (pattern) => fitsLowered(action, pattern)),
  );
}

function isCoveredBy(action: string, pattern: string): boolean {
  return action === "*" ? pattern === "*" || pattern === "*:*" : fitsLowered(action, pattern);
}

/** Keys that tie a caller to an account, an organization, a network or one source. */
export const narrowingKeys = [
  "aws:sourceaccount",
  "aws:sourcearn",
  "aws:sourceowner",
  "aws:sourceorgid",
  "aws:sourceorgpaths",
  "aws:principalaccount",
  "aws:principalarn",
  "aws:principalorgid",
  "aws:principalorgpaths",
  "aws:sourcevpc",
  "aws:sourcevpce",
  "aws:vpceaccount",
  "aws:vpceorgid",
  "aws:vpceorgpaths",
  "aws:userid",
  "kms:calleraccount",
  "s3:dataaccesspointaccount",
  "s3:dataaccesspointarn",
];
export const narrowingArnKeys = ["aws:sourcearn", "aws:principalarn", "s3:dataaccesspointarn"];
export const narrowingPathKeys = ["aws:sourceorgpaths", "aws:principalorgpaths", "aws:vpceorgpaths"];
/** Only operators that fail when the key is absent: no …IfExists, no ForAllValues. */
export const narrowingOperators = [
  "stringequals",
  "stringequalsignorecase",
  "stringlike",
  "arnequals",
  "arnlike",
];

function isNarrowed(condition: unknown): boolean {
  if (!isRecord(condition)) return false;
  return Object.entries(condition).some(([name, keys]) => {
    const operator = asciiLower(name).replace(/^foranyvalue:/, "");
    if (!isRecord(keys)) return false;
    return Object.entries(keys).some(([name, value]) => {
      const key = asciiLower(name);
      const values = scalarTexts(value);
      if (values.length === 0) return false;
      if (operator === "ipaddress") {
        return key === "aws:sourceip" && values.every((text) => !text.endsWith("/0"));
      }
      if (!narrowingOperators.includes(operator) || !narrowingKeys.includes(key)) return false;
      return values.every((text) => isFixed(key, text));
    });
  });
}

/** A value without wildcards, or whose account, organization or role part has none. */
function isFixed(key: string, text: string): boolean {
  if (text === "") return false;
  if (!/[*?]/.test(text)) return true;
  if (narrowingArnKeys.includes(key)) return /^[0-9]{12}$/.test(text.split(":")[4] ?? "");
  if (narrowingPathKeys.includes(key)) return /^[^*?/]+\//.test(text);
  return key === "aws:userid" && /^[^*?:]+:/.test(text);
}

export const denyingOperators = ["bool", "stringequals", "stringequalsignorecase", "numericlessthan"];

/** Exactly one operator with exactly one key, and the value among its values. */
function isOnlyCondition(condition: unknown, question: DenyQuestion): boolean {
  const [operator, keys] = onlyEntry(condition);
  if (operator === undefined || !isDenyingOperator(operator)) return false;
  const [key, value] = onlyEntry(keys);
  return (
    key !== undefined &&
    equalsLowered(key, question.conditionKey) &&
    scalarTexts(value).some((text) => equalsLowered(text, question.conditionValue))
  );
}

function isDenyingOperator(name: string): boolean {
  return denyingOperators.some(
    (operator) => equalsLowered(name, operator) || equalsLowered(name, `${operator}ifexists`),
  );
}

function onlyEntry(value: unknown): [key: string | undefined, value?: unknown] {
  if (!isRecord(value)) return [undefined];
  const keys = Object.keys(value);
  const key = keys[0];
  return keys.length === 1 && key !== undefined ? [key, value[key]] : [undefined];
}

function isMissing(value: unknown): value is null | undefined {
  return value === undefined || value === null;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Whether the text, or a text in the list, fits. */
function someText(value: unknown, fits: (text: string) => boolean): boolean {
  if (typeof value === "string") return fits(value);
  if (!Array.isArray(value)) return false;
  for (const item of value) if (typeof item === "string" && fits(item)) return true;
  return false;
}

/** The texts of a scalar or of a list of scalars; none if something else is among them. */
function scalarTexts(value: unknown): string[] {
  const list = Array.isArray(value) ? value : [value];
  const isScalar = (item: unknown) => ["string", "number", "boolean"].includes(typeof item);
  return list.every(isScalar) ? list.map(String) : [];
}
