// What a policy document says on its own, for policyAllows and policyDenies. Not the evaluator
// of iam/: no other policies are weighed, and in an Allow search Deny statements are not
// subtracted. policy-sql.ts says the same in SQL; change both, the differential test compares.
import { asciiLower, fitsGlob } from "./glob.ts";

/** 0 false, 1 unknown, 2 true. */
export type TruthNumber = 0 | 1 | 2;

export interface AllowQuestion {
  principal: "anyone" | "other-accounts" | "attached";
  /** Lower case; null = any action. */
  actions: string[] | null;
  onEverything: boolean;
}

export interface DenyQuestion {
  /** Lower case. */
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
      (!question.onEverything || texts(statement.Resource).includes("*")),
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
      texts(statement.Resource).some((pattern) => fitsGlob(target, pattern)) &&
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
  return principal === "*" || (isRecord(principal) && texts(principal.AWS).includes("*"));
}

function namesOtherAccount(statement: Statement, account: string): boolean {
  if (!isRecord(statement.Principal)) return false;
  return texts(statement.Principal.AWS).some((text) => {
    const named = /^[0-9]{12}$/.test(text) ? text : /^arn:[^:]*:(iam|sts)::([0-9]{12}):/.exec(text)?.[2];
    return named !== undefined && named !== account;
  });
}

function coversSome(statement: Statement, actions: string[] | null): boolean {
  if (!isMissing(statement.Action)) {
    const patterns = texts(statement.Action).map(asciiLower);
    if (actions === null) return patterns.length > 0;
    return actions.some((action) =>
      patterns.some((pattern) =>
        action === "*" ? pattern === "*" || pattern === "*:*" : fitsGlob(action, pattern),
      ),
    );
  }
  if (isMissing(statement.NotAction)) return false;
  const excepted = texts(statement.NotAction).map(asciiLower);
  if (actions === null) return true;
  return actions.some((action) => action !== "*" && !excepted.some((pattern) => fitsGlob(action, pattern)));
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
  if (!isRecord(condition)) return false;
  const [first, ...others] = Object.entries(condition);
  if (first === undefined || others.length > 0 || !isRecord(first[1])) return false;
  if (!denyingOperators.includes(asciiLower(first[0]).replace(/ifexists$/, ""))) return false;
  const [pair, ...more] = Object.entries(first[1]);
  if (pair === undefined || more.length > 0) return false;
  return (
    asciiLower(pair[0]) === asciiLower(question.conditionKey) &&
    scalarTexts(pair[1]).some((text) => asciiLower(text) === asciiLower(question.conditionValue))
  );
}

function isMissing(value: unknown): value is null | undefined {
  return value === undefined || value === null;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function texts(value: unknown): string[] {
  if (typeof value === "string") return [value];
  return Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];
}

/** The texts of a scalar or of a list of scalars; none if something else is among them. */
function scalarTexts(value: unknown): string[] {
  const list = Array.isArray(value) ? value : [value];
  const isScalar = (item: unknown) => ["string", "number", "boolean"].includes(typeof item);
  return list.every(isScalar) ? list.map(String) : [];
}
