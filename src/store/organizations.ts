// Connected organizations: the form's values, the sealed credentials, the state of the sync.

import type { Selectable } from "kysely";
import type { OrganizationCredentials, OrganizationFilters } from "#model/organization.ts";
import { probeDenials } from "./known-denials.ts";
import { newId } from "./new-id.ts";
import type { Store, TenantTx } from "./open.ts";
import { addBadges, releaseBadges, takeBackGiven } from "./organization-badges.ts";
import { lockOrganization } from "./revision.ts";
import type { CloudOrganizationsTable } from "./schema.ts";
import type { Vault } from "./vault.ts";

export type OrganizationRow = Selectable<CloudOrganizationsTable>;

export interface StoredOrganization {
  id: string;
  provider: string;
  partition: string;
  awsOrganizationId: string;
  nickname: string;
  filters: OrganizationFilters;
  badges: { key: string; value: string }[];
  credentials: OrganizationCredentials;
  isConfirmed: boolean;
  /** Of its clouds, also those that are suspended or out of scope. */
  cloudCount: number;
  row: OrganizationRow;
}

export interface NewOrganization {
  awsOrganizationId: string;
  managementAccountId: string;
  nickname: string;
  credentials: OrganizationCredentials;
  filters: OrganizationFilters;
  strategyIds: string[];
  badges: { key: string; value: string }[];
  /** Unless told, the database's default. */
  syncIntervalMinutes?: number | undefined;
}

const place = (id: string) => `organization/${id}`;

/** null if some tenant of the installation has it already (S52, E11). */
export async function createOrganization(
  tx: TenantTx,
  vault: Vault,
  form: NewOrganization,
): Promise<string | null> {
  const id = newId("org");
  const { rows } = await tx.client.query<{ id: string }>(
    `insert into cloud_organizations (tenant_id, id, provider, provider_organization_id, management_account_id, nickname,
       credential_source, credentials, excluded_name_prefixes, included_units, auto_remove_suspended, auto_badge, strategy_ids, badges,
       sync_interval_minutes, uses_tenant_external_id)
     values ($1, $2, 'aws', $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, coalesce($14, 60), $15)
     on conflict (provider, provider_organization_id) do nothing returning id`,
    [
      tx.tenantId,
      id,
      form.awsOrganizationId,
      form.managementAccountId,
      form.nickname,
      form.credentials.source,
      await vault.seal(tx, form.credentials, place(id)),
      form.filters.excludedNamePrefixes,
      form.filters.includedUnits,
      form.filters.autoRemoveSuspended,
      form.filters.autoBadge,
      form.strategyIds,
      JSON.stringify(form.badges),
      form.syncIntervalMinutes ?? null,
      form.credentials.externalId === null,
    ],
  );
  return rows[0]?.id ?? null;
}

export interface OrganizationChange {
  nickname?: string;
  credentials?: OrganizationCredentials;
  filters?: Partial<OrganizationFilters>;
  strategyIds?: string[];
  badges?: { key: string; value: string }[];
  syncIntervalMinutes?: number | undefined;
}

export async function changeOrganization(
  tx: TenantTx,
  vault: Vault,
  id: string,
  change: OrganizationChange,
): Promise<void> {
  const { nickname, credentials, filters, strategyIds, badges, syncIntervalMinutes } = change;
  const sealed = credentials ? await vault.seal(tx, credentials, place(id)) : null;
  await lockOrganization(tx, id);
  const before = await badgesBefore(tx, id);
  if (badges) await takeBackGiven(tx, id, before.given, badges);
  await tx.client.query(
    `update cloud_organizations set changed_at = clock_timestamp(), next_sync_at = now(),
       nickname = coalesce($3, nickname),
       previous_credentials = case when $4::bytea is null then previous_credentials else credentials end,
       credentials = coalesce($4, credentials), credential_source = coalesce($5, credential_source),
       excluded_name_prefixes = coalesce($6, excluded_name_prefixes), included_units = coalesce($7, included_units),
       auto_remove_suspended = coalesce($8, auto_remove_suspended), auto_badge = coalesce($9, auto_badge),
       strategy_ids = coalesce($10, strategy_ids), badges = coalesce($11, badges),
       sync_interval_minutes = coalesce($12, sync_interval_minutes),
       previous_credentials_at = case when $4::bytea is null then previous_credentials_at else now() end,
       uses_tenant_external_id = coalesce($13, uses_tenant_external_id)
     where tenant_id = $1 and id = $2`,
    [
      tx.tenantId,
      id,
      nickname ?? null,
      sealed,
      credentials?.source ?? null,
      filters?.excludedNamePrefixes ?? null,
      filters?.includedUnits ?? null,
      filters?.autoRemoveSuspended ?? null,
      filters?.autoBadge ?? null,
      strategyIds ?? null,
      badges ? JSON.stringify(badges) : null,
      syncIntervalMinutes ?? null,
      credentials ? credentials.externalId === null : null,
    ],
  );
  if (credentials) {
    await retryRoles(tx, id);
    await probeDenials(tx, { organizationId: id });
  }
  if (filters?.autoBadge === false) await releaseBadges(tx, id);
  // At once, so that a tag that goes before the next sync takes its badge along.
  if (filters?.autoBadge && !before.autoBadge) await addBadges(tx, id, {});
}

