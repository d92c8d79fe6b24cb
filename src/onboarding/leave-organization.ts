// Disconnecting an organization (E28): what it affects, how its roles are taken away at AWS, and what stays: clouds
// that go back to their own credentials (E20), and the proof that nothing can be assumed any more.
import type { AccessProof } from "#store/access-proof-roles.ts";
import { findProof } from "#store/access-proof-roles.ts";
import { forgetProofs, markOrganizationRemoved } from "#store/access-proofs.ts";
import { audit } from "#store/audit.ts";
import { detachCloud, readFormerAccess } from "#store/former-credentials.ts";
import type { TenantTx } from "#store/open.ts";
import {
  type AffectedByRemoval,
  affectedByRemoval,
  cloudsWithFormerAccess,
  deleteOrganization,
  type RestorableCloud,
} from "#store/organization-removal.ts";
import { readOrganizationToSync } from "#store/organizations.ts";
import { lockOrganization, requireRevision } from "#store/revision.ts";
import { stackSetNameOf } from "#store/role-inspections.ts";
import type { OnboardingParts, Outcome } from "./onboarding-parts.ts";
import { askForProof } from "./prove-no-access.ts";
import { type TearDownStep, tearDown } from "./tear-down.ts";

export interface LeaveOptions {
  preview: boolean;
  /** Try afterwards that no role can be assumed, with credentials kept for that alone. */
  prove: boolean;
  /** Clouds that were connected by themselves go back to their own credentials instead of being removed. */
  restore: boolean;
  actor: string;
  ifRevision: string | null;
}

export interface Leaving extends AffectedByRemoval {
  removed: boolean;
  /** Clouds that could go back to their own credentials, the first of them; or those that did. */
  restorable: RestorableCloud[];
  restored: number;
  tearDown: TearDownStep[];
  /** null: nothing shows that the roles are gone. */
  proof: AccessProof | null;
}

export async function leaveOrganization(
  parts: OnboardingParts,
  tenantId: string,
  id: string,
  options: LeaveOptions,
): Promise<Outcome<Leaving>> {
  const { store, vault } = parts;
  const left = await store.withTenant(tenantId, async (tx) => {
    if (!options.preview) {
      await lockOrganization(tx, id);
      await requireRevision(tx, "cloud_organizations", id, options.ifRevision);
    }
    const organization = await readOrganizationToSync(tx, vault, id);
    if (!organization) return null;
    const affected = await affectedByRemoval(tx, id);
    const restorable = await cloudsWithFormerAccess(tx, id);
    const { credentials, row } = organization;
    const steps = tearDown({
      credentials,
      managementAccountId: row.management_account_id,
      rootId: row.root_id,
      stackSet: await stackSetNameOf(tx, id),
    });
    const told = { ...affected, restorable, restored: 0, tearDown: steps };
    if (options.preview)
      return { leaving: { ...told, removed: false, proof: null }, removing: [] as string[] };
    const proofId = options.prove ? await askForProof(tx, vault, organization, options.actor) : null;
    if (proofId === null) await forgetProofs(tx, id);
    const restored = options.restore ? await restoreClouds(parts, tx, restorable, options.actor) : 0;
    const removing = await deleteOrganization(tx, id);
    await markOrganizationRemoved(tx, id);
    await audit(tx, {
      actor: options.actor,
      action: "organization.removed",
      subject: id,
      detail: { clouds: removing.length, restored, proof: proofId ?? "not asked for" },
    });
    const proof = proofId === null ? null : ((await findProof(tx, proofId)) ?? null);
    return { leaving: { ...told, clouds: removing.length, restored, removed: true, proof }, removing };
  });
  if (!left) return { ok: false, code: "not-found", detail: "There is no organization of that id." };
  await parts.onRemoving(tenantId, left.removing);
  return { ok: true, value: left.leaving };
}

async function restoreClouds(
  { vault }: OnboardingParts,
  tx: TenantTx,
  clouds: RestorableCloud[],
  actor: string,
): Promise<number> {
  let restored = 0;
  for (const { cloudId, accountId } of clouds) {
    const former = await readFormerAccess(tx, vault, cloudId);
    if (!former) continue;
    await detachCloud(tx, cloudId, former.credentials);
    await audit(tx, { actor, action: "cloud.access-rolled-back", subject: accountId });
    restored += 1;
  }
  return restored;
}
