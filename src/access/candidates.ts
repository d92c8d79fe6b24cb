// Who could reach a resource besides the principals of known accounts: everyone, other accounts, organizations and
// services that its policy names. Their own side is not known and is taken to allow: they decide it themselves.

import { unknownPart } from "#iam/glob.ts";
import type { AttachedPolicy, OrganizationPolicies, Unread } from "#iam/layers.ts";
import type { Principal } from "#iam/request.ts";
import type { Account, Identity } from "./account.ts";
import { attach } from "./attached.ts";
import type { Caller } from "./context-of.ts";

export const candidateKinds = [
  "anyone",
  "any-account",
  "organization",
  "account",
  "root",
  "principal",
  "service",
  "identity-provider",
] as const;
export type CandidateKind = (typeof candidateKinds)[number];

export interface Candidate extends Caller {
  kind: CandidateKind;
  /** ARN, account number, organization id, name of a service; "*" for everyone. */
  id: string;
  /** Of what was harvested. */
  resourceId: string | null;
  name: string | null;
  accountId: string | null;
  cloudId: string | null;
  identity: readonly AttachedPolicy[] | Unread;
  boundary: AttachedPolicy | null | Unread;
  scp: OrganizationPolicies;
  /** Its own policies are not known, and were taken to allow. */
  isAssumed: boolean;
  /** Allows beside the policy of the resource (an access control list, a grant), with that policy's denials. */
  instead?: AttachedPolicy;
}

/** Where the policies of accounts that are not known are said to hang. */
export const ownAffairId = "*";

const ownAffair = attach(
  { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }] },
  {
    name: "its own account's policies",
    arn: null,
    attachedTo: { kind: "account", id: ownAffairId, path: null },
    readAt: null,
  },
);

/** No account of AWS has it. */
const noAccountId = "000000000000";

const assumed = {
  resourceId: null,
  name: null,
  cloudId: null,
  tags: undefined,
  identity: [ownAffair],
  boundary: null,
  scp: "exempt",
  isAssumed: true,
} as const;

export const anyone: Candidate = {
  ...assumed,
  kind: "anyone",
  id: "*",
  accountId: null,
  principal: { kind: "anonymous" },
  organization: null,
  isAssumed: false,
};

export function roleIn(partition: string, accountId: string, roleArn?: string): Principal {
  return {
    kind: "role-session",
    partition,
    accountId,
    roleArn: roleArn ?? `arn:${partition}:iam::${accountId}:role/${unknownPart}`,
    sessionName: "session",
    uniqueId: null,
  };
}

export function anyAccount(partition: string): Candidate {
  const principal = roleIn(partition, noAccountId);
  return { ...assumed, kind: "any-account", id: "*", accountId: null, principal, organization: null };
}

/** All that a policy names; what it says of them is the evaluator's affair. */
export function namedIn(document: unknown, account: Account): Candidate[] {
  const text = JSON.stringify(document ?? null);
  const { partition, accountId } = account.place;
  const found = (pattern: RegExp) =>
    [...new Set([...text.matchAll(pattern)].map(([, id = ""]) => id))].sort();
  const accounts = found(/(?<![0-9a-zA-Z-])(\d{12})(?![0-9])/g).filter((id) => id !== accountId);
  const outside = principalsIn(document, "AWS").filter(
    (arn) => arn.startsWith("arn:") && !arn.includes(`:${accountId}:`) && /:(role|user)\//.test(arn),
  );
  return [
    ...found(/\b(o-[a-z0-9]{10,32})\b/g).map((id) => organizationCandidate(partition, id)),
    ...accounts.map((id) => accountCandidate(account, id)),
    ...outside.map((arn) => outsideCandidate(partition, arn)),
    ...principalsIn(document, "Service").map((name) => certain("service", name, { kind: "service", name })),
    ...principalsIn(document, "Federated").map((provider) =>
      certain("identity-provider", provider, { kind: "federated", provider }),
    ),
  ];
}

function organizationCandidate(partition: string, id: string): Candidate {
  const principal = roleIn(partition, noAccountId);
  const organization = { awsId: id, path: null };
  return { ...assumed, kind: "organization", id, accountId: null, principal, organization };
}

function accountCandidate(account: Account, id: string): Candidate {
  const { partition, organization } = account.place;
  const isManagement = id === organization?.managementAccountId;
  return {
    ...assumed,
    kind: "account",
    id,
    accountId: id,
    principal: roleIn(partition, id),
    organization: isManagement ? ownOrganization(account) : "unknown",
  };
}

/** Nothing of their own decides besides the policy that names them. */
function certain(kind: CandidateKind, id: string, principal: Principal): Candidate {
  return { ...assumed, kind, id, accountId: null, principal, organization: "unknown", isAssumed: false };
}

/** A principal of another account, whether that account is known or not. */
export function outsideCandidate(partition: string, arn: string): Candidate {
  const accountId = arn.split(":")[4] ?? noAccountId;
  const principal: Principal = arn.includes(":user/")
    ? { kind: "user", partition, accountId, arn, uniqueId: null }
    : roleIn(partition, accountId, arn);
  return { ...assumed, kind: "principal", id: arn, accountId, principal, organization: "unknown" };
}

export function rootOf({ place, scp }: Account): Candidate {
  const { accountId, partition, cloudId } = place;
  return {
    kind: "root",
    id: `arn:${partition}:iam::${accountId}:root`,
    resourceId: null,
    name: "root user",
    accountId,
    cloudId,
    principal: { kind: "root", partition, accountId },
    tags: [],
    organization: "unknown",
    identity: [],
    boundary: null,
    scp,
    isAssumed: false,
  };
}

export function candidateOf(account: Account, identity: Identity): Candidate {
  const { document, arn, principal, tags, boundary } = identity;
  return {
    kind: "principal",
    id: arn,
    resourceId: document.id,
    name: document.name,
    accountId: document.accountId,
    cloudId: document.cloudId,
    principal,
    tags,
    organization: ownOrganization(account),
    identity: identity.identity,
    boundary,
    scp: account.scp,
    isAssumed: false,
  };
}

export function ownOrganization({ place }: Account): Caller["organization"] {
  return place.organization ?? "unknown";
}

/** Values of a kind of Principal, wherever AWS's grammar lets them stand. */
function principalsIn(document: unknown, kind: "AWS" | "Service" | "Federated"): string[] {
  const values = statementsIn(document).flatMap((statement) => {
    const principal = statement.Principal;
    if (typeof principal !== "object" || principal === null) return [];
    return [(principal as Record<string, unknown>)[kind]].flat();
  });
  return [...new Set(values.filter((value) => typeof value === "string"))].sort();
}

export function statementsIn(document: unknown): Record<string, unknown>[] {
  if (typeof document !== "object" || document === null) return [];
  const statements: unknown[] = [(document as { Statement?: unknown }).Statement].flat();
  return statements.filter(
    (one): one is Record<string, unknown> => typeof one === "object" && one !== null && !Array.isArray(one),
  );
}
