// Rotation of the tenant's external id in two phases (E28): a new one is made and both are valid; it takes the old
// one's place when all roles use it, or somebody accepts what breaks. Ending and beginning are one transaction each.
import { audit } from "#store/audit.ts";
import {
  adoptNextExternalId,
  deleteRotation,
  insertRotation,
  lockRotation,
  readRotation,
} from "#store/external-id-rotations.ts";
import { countUses, type UseCounts } from "#store/external-id-trials.ts";
import type { Store, TenantTx } from "#store/open.ts";
import { correctExternalIdUse } from "#store/organizations.ts";
import { externalIdPlace, newExternalId } from "#store/tenants.ts";
import type { Vault } from "#store/vault.ts";
import type { Outcome, Refused } from "./onboarding-parts.ts";

export interface RotationState {
  startedAt: string;
  startedBy: string;
  /** When every role had been tried last. */
  checkedAt: string | null;
  nextCheckAt: string;
  clouds: UseCounts;
  organizations: UseCounts;
  /** Clouds and organizations that do not use the new one, as far as is known. */
  notNew: number;
}

export async function rotationState(tx: TenantTx): Promise<RotationState | null> {
  const rotation = await readRotation(tx);
  if (!rotation) return null;
  const uses = await countUses(tx);
  return {
    startedAt: rotation.startedAt.toISOString(),
    startedBy: rotation.startedBy,
    checkedAt: rotation.checkedAt?.toISOString() ?? null,
    nextCheckAt: rotation.nextCheckAt.toISOString(),
    ...uses,
    notNew: notNew(uses.clouds) + notNew(uses.organizations),
  };
}

const notNew = (counts: UseCounts) => counts.total - counts.new;

const noneUnderway: Refused = {
  ok: false,
  code: "not-found",
  detail: "No rotation of the external id is under way.",
};

export async function startRotation(
  { store, vault }: { store: Store; vault: Vault },
  tenantId: string,
  actor: string,
): Promise<Outcome<RotationState>> {
  return store.withTenant(tenantId, async (tx): Promise<Outcome<RotationState>> => {
    const begun = await insertRotation(tx, await vault.seal(tx, newExternalId(), externalIdPlace), actor);
    if (!begun)
      return {
        ok: false,
        code: "conflict",
        detail: "A rotation is under way already: finish it, or abort it, then begin another.",
      };
    await correctExternalIdUse(tx, vault);
    await audit(tx, { actor, action: "external-id.rotation-started", subject: tenantId });
    return underway(await rotationState(tx));
  });
}

function underway(state: RotationState | null): Outcome<RotationState> {
  return state ? { ok: true, value: state } : noneUnderway;
}

/** `accepted`: how many roles may break by it, as the caller was told; more than that is refused. */
export async function finishRotation(
  store: Store,
  tenantId: string,
  actor: string,
  accepted: number,
): Promise<Outcome<RotationState>> {
  // Only the system role may write tenants.
  return store.asSystem(async (system): Promise<Outcome<RotationState>> => {
    const tx = { ...system, tenantId };
    if (!(await lockRotation(tx))) return noneUnderway;
    const state = await rotationState(tx);
    if (!state) return noneUnderway;
    if (state.notNew > accepted) return { ok: false, code: "conflict", detail: refusal(state) };
    await adoptNextExternalId(tx);
    await deleteRotation(tx);
    const { clouds, organizations } = state;
    await audit(tx, {
      actor,
      action: "external-id.rotation-finished",
      subject: tenantId,
      detail: { clouds, organizations },
    });
    return { ok: true, value: state };
  });
}

function refusal({ clouds, organizations, notNew: count }: RotationState): string {
  const told = (noun: string, { old, neither, unknown }: UseCounts) =>
    old + neither + unknown === 0
      ? []
      : [`${noun}: ${old} use the old one, ${neither} work with neither, ${unknown} have not been tried`];
  const lines = [...told("clouds", clouds), ...told("organizations", organizations)].join("; ");
  return `Not all roles use the new external id (${lines}). Update their stacks and check again; or accept that they break, by giving accepted = ${count}.`;
}

/** The old one stays the tenant's; the new one is forgotten. */
export async function abortRotation(
  store: Store,
  tenantId: string,
  actor: string,
): Promise<Outcome<RotationState>> {
  return store.withTenant(tenantId, async (tx): Promise<Outcome<RotationState>> => {
    if (!(await lockRotation(tx))) return noneUnderway;
    const state = await rotationState(tx);
    await deleteRotation(tx);
    await audit(tx, { actor, action: "external-id.rotation-aborted", subject: tenantId });
    return underway(state);
  });
}
