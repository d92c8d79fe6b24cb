// What a sync is given: the organization as it is stored, and what it works with.
import type { OrganizationFilters } from "#model/organization.ts";
import type { Store, TenantTx } from "#store/open.ts";
import type { SystemBadges } from "#store/organization-badges.ts";
import { holdOrganization } from "#store/revision.ts";
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
  /** Of what is said here; a sync of something older writes nothing. */
  revision: string;
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

/** Throws where somebody has changed or removed the organization since the sync has read it. */
export function inOrganization<T>(
  { store }: Pick<SyncParts, "store">,
  { tenantId, id, revision }: SyncedOrganization,
  work: (tx: TenantTx) => Promise<T>,
): Promise<T> {
  return store.withTenant(tenantId, async (tx) => {
    await holdOrganization(tx, id, revision);
    return work(tx);
  });
}

export function systemBadgesOf({
  id,
  awsOrganizationId,
  nickname,
  badges,
}: SyncedOrganization): SystemBadges {
  return { organizationId: id, awsOrganizationId, nickname, given: badges };
}
