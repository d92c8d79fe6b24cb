// Connecting one account by itself (S16–S27): checked, then stored; its access tested again and changed.
import type { CloudCredentials } from "#model/cloud-credentials.ts";
import { cloudId } from "#model/resource.ts";
import type { TenantTx } from "#store/open.ts";
import {
  changeSingleCloud,
  createSingleCloud,
  credentialsPlace,
  readCloudCredentials,
} from "#store/single-clouds.ts";
import {
  type CloudAccessForm,
  type CloudForm,
  changedAccess,
  formExternalId,
  nameErrors,
} from "./cloud-form.ts";
import { cloudFormTexts } from "./cloud-form-texts.ts";
import {
  type OnboardingParts,
  type Outcome,
  type Recorded,
  type Refused,
  refusedForm,
} from "./onboarding-parts.ts";
import {
  accountConnected,
  type CloudValidation,
  unknownStrategyErrors,
  validateCloud,
} from "./validate-cloud.ts";

const alreadyConnected: Refused = {
  ok: false,
  code: "cloud-already-connected",
  detail: accountConnected,
};

function refusalOf({ ok, errors }: CloudValidation): Refused | null {
  if (ok) return null;
  return errors.some(({ code }) => code === alreadyConnected.code) ? alreadyConnected : refusedForm(errors);
}

/** Returns the cloud's id. The access is tried before anything is stored. */
export async function connectCloud(
  parts: OnboardingParts,
  tenantId: string,
  form: CloudForm,
  record?: Recorded<string>,
): Promise<Outcome<string>> {
  const checked = await validateCloud(parts, tenantId, form, null);
  const refused = refusalOf(checked);
  if (refused) return refused;
  const { accountId, partition, credentials } = checked;
  if (accountId === null || credentials === null) throw new Error("a valid form names an account");
  const id = cloudId(tenantId, "aws", accountId);
  const created = await parts.store.withTenant(tenantId, async (tx) => {
    const isNew = await createSingleCloud(tx, {
      id,
      accountId,
      partition,
      name: form.name.trim(),
      credentials: await sealed(parts, tx, id, credentials),
      usesTenantExternalId: credentials.usesTenantExternalId,
      strategyIds: form.strategyIds ?? [],
      badges: form.badges ?? [],
    });
    if (isNew) await record?.(tx, id);
    return isNew;
  });
  return created ? { ok: true, value: id } : alreadyConnected;
}

function sealed(
  { vault }: OnboardingParts,
  tx: TenantTx,
  id: string,
  credentials: CloudCredentials,
): Promise<Buffer> {
  return vault.seal(tx, credentials, credentialsPlace(id));
}

export interface CloudChangeForm extends CloudAccessForm {
  /** Judged here with the rest; written by the caller. */
  name?: string | undefined;
  strategyIds?: string[] | undefined;
}

const managed: Refused = {
  ok: false,
  code: "managed-cloud",
  detail:
    "An organization manages this cloud: its access and its strategies are changed on the organization's page, for all of its clouds.",
};

/** Writes a change that was found right, in the caller's transaction. */
export type ApplyChange = (tx: TenantTx) => Promise<void>;

/**
 * A change of how a cloud by itself is reached and how often it is harvested. With new credentials all checks run
 * again, and they must lead to the same account; without, AWS is not asked (S100).
 */
export async function changeCloudAccess(
  parts: OnboardingParts,
  tenantId: string,
  cloud: { id: string; accountId: string },
  change: CloudChangeForm,
): Promise<Outcome<ApplyChange>> {
  const { store, vault } = parts;
  const known = await store.withTenant(tenantId, (tx) => readCloudCredentials(tx, vault, cloud.id));
  if (!known) return managed;
  const merged = changedAccess(known, change);
  const { name, strategyIds } = change;
  if (!merged.ok || !merged.form) {
    const errors = [
      ...(merged.ok ? nameErrors(name) : [...merged.errors, ...cloudFormTexts(change)]),
      ...(await unknownStrategyErrors(parts, tenantId, { strategyIds })),
    ];
    if (errors.length > 0) return refusedForm(errors);
    return { ok: true, value: (tx) => changeSingleCloud(tx, cloud.id, { strategyIds }) };
  }
  const form = { ...merged.form, name, strategyIds };
  const checked = await validateCloud(parts, tenantId, form, cloud.id);
  const refused = refusalOf(checked) ?? otherAccount(checked, cloud.accountId);
  if (refused) return refused;
  const { credentials } = checked;
  if (credentials === null) throw new Error("a valid form names credentials");
  return {
    ok: true,
    value: async (tx) =>
      changeSingleCloud(tx, cloud.id, {
        strategyIds,
        access: {
          credentials: await sealed(parts, tx, cloud.id, credentials),
          usesTenantExternalId: credentials.usesTenantExternalId,
        },
      }),
  };
}

function otherAccount({ accountId, credentials }: CloudValidation, expected: string): Refused | null {
  if (accountId === expected) return null;
  const path = credentials?.role ? "/roleArn" : "/accessKeyId";
  const detail = `These credentials lead to ${accountId ?? "no account"}; this cloud is ${expected}. Add the other account as a cloud of its own.`;
  return refusedForm([{ path, code: "other-account", detail }]);
}

/** The checks of a stored cloud, asked now. null: an organization manages it, or there is none of that id. */
export async function testCloud(
  parts: OnboardingParts,
  tenantId: string,
  id: string,
): Promise<CloudValidation | null> {
  const known = await parts.store.withTenant(tenantId, (tx) => readCloudCredentials(tx, parts.vault, id));
  return known && validateCloud(parts, tenantId, accessForm(known), id);
}

export function accessForm(known: CloudCredentials): CloudAccessForm {
  const { source, role, accessKeyId, secretAccessKey } = known;
  return {
    credentialSource: source,
    ...(role
      ? { roleArn: role.arn, sessionName: role.sessionName, durationSeconds: role.durationSeconds }
      : {}),
    // An access key, and the installation's own role, take none.
    ...(role ? { externalId: formExternalId(known) } : {}),
    accessKeyId,
    secretAccessKey,
  };
}
