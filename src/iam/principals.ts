// Whether the Principal element of a resource's policy names who asks, and in which of AWS's three ways: they
// differ in what else must allow (reference_policies_evaluation-logic, "Resource-based policies").
import { fitsGlob } from "#iam/glob.ts";
import type { Principals } from "#iam/policy.ts";
import type { Principal } from "#iam/request.ts";
import { maybe, no, or, type Truth, truth, yes } from "#iam/three-valued.ts";

export interface Naming {
  /** The very user or session, a service, or everyone: nothing else has to allow. */
  direct: Truth;
  /** The role of a session, the user of a federated session: boundary and session policies still limit. */
  behind: Truth;
  /** The account: it may hand the permission on, so an identity policy must allow too. */
  account: Truth;
}

export const unnamed: Naming = { direct: no, behind: no, account: no };

/** Without a Principal element AWS would refuse the policy of a resource, so nothing certain follows. */
export function namingOf(principals: Principals | null, principal: Principal): Naming {
  if (principals === null) return { direct: maybe, behind: no, account: no };
  const named = principals.named.reduce<Naming>((all, { kind, value }) => {
    const one = oneNaming(kind, value, principal);
    return {
      direct: or(all.direct, one.direct),
      behind: or(all.behind, one.behind),
      account: or(all.account, one.account),
    };
  }, unnamed);
  return principals.isNegated ? { ...unnamed, direct: exempted(named, principal) } : named;
}

export function namesAtAll({ direct, behind, account }: Naming): Truth {
  return or(direct, or(behind, account));
}

/**
 * NotPrincipal spares a principal for certain only if the session, the role and the account are all listed: without
 * them "the policy might deny access" (reference_policies_elements_notprincipal).
 */
function exempted({ direct, behind, account }: Naming, principal: Principal): Truth {
  const hasAccount = "accountId" in principal;
  const hasEntityBehind = principal.kind === "role-session" || principal.kind === "federated-user";
  const chain = [
    direct,
    ...(hasEntityBehind ? [behind] : []),
    ...(hasAccount && principal.kind !== "root" ? [account] : []),
  ];
  if (chain.every((named) => named === yes)) return no;
  return chain.every((named) => named === no) && account === no ? yes : maybe;
}

function oneNaming(kind: Principals["named"][number]["kind"], value: string, principal: Principal): Naming {
  if (kind === "AWS" && value === "*") return { ...unnamed, direct: yes };
  if (kind === "AWS") return "accountId" in principal ? awsNaming(value, principal) : unnamed;
  if (kind === "CanonicalUser") return "accountId" in principal ? { ...unnamed, account: maybe } : unnamed;
  const asked = kind === "Service" ? nameOf(principal, "service") : nameOf(principal, "federated");
  return { ...unnamed, direct: truth(asked === value) };
}

function nameOf(principal: Principal, kind: "service" | "federated"): string | null {
  if (principal.kind !== kind) return null;
  return principal.kind === "service" ? principal.name : principal.provider;
}

type AccountPrincipal = Extract<Principal, { accountId: string }>;

function awsNaming(value: string, principal: AccountPrincipal): Naming {
  const { accountId, partition } = principal;
  const root = `arn:${partition}:iam::${accountId}:root`;
  if (value === accountId || value === root)
    return principal.kind === "root"
      ? { ...unnamed, direct: yes, account: yes }
      : { ...unnamed, account: yes };
  const entity = entityOf(principal);
  // Names of sessions and roles may be unknown in part.
  const direct = entity.direct === null ? no : fitsGlob(value, entity.direct);
  const behind = entity.behind === null ? no : fitsGlob(value, entity.behind);
  if (direct !== no || behind !== no) return { ...unnamed, direct, behind };
  if (!/^A(ID|RO)A[A-Z0-9]+$/.test(value)) return unnamed;
  // What AWS shows of a principal that was deleted; one of the same name made since has another id.
  if (principal.kind === "root") return unnamed;
  const isSame = principal.uniqueId === null ? maybe : truth(principal.uniqueId === value);
  return principal.kind === "user" ? { ...unnamed, direct: isSame } : { ...unnamed, behind: isSame };
}

function entityOf(principal: AccountPrincipal): { direct: string | null; behind: string | null } {
  const { partition, accountId } = principal;
  const sts = `arn:${partition}:sts::${accountId}`;
  switch (principal.kind) {
    case "user":
      return { direct: principal.arn, behind: null };
    case "role-session": {
      const roleName = principal.roleArn.slice(principal.roleArn.lastIndexOf("/") + 1);
      return {
        direct: `${sts}:assumed-role/${roleName}/${principal.sessionName}`,
        behind: principal.roleArn,
      };
    }
    case "federated-user":
      return { direct: `${sts}:federated-user/${principal.name}`, behind: principal.userArn };
    case "root":
      return { direct: null, behind: null };
  }
}
