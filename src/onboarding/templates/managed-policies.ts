// What an AWS managed policy allows for sure, by the document in facts/managed-policies.json.
import { readFileSync } from "node:fs";

interface Statement {
  Effect: string;
  Action?: string | string[];
  NotAction?: string | string[];
  Resource?: string | string[];
  Condition?: object;
}
interface ManagedPolicies {
  policies: Record<string, { document: { Statement: Statement[] } }>;
}

const known = JSON.parse(
  readFileSync(new URL("../../../facts/managed-policies.json", import.meta.url), "utf8"),
) as ManagedPolicies;

/** Whether the policy allows an action on every resource, without a condition. */
export function allowedBy(policyName: string): (action: string) => boolean {
  const policy = known.policies[policyName];
  if (!policy) throw new Error(`facts/managed-policies.json has no ${policyName}`);
  const matchers = policy.document.Statement.filter(isPlainAllow).map(matcherOf);
  return (action) => matchers.some((matches) => matches(action));
}

function isPlainAllow({ Effect, Resource, Condition }: Statement): boolean {
  return Effect === "Allow" && !Condition && [Resource].flat().includes("*");
}

function matcherOf({ Action, NotAction }: Statement): (action: string) => boolean {
  const patterns = [Action ?? NotAction ?? []].flat().map(patternOf);
  return (action) => patterns.some((pattern) => pattern.test(action)) === (Action !== undefined);
}

function patternOf(glob: string): RegExp {
  const escaped = glob.replace(/[.+^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`^${escaped.replaceAll("*", ".*").replaceAll("?", ".")}$`, "i");
}
