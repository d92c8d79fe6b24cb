// Users, roles, groups and policies of one account as evaluation needs them: a page of principals at a time, and
// what hangs on many of them once. Reads documents; knows nothing of what policies mean.
import type { Gap, Tag } from "#model/resource.ts";
import type { TenantTx } from "./open.ts";

export interface KeptDocument {
  id: string;
  type: string;
  cloudId: string;
  accountId: string;
  region: string;
  nativeId: string;
  arn: string | null;
  name: string | null;
  tags: Tag[];
  observedAt: string;
  properties: Record<string, unknown>;
  gaps: Gap[];
}

interface DocumentRow {
  id: string;
  type: string;
  cloud_id: string;
  account_id: string;
  region: string;
  native_id: string;
  arn: string | null;
  name: string | null;
  tags: Tag[];
  observed_at: Date;
  properties: Record<string, unknown>;
  gaps: Gap[] | null;
}

const columns = `r.id, r.type, r.cloud_id, r.account_id, r.region, r.native_id, r.arn, r.name, r.tags, r.observed_at,
  coalesce(d.properties, '{}') as properties, d.gaps`;
const joined = "resources r left join documents d on d.tenant_id = r.tenant_id and d.resource_id = r.id";

export async function readDocument(tx: TenantTx, id: string): Promise<KeptDocument | undefined> {
  const { rows } = await tx.client.query<DocumentRow>(
    `select ${columns} from ${joined} where r.tenant_id = $1 and r.id = $2 and r.gone_at is null`,
    [tx.tenantId, id],
  );
  return rows[0] && documentOf(rows[0]);
}

export interface DocumentsAsked {
  cloudId: string;
  types: string[];
  after: string | null;
  limit: number;
}

/** In the order of their ids. */
export async function readDocuments(tx: TenantTx, asked: DocumentsAsked): Promise<KeptDocument[]> {
  const { rows } = await tx.client.query<DocumentRow>(
    `select ${columns} from ${joined}
     where r.tenant_id = $1 and r.cloud_id = $2 and r.type = any($3) and r.gone_at is null and r.id > $4
     order by r.id limit $5`,
    [tx.tenantId, asked.cloudId, asked.types, asked.after ?? "", asked.limit],
  );
  return rows.map(documentOf);
}

/** Named ones, in any of the account's regions. */
export async function readNamed(
  tx: TenantTx,
  cloudId: string,
  type: string,
  nativeIds: string[],
): Promise<KeptDocument[]> {
  const { rows } = await tx.client.query<DocumentRow>(
    `select ${columns} from ${joined}
     where r.tenant_id = $1 and r.native_id = any($2) and r.type = $3 and r.cloud_id = $4 and r.gone_at is null`,
    [tx.tenantId, nativeIds, type, cloudId],
  );
  return rows.map(documentOf);
}

export interface ManagedPolicyDocument {
  arn: string;
  name: string;
  observedAt: string;
  /** Of the version in force; undefined where AWS did not say which. */
  document: unknown;
}

/** The versions in force of the account's own policies and of AWS's that it uses. */
export async function readManagedPolicies(tx: TenantTx, cloudId: string): Promise<ManagedPolicyDocument[]> {
  const { rows } = await tx.client.query<{
    arn: string;
    name: string;
    observed_at: Date;
    document: unknown;
  }>(
    `select r.arn, r.name, r.observed_at,
       jsonb_path_query_first(d.properties, '$.PolicyVersionList[*] ? (@.IsDefaultVersion == true).Document') as document
     from resources r join documents d on d.tenant_id = r.tenant_id and d.resource_id = r.id
     where r.tenant_id = $1 and r.cloud_id = $2 and r.type in ('aws.iam.policy', 'aws.iam.aws-managed-policy')
       and r.gone_at is null and r.arn is not null`,
    [tx.tenantId, cloudId],
  );
  return rows.map(({ observed_at, document, ...row }) => ({
    ...row,
    observedAt: observed_at.toISOString(),
    document: document ?? undefined,
  }));
}

/** Types whose listing was not completed yet, or is in gap now: what they miss is not absence. */
export async function incompleteTypes(tx: TenantTx, cloudId: string, types: string[]): Promise<string[]> {
  const { rows } = await tx.client.query<{ type: string }>(
    `select type from unnest($3::text[]) as type where not exists (
       select 1 from harvest_scopes s where s.tenant_id = $1 and s.cloud_id = $2 and s.type = type.type)
     union select type from harvest_scopes
     where tenant_id = $1 and cloud_id = $2 and type = any($3) and (completed_at is null or gap_since is not null)
     order by 1`,
    [tx.tenantId, cloudId, types],
  );
  return rows.map(({ type }) => type);
}

/** Accounts of the tenant by their number: those whose identity side can be judged. */
export async function cloudsByAccount(tx: TenantTx, accountIds: string[]): Promise<Map<string, string>> {
  if (accountIds.length === 0) return new Map();
  const { rows } = await tx.client.query<{ account_id: string; id: string }>(
    "select account_id, id from clouds where tenant_id = $1 and account_id = any($2) and removed_at is null",
    [tx.tenantId, accountIds],
  );
  return new Map(rows.map(({ account_id, id }) => [account_id, id]));
}

function documentOf(row: DocumentRow): KeptDocument {
  return {
    id: row.id,
    type: row.type,
    cloudId: row.cloud_id,
    accountId: row.account_id,
    region: row.region,
    nativeId: row.native_id,
    arn: row.arn,
    name: row.name,
    tags: row.tags,
    observedAt: row.observed_at.toISOString(),
    properties: row.properties,
    gaps: row.gaps ?? [],
  };
}
