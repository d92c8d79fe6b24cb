// A stored organization as administrators see it: never a secret (E24).
import type { RoleSettings } from "#model/organization.ts";
import { type FormerTimes, formerTimes } from "#store/former-credentials.ts";
import type { StoredOrganization } from "#store/organizations.ts";

export interface ShownOrganization {
  id: string;
  provider: "aws";
  nickname: string;
  awsOrganizationId: string;
  managementAccountId: string;
  credentialSource: "host" | "user-key";
  accessKeyId: string | null;
  customExternalId: boolean;
  organizationRole: RoleSettings;
  memberRole: RoleSettings;
  excludedNamePrefixes: string[];
  includedOrganizationalUnits: string[];
  autoRemoveSuspended: boolean;
  autoBadge: boolean;
  strategyIds: string[];
  badges: { key: string; value: string }[];
  syncIntervalMinutes: number;
  createdAt: string;
  formerCredentials: FormerTimes | null;
  accountCounts: { total: number; included: number; excluded: number; clouds: number };
  sync: {
    state: "pending" | "running" | "done" | "failed" | "needs-confirmation";
    calls: number;
    error: string | null;
    finishedAt: string | null;
    nextAt: string | null;
  };
}

export function shown({ credentials, filters, row, ...stored }: StoredOrganization): ShownOrganization {
  return {
    id: stored.id,
    provider: "aws",
    nickname: stored.nickname,
    awsOrganizationId: stored.awsOrganizationId,
    managementAccountId: row.management_account_id,
    credentialSource: credentials.source,
    accessKeyId: credentials.accessKeyId,
    customExternalId: credentials.externalId !== null,
    organizationRole: credentials.organizationRole,
    memberRole: credentials.memberRole,
    excludedNamePrefixes: filters.excludedNamePrefixes,
    includedOrganizationalUnits: filters.includedUnits,
    autoRemoveSuspended: filters.autoRemoveSuspended,
    autoBadge: filters.autoBadge,
    strategyIds: row.strategy_ids,
    badges: stored.badges,
    syncIntervalMinutes: row.sync_interval_minutes,
    createdAt: row.created_at.toISOString(),
    formerCredentials: formerTimes(row.previous_credentials_at),
    accountCounts: {
      total: row.accounts_total,
      included: row.accounts_included,
      excluded: row.accounts_excluded,
      clouds: stored.cloudCount,
    },
    sync: {
      state: row.sync_state as ShownOrganization["sync"]["state"],
      calls: row.sync_calls,
      error: row.sync_error,
      finishedAt: row.sync_finished_at?.toISOString() ?? null,
      nextAt: row.next_sync_at?.toISOString() ?? null,
    },
  };
}
