// What a sync is given: the organization as it is stored, and what it works with.
import type { OrganizationFilters } from "#model/organization.ts";
import type { Store } from "#store/open.ts";
import type { SystemBadges } from "#store/organization-badges.ts";
import type { OrganizationReader } from "./organization-reader.ts";

export interface SyncedOrganization {
  tenantId: string;
  id: string;
  provider: string;
  partition: string;
  awsOrganizationId: string;
  managementAccountId: string;
  nickname: string;
  filters: OrganizationFilters;
  badges: { key: string; value: string }[];
  /** The user has seen what the last sync wanted to take away and agreed: to that, and to nothing more. */
  isConfirmed: boolean;
}

export interface SyncParts {
  store: Store;
  reader: OrganizationReader;
  /** Called as soon as clouds are stored that can be harvested. */
  onClouds: (cloudIds: string[]) => Promise<void>;
  onRemoving: (cloudIds: string[]) => Promise<void>;
  /** Accounts seen so far; the total is not known before the last page. */
  onProgress: (accounts: number) => Promise<void>;
}

export function systemBadgesOf({
  id,
  awsOrganizationId,
  nickname,
  badges,
}: SyncedOrganization): SystemBadges {
  return { organizationId: id, awsOrganizationId, nickname, given: badges };
}
