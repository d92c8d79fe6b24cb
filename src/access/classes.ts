// Principals with equal policies are judged once: of 1,000 roles of one template the answer is one. Whoever a policy
// singles out, by name or by a key of the principal's own, is judged alone.
import type { AttachedPolicy, OrganizationPolicies } from "#iam/layers.ts";
import type { Policy } from "#iam/policy.ts";
import type { Principal } from "#iam/request.ts";
import type { Candidate } from "./candidates.ts";
import { type Grant, type Held, judgeCandidate } from "./judge-candidate.ts";

export interface Classes {
  judge(candidate: Candidate): Grant[];
}

export function openClasses(held: Held): Classes {
  const known = new Map<string, Grant[]>();
  return {
    judge(candidate) {
      const key = classOf(held, candidate);
      if (key === null) return judgeCandidate(held, candidate);
      // Its statements hang elsewhere: equal documents, but the first one's principal is named.
      const ready = known.get(key) ?? judgeCandidate(held, candidate);
      known.set(key, ready);
      return ready.map((grant) => ({ ...grant, actions: [...grant.actions] }));
    },
  };
}

/** Null for one who must be judged alone. */
function classOf({ policy, rcp }: Held, candidate: Candidate): string | null {
  const { identity, boundary, scp, principal, cloudId } = candidate;
  if (identity === "unread" || boundary === "unread" || policy === "unread") return null;
  if (principal.kind === "role-session" && principal.roleArn.includes(":role/aws-service-role/")) return null;
  const own = boundary === null ? identity : [...identity, boundary];
  const all = [...own, ...(policy ? [policy] : []), ...levelsOf(scp), ...levelsOf(rcp)];
  if (all.some(isPersonal) || (policy && singlesOut(policy, principal))) return null;
  const hashes = identity.map(({ hash }) => hash).sort();
  return JSON.stringify([principal.kind, cloudId, hashes, boundary?.hash ?? null]);
}

function levelsOf(levels: OrganizationPolicies): readonly AttachedPolicy[] {
  return typeof levels === "string" ? [] : levels.flatMap(({ policies }) => policies);
}

const personal = new WeakMap<Policy, boolean>();
const keys = /^aws:(principalarn|userid|username|principaltag\/.*)$/i;

/** What could not be understood, whatever it says of a principal, is unknown for all alike. */
function isPersonal({ policy }: AttachedPolicy): boolean {
  if ("problems" in policy) return false;
  const known = personal.get(policy);
  if (known !== undefined) return known;
  const is = policy.statements.some(
    ({ conditions, resources }) =>
      conditions.some(({ key, values }) => keys.test(key) || values.some((value) => value.includes("${"))) ||
      (resources?.values ?? []).some((value) => value.includes("${")),
  );
  personal.set(policy, is);
  return is;
}

/** Whoever is not named fares like all others who are not. */
function singlesOut({ policy }: AttachedPolicy, principal: Principal): boolean {
  if ("problems" in policy) return false;
  const own = namesOf(principal);
  return policy.statements.some(({ principals }) =>
    principals?.named.some(({ value }) => own.some((name) => value === name || value.startsWith(`${name}/`))),
  );
}

function namesOf(principal: Principal): string[] {
  if (principal.kind === "user") return [principal.arn, ...(principal.uniqueId ? [principal.uniqueId] : [])];
  if (principal.kind !== "role-session") return [];
  const { roleArn, partition, accountId, uniqueId } = principal;
  const name = roleArn.slice(roleArn.lastIndexOf("/") + 1);
  const sessions = `arn:${partition}:sts::${accountId}:assumed-role/${name}`;
  return [roleArn, sessions, ...(uniqueId ? [uniqueId] : [])];
}
