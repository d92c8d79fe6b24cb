// Disconnecting an organization, and what the onboarding asks of its clouds.
import type { CloudCredentials } from "#model/cloud-credentials.ts";
import { memberRoleArn, type OrganizationCredentials } from "#model/organization.ts";
import { setCloudStates } from "./cloud-states.ts";
import { endSyncJobs } from "./job-rows.ts";
import type { TenantTx } from "./open.ts";
import { credentialsPlace } from "./single-clouds.ts";
import type { Vault } from "./vault.ts";

export interface AffectedByRemoval {
  clouds: number;
  resources: number;
  findings: number;
  /** Findings that somebody exempted. */
  exemptions: number;
  /** That people gave the clouds. */
  badges: number;
}

export async function affectedByRemoval(tx: TenantTx, id: string): Promise<AffectedByRemoval> {
  const { rows } = await tx.client.query<AffectedByRemoval>(
    `with ours as (select id from clouds where tenant_id = $1 and organization_id = $2 and removed_at is null)
     select (select count(*)::int from ours) as clouds,
       (select coalesce(sum(live), 0)::int from resource_counts where tenant_id = $1 and cloud_id in (select id from ours)) as resources,
       (select coalesce(sum(failed), 0)::int from verdict_counts where tenant_id = $1 and cloud_id in (select id from ours)) as findings,
       (select count(*)::int from findings where tenant_id = $1 and status = 'exempt' and cloud_id in (select id from ours)) as exemptions,
       (select count(*)::int from badges where tenant_id = $1 and kind = 'user' and cloud_id in (select id from ours)) as badges`,
    [tx.tenantId, id],
  );
  return rows[0] ?? { clouds: 0, resources: 0, findings: 0, exemptions: 0, badges: 0 };
}

export interface RestorableCloud {
  cloudId: string;
  accountId: string;
  name: string;
  /** When the organization took it over. */
  replacedAt: string;
}

/** Clouds that were connected by themselves before. */
export async function cloudsWithFormerAccess(tx: TenantTx, id: string): Promise<RestorableCloud[]> {
  const { rows } = await tx.client.query<Omit<RestorableCloud, "replacedAt"> & { at: Date }>(
    `select id as "cloudId", account_id as "accountId", name, previous_credentials_at as at from clouds
     where tenant_id = $1 and organization_id = $2 and removed_at is null and previous_credentials is not null
       and previous_credentials_at is not null and state <> 'removing'
     order by name, id`,
    [tx.tenantId, id],
  );
  return rows.map(({ at, ...row }) => ({ ...row, replacedAt: at.toISOString() }));
}

/** Its clouds go through "removing", emptied by a job each; it leaves at once. Returns the clouds' ids. */
export async function deleteOrganization(tx: TenantTx, id: string): Promise<string[]> {
  const { rows } = await tx.client.query<{ id: string }>(
    "select id from clouds where tenant_id = $1 and organization_id = $2 and removed_at is null order by id",
    [tx.tenantId, id],
  );
  await endSyncJobs(tx, id, "The organization was removed.");
  const ids = rows.map((row) => row.id);
  await setCloudStates(tx, ids, {
    state: "removing",
    code: "organization-removed",
    reason: "Its organization was disconnected.",
    action: null,
  });
  await tx.client.query("delete from cloud_organizations where tenant_id = $1 and id = $2", [
    tx.tenantId,
    id,
  ]);
  return ids;
}

export async function readMemberRole(tx: TenantTx, vault: Vault, id: string): Promise<string | null> {
  const { rows } = await tx.client.query(
    `select c.account_id, c.credentials, o.id as organization_id, o.credentials as shared
     from clouds c left join cloud_organizations o on o.tenant_id = c.tenant_id and o.id = c.organization_id
     where c.tenant_id = $1 and c.id = $2`,
    [tx.tenantId, id],
  );
  const row = rows[0];
  if (row?.shared) {
    const { memberRole } = await vault.open<OrganizationCredentials>(
      tx,
      row.shared,
      `organization/${row.organization_id}`,
    );
    return memberRoleArn(memberRole.arn, row.account_id);
  }
  if (!row?.credentials) return null;
  return (await vault.open<CloudCredentials>(tx, row.credentials, credentialsPlace(id))).role?.arn ?? null;
}
