// Where an account stands in its organization, and the policies above it, as the last sync read them.
import { attachmentPoints } from "#iam/organization-levels.ts";
import type { TenantTx } from "./open.ts";
import { type KnownUnits, knownUnits } from "./organization-tree.ts";

export interface KeptPolicy {
  type: string;
  name: string;
  arn: string;
  document: unknown;
  targets: string[];
}

export interface AccountPlace {
  cloudId: string;
  accountId: string;
  partition: string;
  unitId: string | null;
  /** Null where no organization is connected: whether the account is in one is not known. */
  organization: {
    awsId: string;
    managementAccountId: string;
    rootId: string | null;
    units: KnownUnits;
    /** "o-…/r-…/ou-…/", as aws:PrincipalOrgPaths says it; null while the way up is not known. */
    path: string | null;
    /** Those on the way from the root to the account. */
    policies: KeptPolicy[];
    /** When the policies of a type were last read; a type that is not here never was. */
    policiesRead: Partial<Record<string, string>>;
  } | null;
}

interface PlaceRow {
  account_id: string;
  partition: string;
  unit_id: string | null;
  organization_id: string | null;
  aws_id: string | null;
  management_account_id: string | null;
  root_id: string | null;
  policies_read: Record<string, string> | null;
}

/** Undefined for a cloud that is not there. */
export async function readAccountPlace(tx: TenantTx, cloudId: string): Promise<AccountPlace | undefined> {
  const { rows } = await tx.client.query<PlaceRow>(
    `select c.account_id, c.partition, c.unit_id, c.organization_id, o.provider_organization_id as aws_id,
       o.management_account_id, o.root_id, o.policies_read
     from clouds c left join cloud_organizations o on o.tenant_id = c.tenant_id and o.id = c.organization_id
     where c.tenant_id = $1 and c.id = $2 and c.removed_at is null`,
    [tx.tenantId, cloudId],
  );
  const row = rows[0];
  if (!row) return undefined;
  const { account_id: accountId, unit_id: unitId, organization_id: id, aws_id: awsId, root_id: rootId } = row;
  const place = { cloudId, accountId, partition: row.partition, unitId };
  if (id === null || awsId === null) return { ...place, organization: null };
  const units = await knownUnits(tx, id);
  const points = attachmentPoints({ rootId, units }, { accountId, unitId })?.map((point) => point.id) ?? null;
  return {
    ...place,
    organization: {
      awsId,
      managementAccountId: row.management_account_id ?? "",
      rootId,
      units,
      path: points && `${[awsId, ...points.slice(0, -1)].join("/")}/`,
      policies: await policiesOn(tx, id, points ?? []),
      policiesRead: row.policies_read ?? {},
    },
  };
}

async function policiesOn(tx: TenantTx, organizationId: string, points: string[]): Promise<KeptPolicy[]> {
  const { rows } = await tx.client.query<KeptPolicy>(
    `select type, name, arn, document, targets from organization_policies
     where tenant_id = $1 and organization_id = $2 and targets && $3::text[] order by type, id`,
    [tx.tenantId, organizationId, points],
  );
  return rows;
}
