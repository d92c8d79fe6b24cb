// A cloud organization: how it is reached and which of its accounts are wanted.

export interface RoleSettings {
  arn: string;
  sessionName: string;
  durationSeconds: number;
}

/** Sealed as one block; never sent back but for what E24 allows (ARNs, session names, durations). */
export interface OrganizationCredentials {
  source: "host" | "user-key";
  organizationRole: RoleSettings;
  memberRole: RoleSettings;
  /** null = the tenant's own. */
  externalId: string | null;
  accessKeyId: string | null;
  secretAccessKey: string | null;
}

export interface OrganizationFilters {
  excludedNamePrefixes: string[];
  includedUnits: string[];
  autoRemoveSuspended: boolean;
  autoBadge: boolean;
}

/** An account as the provider lists it. */
export interface ListedAccount {
  id: string;
  name: string;
  email: string | null;
  state: string;
  joinedAt: Date | null;
  /** Ids from the root to the unit that holds it. */
  unitIds: string[];
}

export interface ListedUnit {
  id: string;
  name: string;
  parentId: string | null;
}

export interface OrganizationSummary {
  id: string;
  managementAccountId: string;
}

export type Placement =
  | { kind: "wanted" }
  | { kind: "suspended"; remove: boolean; reason: string }
  | { kind: "not-yet"; reason: string }
  | { kind: "excluded"; reason: string };

/**
 * Where an account stands under the filters (E13, E14). Exclusion by prefix wins over inclusion by
 * unit; prefixes are literal and case-insensitive.
 */
export function placeAccount(account: ListedAccount, filters: OrganizationFilters): Placement {
  const name = account.name.toLowerCase();
  const prefix = filters.excludedNamePrefixes.find((candidate) => name.startsWith(candidate.toLowerCase()));
  if (prefix !== undefined)
    return { kind: "excluded", reason: `Its name begins with the excluded prefix "${prefix}".` };
  if (filters.includedUnits.length > 0 && !account.unitIds.some((id) => filters.includedUnits.includes(id)))
    return { kind: "excluded", reason: "It is not under one of the chosen organizational units." };
  switch (account.state) {
    case "ACTIVE":
      return { kind: "wanted" };
    case "PENDING_ACTIVATION":
      return { kind: "not-yet", reason: "AWS has not activated the account yet." };
    case "SUSPENDED":
      return {
        kind: "suspended",
        remove: filters.autoRemoveSuspended,
        reason: "AWS has suspended the account.",
      };
    case "PENDING_CLOSURE":
      return { kind: "suspended", remove: false, reason: "The account is being closed." };
    case "CLOSED":
      return { kind: "suspended", remove: filters.autoRemoveSuspended, reason: "The account is closed." };
    default:
      return {
        kind: "not-yet",
        reason: `AWS reports the state ${account.state}, which Skywarden does not know.`,
      };
  }
}

/** Why an account does not become a cloud, or null if it does. */
export function reasonToLeaveOut(placement: Placement): string | null {
  if (placement.kind === "wanted") return null;
  return placement.kind === "suspended" && !placement.remove ? null : placement.reason;
}

/** The member role's ARN in one account: given once, the account id (and partition) is put in (E1). */
export function memberRoleArn(pattern: string, accountId: string): string {
  return pattern.replace(/^(arn:[a-z-]+:iam::)\d{12}:/, `$1${accountId}:`);
}
