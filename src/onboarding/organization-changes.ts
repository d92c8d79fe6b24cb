// Creating and changing organizations: the checks run, then what they let through is stored.
import type { OrganizationCredentials } from "#model/organization.ts";
import type { FieldError } from "#model/problem.ts";
import { knownUnits } from "#store/organization-tree.ts";
import {
  changeOrganization,
  createOrganization,
  type OrganizationChange,
  readOrganizationToSync,
  type StoredOrganization,
} from "#store/organizations.ts";
import { requireRevision } from "#store/revision.ts";
import type { Validation } from "./checks.ts";
import { credentialsOf, filtersOf, type OrganizationForm } from "./form.ts";
import {
  type OnboardingParts,
  type Outcome,
  type Recorded,
  type Refused,
  refusedForm,
} from "./onboarding-parts.ts";
import { changedForm, type OrganizationChangeForm } from "./organization-change.ts";
import { providerNamed } from "./providers.ts";
import { strategyErrors } from "./validate.ts";
import { tenantExternalIds, unknownStrategies } from "./validate-organization.ts";

/** A form that gives the tenant's own external id means it, and follows its rotation. */
async function storedCredentials(
  parts: OnboardingParts,
  tenantId: string,
  form: OrganizationForm,
): Promise<OrganizationCredentials> {
  const credentials = credentialsOf(form);
  const isTenants = (await tenantExternalIds(parts, tenantId)).includes(credentials.externalId ?? "");
  return isTenants ? { ...credentials, externalId: null } : credentials;
}

const alreadyConnected: Refused = {
  ok: false,
  code: "organization-already-connected",
  detail:
    "This AWS Organization is already connected to this installation. Ask the person who runs it if you need access.",
};

/** Returns the organization's id. */
export async function connectOrganization(
  parts: OnboardingParts,
  tenantId: string,
  form: OrganizationForm,
  record?: Recorded<{ id: string; awsOrganizationId: string }>,
): Promise<Outcome<string>> {
  const checked = await providerNamed(form.provider).validate(parts, tenantId, form, null);
  const refused = refusalOf(checked);
  if (refused) return refused;
  const { organization } = checked;
  if (!organization) throw new Error("a valid form names an organization");
  const credentials = await storedCredentials(parts, tenantId, form);
  const { id: awsOrganizationId, managementAccountId } = organization;
  const id = await parts.store.withTenant(tenantId, async (tx) => {
    const created = await createOrganization(tx, parts.vault, {
      awsOrganizationId,
      managementAccountId,
      nickname: form.nickname.trim(),
      credentials,
      filters: filtersOf(form),
      strategyIds: form.strategyIds ?? [],
      badges: form.badges ?? [],
      syncIntervalMinutes: form.syncIntervalMinutes,
    });
    if (created !== null) await record?.(tx, { id: created, awsOrganizationId });
    return created;
  });
  if (id === null) return alreadyConnected;
  await parts.onCreated(tenantId, id);
  return { ok: true, value: id };
}

function refusalOf(checked: Validation): Refused | null {
  if (checked.ok) return null;
  return checked.errors.some((error) => error.code === alreadyConnected.code)
    ? alreadyConnected
    : refusedForm(checked.errors);
}

export async function changeConnection(
  parts: OnboardingParts,
  tenantId: string,
  id: string,
  change: OrganizationChangeForm,
  ifRevision: string | null,
  record?: Recorded<string>,
): Promise<Outcome<string>> {
  const { store, vault } = parts;
  const known = await store.withTenant(tenantId, (tx) => readOrganizationToSync(tx, vault, id));
  if (!known) return { ok: false, code: "not-found", detail: "There is no organization of that id." };
  const merged = changedForm(known, change);
  if (!merged.ok) return refusedForm(merged.errors);
  const { form, hasCredentials } = merged;
  const refused = hasCredentials
    ? await refusedCredentials(parts, tenantId, known, form)
    : await refusedFilters(parts, tenantId, known, form);
  if (refused) return refused;
  const credentials = hasCredentials ? await storedCredentials(parts, tenantId, form) : null;
  await store.withTenant(tenantId, async (tx) => {
    await requireRevision(tx, "cloud_organizations", id, ifRevision);
    await changeOrganization(tx, vault, id, {
      ...givenFields(change, form),
      ...(credentials ? { credentials } : {}),
    });
    await record?.(tx, id);
  });
  await parts.onCreated(tenantId, id);
  return { ok: true, value: id };
}

/** What was not given may have been changed by somebody else while AWS was asked. */
function givenFields(change: OrganizationChangeForm, form: OrganizationForm): OrganizationChange {
  const filters = filtersOf(form);
  const isGiven = (field: keyof OrganizationChangeForm) => change[field] !== undefined;
  return {
    ...(isGiven("nickname") ? { nickname: form.nickname.trim() } : {}),
    ...(isGiven("strategyIds") ? { strategyIds: form.strategyIds ?? [] } : {}),
    ...(isGiven("badges") ? { badges: form.badges ?? [] } : {}),
    syncIntervalMinutes: change.syncIntervalMinutes,
    filters: {
      ...(isGiven("excludedNamePrefixes") ? { excludedNamePrefixes: filters.excludedNamePrefixes } : {}),
      ...(isGiven("includedOrganizationalUnits") ? { includedUnits: filters.includedUnits } : {}),
      ...(isGiven("autoRemoveSuspended") ? { autoRemoveSuspended: filters.autoRemoveSuspended } : {}),
      ...(isGiven("autoBadge") ? { autoBadge: filters.autoBadge } : {}),
    },
  };
}

export function otherOrganization(found: string | undefined): FieldError {
  const detail = `This role belongs to another organization (${found ?? "unknown"}). Add that one as an organization of its own.`;
  return { path: "/organizationRole/arn", code: "other-organization", detail };
}

/** New credentials run through all checks, and must lead to the same organization. */
async function refusedCredentials(
  parts: OnboardingParts,
  tenantId: string,
  known: StoredOrganization,
  form: OrganizationForm,
): Promise<Refused | null> {
  for (const { arn } of [known.credentials.organizationRole, form.organizationRole]) parts.roles.forget(arn);
  const checked = await providerNamed(form.provider).validate(parts, tenantId, form, known.id);
  const refused = refusalOf(checked);
  const found = checked.organization?.id;
  if (refused || found === known.awsOrganizationId) return refused;
  return refusedForm([otherOrganization(found)]);
}

/** Filters alone: AWS is asked only for a unit that the last sync did not see. */
async function refusedFilters(
  parts: OnboardingParts,
  tenantId: string,
  known: StoredOrganization,
  form: OrganizationForm,
): Promise<Refused | null> {
  const strategies = { unknownStrategies: unknownStrategies(parts, tenantId) };
  const errors = [
    ...providerNamed(form.provider).checkForm(form),
    ...(await strategyErrors(strategies, form)),
  ];
  if (errors.length > 0) return refusedForm(errors);
  const units = form.includedOrganizationalUnits ?? [];
  const seen = await parts.store.withTenant(tenantId, (tx) => knownUnits(tx, known.id));
  if (units.every((unit) => seen.has(unit))) return null;
  return refusalOf(await providerNamed(form.provider).validate(parts, tenantId, form, known.id));
}
