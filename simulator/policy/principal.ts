// Whether a resource's policy speaks of the caller, and what it then says.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html
import { type Asked, coversResource, type ResourceVerdict } from "../authorize.ts";
import type { Principal, ResourcePolicy } from "../operation.ts";
import { conditionsHold } from "./conditions.ts";
import { policyOf, type Statement } from "./document.ts";

type Naming = "session" | "principal" | "account";

const rank = { session: 3, principal: 2, account: 1 };

/** `hasBoundary`: NotPrincipal with Deny always denies a caller with a boundary, whoever it names. */
export function resourceVerdict(
  policy: ResourcePolicy,
  principal: Principal,
  asked: Asked,
  hasBoundary = false,
): ResourceVerdict {
  const verdict: ResourceVerdict = {
    denies: false,
    allows: undefined,
    isSameAccount: policy.accountId === principal.accountId,
    isDecisive: policy.isDecisive ?? false,
  };
  for (const statement of policyOf(policy.text).forAction(asked.action)) {
    if (!coversResource(statement, asked) || !conditionsHold(statement, asked.context)) continue;
    const trustedIds = policy.trustedIds ?? {};
    if (statement.effect === "Deny") {
      verdict.denies ||= isDenied(statement, principal, trustedIds, hasBoundary);
      continue;
    }
    const naming = allowedAs(statement, principal, trustedIds);
    if (naming && (!verdict.allows || rank[naming] > rank[verdict.allows])) verdict.allows = naming;
  }
  return verdict;
}

/** How an Allow names the caller; NotPrincipal allows everyone whom it does not name, anonymous callers too. */
function allowedAs(
  { principals }: Statement,
  caller: Principal,
  trustedIds: Record<string, string>,
): Naming | undefined {
  if (!principals) return undefined;
  const named = namesOf(principals.byKind).flatMap((name) => namingOf(name, caller, trustedIds) ?? []);
  if (principals.isNot) return named.length > 0 ? undefined : "principal";
  return named.toSorted((a, b) => rank[b] - rank[a])[0];
}

/**
 * A Deny binds whom it names, in any form. With NotPrincipal it spares only a caller all of whose forms are listed:
 * AWS checks the account, the role and the session one after the other.
 */
function isDenied(
  { principals }: Statement,
  caller: Principal,
  trustedIds: Record<string, string>,
  hasBoundary: boolean,
): boolean {
  if (!principals) return false;
  const named = namesOf(principals.byKind).flatMap((name) => namingOf(name, caller, trustedIds) ?? []);
  if (!principals.isNot) return named.length > 0;
  if (hasBoundary) return true;
  const forms: Naming[] =
    caller.kind === "role-session" ? ["account", "principal", "session"] : ["account", "session"];
  const isEveryone = namesOf(principals.byKind).includes("*");
  return !isEveryone && forms.some((form) => !named.includes(form));
}

/** AWS accounts, users, roles and sessions, and what a federated caller came through; services never call the API. */
function namesOf({ AWS = [], Federated = [] }: Record<string, string[]>): string[] {
  return [...AWS, ...Federated];
}

function namingOf(name: string, caller: Principal, trustedIds: Record<string, string>): Naming | undefined {
  // "Permissions boundaries or session policies do not limit permissions granted … with a wildcard (*) in the
  // Principal element" (user guide, reference_policies_elements_principal, "IAM role principals").
  if (name === "*") return caller.kind === "anonymous" ? "principal" : "session";
  if (caller.kind === "anonymous") return name === caller.arn && name !== "" ? "principal" : undefined;
  if (name === caller.accountId) return "account";
  if (/^arn:[^:]+:iam::\d{12}:root$/.test(name))
    return name.split(":")[4] === caller.accountId ? "account" : undefined;
  const [uniqueId] = caller.userId.split(":");
  const own: Naming = caller.kind === "user" ? "session" : "principal";
  const resolved = trustedIds[name];
  if (resolved !== undefined) return resolved === uniqueId ? own : undefined;
  if (name === caller.arn || name === caller.userId) return "session";
  return name === caller.roleArn || name === uniqueId ? own : undefined;
}

/** Whether a trust policy lets a service assume the role. */
export function trustsService(
  text: string,
  service: string,
  context: Asked["context"] = () => undefined,
): boolean {
  const statements = policyOf(text)
    .forAction("sts:AssumeRole")
    .filter(
      (statement) =>
        statement.principals?.byKind.Service?.includes(service) && conditionsHold(statement, context),
    );
  return statements.length > 0 && statements.every(({ effect }) => effect === "Allow");
}
