// Of an organization's accounts, those that are connected already: by this tenant, whose credentials an
// organization takes over, and by other tenants, which keep them.
import { cloudId } from "#model/resource.ts";
import type { Store, TenantTx } from "./open.ts";

export interface ReplacedCloud {
  cloudId: string;
  accountId: string;
  name: string;
  /** null: it is connected by itself. */
  organization: string | null;
}

/** `exceptOrganization`: the one that is changed, which replaces nothing of its own. */
export async function cloudsToReplace(
  tx: TenantTx,
  accountIds: string[],
  exceptOrganization: string | null,
): Promise<ReplacedCloud[]> {
  const { rows } = await tx.client.query<ReplacedCloud>(
    `select c.id as "cloudId", c.account_id as "accountId", c.name, o.nickname as organization
     from clouds c left join cloud_organizations o on o.tenant_id = c.tenant_id and o.id = c.organization_id
     where c.tenant_id = $1 and c.id = any($2) and c.removed_at is null and c.organization_id is distinct from $3
     order by c.name, c.id`,
    [
      tx.tenantId,
      accountIds.map((accountId) => cloudId(tx.tenantId, "aws", accountId)),
      exceptOrganization ?? "",
    ],
  );
  return rows;
}

/** Ids of the accounts whose cloud the organization has now, neither out of scope nor being removed. */
export async function accountsInUse(
  tx: TenantTx,
  accountIds: string[],
  organizationId: string | null,
): Promise<Set<string>> {
  const { rows } = await tx.client.query<{ account_id: string }>(
    `select account_id from clouds where tenant_id = $1 and organization_id = $2 and account_id = any($3)
       and removed_at is null and state not in ('out-of-scope', 'removing')`,
    [tx.tenantId, organizationId, accountIds],
  );
  return new Set(rows.map((row) => row.account_id));
}

/** Ids of the accounts that another tenant has, and nothing about it (E11). */
export async function accountsOfOthers(
  store: Store,
  tenantId: string,
  accountIds: string[],
): Promise<Set<string>> {
  return store.asSystem(async ({ client }) => {
    const { rows } = await client.query<{ account_id: string }>(
      `select account_id from clouds
       where provider = 'aws' and account_id = any($2) and tenant_id <> $1 and removed_at is null`,
      [tenantId, accountIds],
    );
    return new Set(rows.map((row) => row.account_id));
  });
}
