// Disconnecting an organization, and what the onboarding asks of its clouds.
import type { CloudCredentials } from "#model/cloud-credentials.ts";
import { memberRoleArn, type OrganizationCredentials } from "#model/organization.ts";
import { setCloudStates } from "./cloud-states.ts";
import type { TenantTx } from "./open.ts";
import { credentialsPlace } from "./single-clouds.ts";
import type { Vault } from "./vault.ts";

export interface OrganizationRemoval {
  cloudIds: string[];
  clouds: number;
  resources: number;
  findings: number;
}

/** Clouds go through "removing", emptied by a job each; the organization itself leaves at once. */
export async function removeOrganization(
  tx: TenantTx,
  id: string,
  preview: boolean,
): Promise<OrganizationRemoval> {
  const { rows } = await tx.client.query<{ ids: string[]; resources: number; findings: number }>(
    `with ours as (select id from clouds where tenant_id = $1 and organization_id = $2 and removed_at is null)
     select array(select id from ours) as ids,
       (select coalesce(sum(live), 0)::int from resource_counts where tenant_id = $1 and cloud_id in (select id from ours)) as resources,
       (select coalesce(sum(failed), 0)::int from verdict_counts where tenant_id = $1 and cloud_id in (select id from ours)) as findings`,
    [tx.tenantId, id],
  );
  const { ids, resources, findings } = rows[0] ?? { ids: [], resources: 0, findings: 0 };
  const told = { clouds: ids.length, resources, findings };
  if (preview) return { cloudIds: [], ...told };
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
  return { cloudIds: ids, ...told };
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
