// Proofs that an organization's roles cannot be assumed any more (E28). They outlive the organization; the
// credentials they need do not outlive the asking.
import type { OrganizationCredentials } from "#model/organization.ts";
import { memberRoleArn } from "#model/organization.ts";
import { newId } from "./new-id.ts";
import type { TenantTx } from "./open.ts";
import type { Vault } from "./vault.ts";

/** What a proof needs to try the roles: nothing else outlives the organization. */
export interface ProofCredentials extends OrganizationCredentials {
  /** All that the roles may ask for. */
  externalIds: string[];
  partition: string;
}

/** As long as an unfinished or failed proof can be repeated. */
const credentialsDays = 7;

const place = (id: string) => `access-proof/${id}`;

export interface ProvenOrganization {
  id: string;
  awsOrganizationId: string;
  nickname: string;
  managementAccountId: string;
}

/** The organization role and the member role of every cloud, to be tried. Ends the proofs before it. */
export async function insertProof(
  tx: TenantTx,
  vault: Vault,
  organization: ProvenOrganization,
  credentials: ProofCredentials,
  by: string,
): Promise<string> {
  const id = newId("prf");
  await forgetProofs(tx, organization.id);
  await tx.client.query(
    `insert into access_proofs (tenant_id, id, organization_id, provider_organization_id, nickname, credentials,
       credentials_until, asked_by)
     values ($1, $2, $3, $4, $5, $6, now() + $7 * interval '1 day', $8)`,
    [
      tx.tenantId,
      id,
      organization.id,
      organization.awsOrganizationId,
      organization.nickname,
      await vault.seal(tx, credentials, place(id)),
      credentialsDays,
      by,
    ],
  );
  const [head, tail] = memberRoleArn(credentials.memberRole.arn, "000000000000").split("000000000000");
  await tx.client.query(
    `insert into access_proof_roles (tenant_id, proof_id, role_arn, account_id, account_name)
     select $1, $2, $4 || account_id || $5, account_id, name from clouds
     where tenant_id = $1 and organization_id = $3 and removed_at is null
     union all
     select $1, $2, $6, $7, coalesce((select name from clouds where tenant_id = $1 and organization_id = $3
       and account_id = $7), 'organization role')
     on conflict do nothing`,
    [
      tx.tenantId,
      id,
      organization.id,
      head,
      tail,
      credentials.organizationRole.arn,
      credentials.organizationRole.arn.split(":")[4],
    ],
  );
  return id;
}

/** Nothing more is tried for the organization. */
export async function forgetProofs(tx: TenantTx, organizationId: string): Promise<void> {
  await tx.client.query(
    `update access_proofs set credentials = null, credentials_until = null, state = 'done',
       finished_at = coalesce(finished_at, now())
     where tenant_id = $1 and organization_id = $2 and credentials is not null`,
    [tx.tenantId, organizationId],
  );
}

export async function markOrganizationRemoved(tx: TenantTx, organizationId: string): Promise<void> {
  await tx.client.query(
    "update access_proofs set removed_at = now() where tenant_id = $1 and organization_id = $2",
    [tx.tenantId, organizationId],
  );
}

/** null: there is none of that id, or nothing more is to be tried. */
export async function openProof(
  tx: TenantTx,
  vault: Vault,
  id: string,
): Promise<{ nickname: string; organizationId: string; credentials: ProofCredentials } | null> {
  const { rows } = await tx.client.query<{
    credentials: Buffer;
    nickname: string;
    organization_id: string;
  }>(
    `select credentials, nickname, organization_id from access_proofs
     where tenant_id = $1 and id = $2 and state = 'running' and credentials is not null`,
    [tx.tenantId, id],
  );
  const row = rows[0];
  if (!row) return null;
  const credentials = await vault.open<ProofCredentials>(tx, row.credentials, place(id));
  return { nickname: row.nickname, organizationId: row.organization_id, credentials };
}

/** Every role is tried anew. False if the credentials are gone. */
export async function restartProof(tx: TenantTx, id: string): Promise<boolean> {
  const { rowCount } = await tx.client.query(
    `update access_proofs set state = 'running', finished_at = null,
       credentials_until = now() + $3 * interval '1 day'
     where tenant_id = $1 and id = $2 and credentials is not null`,
    [tx.tenantId, id, credentialsDays],
  );
  if (rowCount !== 1) return false;
  await tx.client.query(
    `update access_proof_roles set outcome = null, detail = null, tried_at = null
     where tenant_id = $1 and proof_id = $2`,
    [tx.tenantId, id],
  );
  return true;
}

/** False if there were none any more. */
export async function forgetProofCredentials(tx: TenantTx, id: string): Promise<boolean> {
  const { rowCount } = await tx.client.query(
    `update access_proofs set credentials = null, credentials_until = null, state = 'done',
       finished_at = coalesce(finished_at, now())
     where tenant_id = $1 and id = $2 and credentials is not null`,
    [tx.tenantId, id],
  );
  return rowCount === 1;
}
