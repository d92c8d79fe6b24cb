// Whether a resource's policy speaks of the caller, and what it then says.
import { type Asked, coversResource, type ResourceVerdict } from "../authorize.ts";
import type { Principal, ResourcePolicy } from "../operation.ts";
import { conditionsHold } from "./conditions.ts";
import { policyOf, type Statement } from "./document.ts";

type Naming = "session" | "principal" | "account";

export function resourceVerdict(policy: ResourcePolicy, principal: Principal, asked: Asked): ResourceVerdict {
  const verdict: ResourceVerdict = {
    denies: false,
    allows: undefined,
    isSameAccount: policy.accountId === principal.accountId,
    isDecisive: policy.isDecisive ?? false,
  };
  const rank = { session: 3, principal: 2, account: 1 };
  for (const statement of policyOf(policy.text).forAction(asked.action)) {
    const naming = namingOf(statement, principal, policy.trustedIds ?? {});
    if (!naming || !coversResource(statement, asked) || !conditionsHold(statement, asked.context)) continue;
    if (statement.effect === "Deny") verdict.denies = true;
    else if (!verdict.allows || rank[naming] > rank[verdict.allows]) verdict.allows = naming;
  }
  return verdict;
}

function namingOf(
  { principals }: Statement,
  caller: Principal,
  trustedIds: Record<string, string>,
): Naming | undefined {
  if (!principals) return undefined;
  const named = (principals.byKind.AWS ?? [])
    .map((name) => naming(name, caller, trustedIds))
    .filter((found) => found !== undefined);
  if (principals.isNot) return named.length > 0 ? undefined : "principal";
  return (
    named.find((found) => found === "session") ?? named.find((found) => found === "principal") ?? named[0]
  );
}

function naming(name: string, caller: Principal, trustedIds: Record<string, string>): Naming | undefined {
  if (name === "*") return "principal";
  if (name === caller.accountId) return "account";
  if (/^arn:[^:]+:iam::\d{12}:root$/.test(name))
    return name.split(":")[4] === caller.accountId ? "account" : undefined;
  const [uniqueId] = caller.userId.split(":");
  const resolved = trustedIds[name];
  if (resolved !== undefined) {
    if (resolved !== uniqueId) return undefined;
    return caller.kind === "user" ? "session" : "principal";
  }
  if (name === caller.arn || name === caller.userId) return "session";
  return name === caller.roleArn || name === uniqueId ? "principal" : undefined;
}
