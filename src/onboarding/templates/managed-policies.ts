// What an AWS managed policy allows for sure, by the document in facts/managed-policies.json.
import { readFileSync } from "node:fs";

export interface GrantStatement {
  Effect: string;
  Action?: string | string[];
  NotAction?: string | string[];
  Resource?: string | string[];
  Condition?: object;
}
interface ManagedPolicies {
  policies: Record<string, { document: { Statement: GrantStatement[] } }>;
}

const known = JSON.parse(
  readFileSync(new URL("../../../facts/managed-policies.json", import.meta.url), "utf8"),
) as ManagedPolicies;

/** Whether the policy allows an action on every resource, without a condition. */
export function allowedBy(policyName: string): (action: string) => boolean {
  const statements = statementsOfManaged(policyName);
  if (!statements) throw new Error(`facts/managed-policies.json has no ${policyName}`);
  return plainlyAllowedBy(statements);
}

/** null: the facts do not hold it. */
export function statementsOfManaged(policyName: string): GrantStatement[] | null {
  return known.policies[policyName]?.document.Statement ?? null;
}

/** null: the facts do not hold it. */
export function documentOfManaged(policyName: string): object | null {
  return known.policies[policyName]?.document ?? null;
}

/** Whether some statement allows an action on every resource, without a condition. */
export function plainlyAllowedBy(statements: readonly GrantStatement[]): (action: string) => boolean {
  return namedIn(statements.filter(isPlainAllow));
}

/** Whether some statement names the action, whatever else it says. */
export function namedIn(statements: readonly GrantStatement[]): (action: string) => boolean {
  const matchers = statements.map(matcherOf);
  return (action) => matchers.some((matches) => matches(action));
}

function isPlainAllow({ Effect, Resource, Condition }: GrantStatement): boolean {
  return Effect === "Allow" && !Condition && [Resource].flat().includes("*");
}

function matcherOf({ Action, NotAction }: GrantStatement): (action: string) => boolean {
  const patterns = [Action ?? NotAction ?? []].flat().map(patternOf);
  return (action) => patterns.some((pattern) => pattern.test(action)) === (Action !== undefined);
}

/** Roles of one template name the same actions; compiled anew for each, they took 1.5 % of a worker (2026-11-22). */
const patterns = new Map<string, RegExp>();
const keptPatterns = 10_000;

function patternOf(glob: string): RegExp {
  const known = patterns.get(glob);
  if (known) return known;
  const pattern = compiled(glob);
  if (patterns.size >= keptPatterns) patterns.clear();
  patterns.set(glob, pattern);
  return pattern;
}

function compiled(glob: string): RegExp {
  const escaped = glob.replace(/[.+^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`^${escaped.replaceAll("*", ".*").replaceAll("?", ".")}$`, "i");
}