async function badgesBefore(tx: TenantTx, id: string) {
  const row = await tx.db
    .selectFrom("cloud_organizations")
    .select(["badges", "auto_badge"])
    .where("tenant_id", "=", tx.tenantId)
    .where("id", "=", id)
    .executeTakeFirst();
  return {
    given: (row?.badges ?? []) as StoredOrganization["badges"],
    autoBadge: row?.auto_badge ?? false,
  };
}

/** Clouds whose role failed are tried at once: what failed were other credentials. */
async function retryRoles(tx: TenantTx, organizationId: string): Promise<void> {
  await tx.client.query(
    `update clouds set next_try_at = null, failures = 0, awaiting_since = null, changed_at = now()
     where tenant_id = $1 and organization_id = $2 and removed_at is null
       and state in ('awaiting-role', 'assume-role-failed', 'invalid-credentials')`,
    [tx.tenantId, organizationId],
  );
}

export async function readOrganizations(tx: TenantTx, vault: Vault): Promise<StoredOrganization[]> {
  const rows = await tx.db
    .selectFrom("cloud_organizations")
    .selectAll()
    .where("tenant_id", "=", tx.tenantId)
    .orderBy("created_at")
    .execute();
  return Promise.all(rows.map((row) => stored(tx, vault, row)));
}

export async function readOrganizationToSync(
  tx: TenantTx,
  vault: Vault,
  id: string,
): Promise<StoredOrganization | null> {
  const row = await tx.db
    .selectFrom("cloud_organizations")
    .selectAll()
    .where("tenant_id", "=", tx.tenantId)
    .where("id", "=", id)
    .executeTakeFirst();
  return row ? stored(tx, vault, row) : null;
}

async function stored(tx: TenantTx, vault: Vault, row: OrganizationRow): Promise<StoredOrganization> {
  const credentials = await vault.open<OrganizationCredentials>(tx, row.credentials, place(row.id));
  return {
    id: row.id,
    provider: row.provider,
    partition: credentials.organizationRole.arn.split(":")[1] ?? "aws",
    awsOrganizationId: row.provider_organization_id,
    nickname: row.nickname,
    filters: {
      excludedNamePrefixes: row.excluded_name_prefixes,
      includedUnits: row.included_units,
      autoRemoveSuspended: row.auto_remove_suspended,
      autoBadge: row.auto_badge,
    },
    badges: row.badges as { key: string; value: string }[],
    credentials,
    isConfirmed: row.shown_digest !== null && row.confirmed_removals.includes(row.shown_digest),
    cloudCount: await countClouds(tx, row.id),
    row,
  };
}

async function countClouds(tx: TenantTx, organizationId: string): Promise<number> {
  const { rows } = await tx.client.query<{ n: number }>(
    "select count(*)::int as n from clouds where tenant_id = $1 and organization_id = $2 and removed_at is null",
    [tx.tenantId, organizationId],
  );
  return rows[0]?.n ?? 0;
}

/** What is known of older rows only by opening them: whether they use the tenant's external id. */
export async function correctExternalIdUse(tx: TenantTx, vault: Vault): Promise<void> {
  for (const { id, credentials } of await readOrganizations(tx, vault))
    await tx.client.query(
      `update cloud_organizations set uses_tenant_external_id = $3
       where tenant_id = $1 and id = $2 and uses_tenant_external_id <> $3`,
      [tx.tenantId, id, credentials.externalId === null],
    );
}

/** Across all tenants, telling nothing but yes or no (E11). */
export async function isConnected(
  store: Store,
  awsOrganizationId: string,
  exceptId: string | null,
): Promise<boolean> {
  return store.asSystem(async ({ client }) => {
    const { rowCount } = await client.query(
      "select 1 from cloud_organizations where provider = 'aws' and provider_organization_id = $1 and id <> $2",
      [awsOrganizationId, exceptId ?? ""],
    );
    return rowCount !== 0;
  });
}
