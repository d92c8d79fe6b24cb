// The way back to the credentials from before a change, or from before an organization took a cloud over (E20).
// They are tried first, as new ones would be; a preview tells what came of it and changes nothing.
import { principalName } from "#model/cloud-credentials.ts";
import type { RoleSettings } from "#model/organization.ts";
import { audit } from "#store/audit.ts";
import {
  detachCloud,
  type FormerAccess,
  type FormerTimes,
  readFormerAccess,
  readFormerOrganizationAccess,
  swapCloudCredentials,
} from "#store/former-credentials.ts";
import type { TenantTx } from "#store/open.ts";
import type { Check, CloudCheckName } from "./checks.ts";
import { accessForm } from "./connect-cloud.ts";
import { tenantExternalId } from "./external-id.ts";
import { type OnboardingParts, type Outcome, type Refused, refusedForm } from "./onboarding-parts.ts";
import { changeConnection } from "./organization-changes.ts";
import { validateCloud } from "./validate-cloud.ts";

export interface CloudRollback extends FormerTimes {
  /** The role, or the key, that reaches the cloud again. */
  principal: string;
  credentialSource: FormerAccess["credentials"]["source"];
  /** It leaves its organization. */
  isDetached: boolean;
  checks: Check<CloudCheckName>[];
  /** All checks passed. */
  ok: boolean;
  rolledBack: boolean;
}

const nothingKept: Refused = {
  ok: false,
  code: "not-found",
  detail: "No former credentials are kept: they never changed, or it was more than 90 days ago.",
};

const stillManaged: Refused = {
  ok: false,
  code: "managed-cloud",
  detail:
    "The organization would take the cloud over again. Exclude its account there first, by a name prefix or the units, and sync; or remove the organization and let its clouds go back to their own credentials.",
};

export interface RolledBackCloud {
  id: string;
  accountId: string;
}

export interface RollbackOptions {
  preview: boolean;
  actor: string;
}

export async function rollBackCloud(
  parts: OnboardingParts,
  tenantId: string,
  cloud: RolledBackCloud,
  { preview, actor }: RollbackOptions,
): Promise<Outcome<CloudRollback>> {
  const { store, vault } = parts;
  const former = await store.withTenant(tenantId, (tx) => readFormerAccess(tx, vault, cloud.id));
  if (!former) return nothingKept;
  // Also of a suspended account, which the organization still lists: the next sync would take it over again.
  if (former.wasTakenOver && former.state !== "out-of-scope") return stillManaged;
  const { credentials, replacedAt, keptUntil, wasTakenOver } = former;
  const checked = await validateCloud(parts, tenantId, accessForm(credentials), cloud.id);
  const told = {
    replacedAt,
    keptUntil,
    principal: principalName(credentials),
    credentialSource: credentials.source,
    isDetached: wasTakenOver,
    checks: checked.checks,
    ok: checked.ok && checked.accountId === cloud.accountId,
    rolledBack: false,
  };
  if (preview) return { ok: true, value: told };
  if (!checked.ok) return refusedForm(checked.errors);
  if (!told.ok) return otherAccount(checked.accountId, cloud.accountId);
  const done = await store.withTenant(tenantId, (tx) => apply(parts, tx, cloud, former, actor));
  return done ? { ok: true, value: { ...told, rolledBack: true } } : nothingKept;
}

/** False if they changed while AWS was asked. */
async function apply(
  { vault }: OnboardingParts,
  tx: TenantTx,
  cloud: RolledBackCloud,
  former: FormerAccess,
  actor: string,
): Promise<boolean> {
  const now = await readFormerAccess(tx, vault, cloud.id);
  if (now?.replacedAt !== former.replacedAt || now.wasTakenOver !== former.wasTakenOver) return false;
  if (former.wasTakenOver) await detachCloud(tx, cloud.id, former.credentials);
  else await swapCloudCredentials(tx, cloud.id, former.credentials);
  await audit(tx, {
    actor,
    action: "cloud.access-rolled-back",
    subject: cloud.accountId,
    detail: { principal: principalName(former.credentials), detached: former.wasTakenOver },
  });
  return true;
}

function otherAccount(found: string | null, expected: string): Refused {
  const detail = `The former credentials lead to ${found ?? "no account"} now; this cloud is ${expected}.`;
  return { ok: false, code: "conflict", detail };
}

export interface OrganizationRollback extends FormerTimes {
  credentialSource: "host" | "user-key";
  organizationRole: RoleSettings;
  memberRole: RoleSettings;
  rolledBack: boolean;
}

/** The former block replaces the present one, which is kept in its turn: all checks run as for any change (E24). */
export async function rollBackOrganization(
  parts: OnboardingParts,
  tenantId: string,
  id: string,
  { preview, actor, ifRevision }: RollbackOptions & { ifRevision: string | null },
): Promise<Outcome<OrganizationRollback>> {
  const { store, vault } = parts;
  const former = await store.withTenant(tenantId, (tx) => readFormerOrganizationAccess(tx, vault, id));
  if (!former) return nothingKept;
  const { credentials, replacedAt, keptUntil } = former;
  const {
    source: credentialSource,
    organizationRole,
    memberRole,
    accessKeyId,
    secretAccessKey,
  } = credentials;
  const told = { replacedAt, keptUntil, credentialSource, organizationRole, memberRole };
  if (preview) return { ok: true, value: { ...told, rolledBack: false } };
  const keys = credentialSource === "user-key" ? { accessKeyId, secretAccessKey } : {};
  // Absent would keep the present one; the tenant's own is stored as such whoever gives it.
  const externalId =
    credentials.externalId ?? (await store.withTenant(tenantId, (tx) => tenantExternalId(vault, tx)));
  const change = { credentialSource, organizationRole, memberRole, externalId, ...keys };
  const changed = await changeConnection(parts, tenantId, id, change, ifRevision, (tx) =>
    audit(tx, { actor, action: "organization.credentials-rolled-back", subject: id }),
  );
  if (!changed.ok) return changed;
  return { ok: true, value: { ...told, rolledBack: true } };
}
