// Asks for a proof that an organization's roles cannot be assumed (E28); a job tries them. What it needs is copied
// and sealed, so that it can outlive the organization.
import { type AccessProof, findProof } from "#store/access-proof-roles.ts";
import { insertProof, type ProofCredentials } from "#store/access-proofs.ts";
import { audit } from "#store/audit.ts";
import type { TenantTx } from "#store/open.ts";
import { readOrganizationToSync, type StoredOrganization } from "#store/organizations.ts";
import type { Vault } from "#store/vault.ts";
import { asList, readExternalIds } from "./external-id.ts";
import type { OnboardingParts, Outcome } from "./onboarding-parts.ts";

/** Returns the proof's id. */
export async function askForProof(
  tx: TenantTx,
  vault: Vault,
  organization: StoredOrganization,
  actor: string,
): Promise<string> {
  const { id, awsOrganizationId, nickname, partition, credentials, row } = organization;
  const externalIds =
    credentials.externalId === null
      ? asList(await readExternalIds(vault, tx, null))
      : [credentials.externalId];
  const sealed: ProofCredentials = { ...credentials, externalIds, partition };
  const managementAccountId = row.management_account_id;
  const proven = { id, awsOrganizationId, nickname, managementAccountId };
  const proofId = await insertProof(tx, vault, proven, sealed, actor);
  await audit(tx, { actor, action: "access-proof.asked", subject: awsOrganizationId, detail: { proofId } });
  return proofId;
}

/** Of an organization that is still connected: before it is left, or to see that the proof can be had. */
export async function proveNoAccess(
  { store, vault }: OnboardingParts,
  tenantId: string,
  id: string,
  actor: string,
): Promise<Outcome<AccessProof>> {
  return store.withTenant(tenantId, async (tx): Promise<Outcome<AccessProof>> => {
    const organization = await readOrganizationToSync(tx, vault, id);
    const proof = organization && (await findProof(tx, await askForProof(tx, vault, organization, actor)));
    if (!proof) return { ok: false, code: "not-found", detail: "There is no organization of that id." };
    return { ok: true, value: proof };
  });
}
