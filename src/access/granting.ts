// The statements by which a principal's own policies grant: which cover an action, and on what.
import { statementsOn } from "#iam/compile.ts";
import { unknownText } from "#iam/glob.ts";
import type { AttachedPolicy } from "#iam/layers.ts";
import type { Policy, Statement } from "#iam/policy.ts";
import type { Identity } from "./account.ts";
import { services } from "./action-levels.ts";

export interface Granting {
  policy: AttachedPolicy;
  statement: Statement;
}

export function grantingOn(identity: Identity, action: string): Granting[] {
  return policiesOf(identity).flatMap(({ policy, read }) =>
    statementsOn(read, action.toLowerCase())
      .filter(({ isAllow }) => isAllow)
      .map(({ source }) => ({ policy, statement: source })),
  );
}

function policiesOf({ identity }: Identity): { policy: AttachedPolicy; read: Policy }[] {
  if (identity === "unread") return [];
  return identity.flatMap((policy) => ("problems" in policy.policy ? [] : [{ policy, read: policy.policy }]));
}

/** Those that its Allow statements name; all of AWS's where one names them by a wildcard. */
export async function servicesOf(identity: Identity): Promise<string[]> {
  const named = policiesOf(identity)
    .flatMap(({ read }) => read.statements)
    .filter(({ effect }) => effect === "Allow")
    .flatMap(({ actions }) =>
      actions.isNegated ? ["*"] : actions.values.map((value) => value.split(":")[0]?.toLowerCase() ?? "*"),
    );
  if (named.some((prefix) => /[*?]/.test(prefix))) return services();
  return [...new Set(named)].sort();
}

/** Each as an ARN whose wildcards and variables are not known. */
export function patternsOf({ resources }: Statement): string[] {
  if (resources === null || resources.isNegated) return [unknownText];
  return resources.values.map((value) => value.replace(/\$\{[^}]*\}|[*?]+/g, unknownText));
}

export function resourcesOf({ resources }: Statement): string[] {
  if (resources === null) return ["*"];
  return resources.isNegated ? resources.values.map((value) => `all but ${value}`) : [...resources.values];
}
