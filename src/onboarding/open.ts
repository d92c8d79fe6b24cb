// Onboarding as the API and the CLI use it: forms in, checked and stored organizations out.
import type { CloudCredentials } from "#model/cloud-credentials.ts";
import { type PartitionName, platformPartitions } from "#model/partition.ts";
import { type FormerAccess, readFormerAccess } from "#store/former-credentials.ts";
import { readMemberRole } from "#store/organization-removal.ts";
import { readOrganizations, readOrganizationToSync } from "#store/organizations.ts";
import { readCloudCredentials } from "#store/single-clouds.ts";
import type { CloudForm } from "./cloud-form.ts";
import { type CloudChangeForm, changeCloudAccess, connectCloud, testCloud } from "./connect-cloud.ts";
import { readExternalIds } from "./external-id.ts";
import type { OrganizationForm } from "./form.ts";
import { formErrors } from "./form-errors.ts";
import { type LeaveOptions, leaveOrganization } from "./leave-organization.ts";
import type { OnboardingParts, Outcome, Recorded } from "./onboarding-parts.ts";
import type { OrganizationChangeForm } from "./organization-change.ts";
import { changeConnection, connectOrganization } from "./organization-changes.ts";
import { dryRun, dryRunChange } from "./organization-dry-run.ts";
import { type ShownOrganization, shown } from "./organization-view.ts";
import { type PlatformKeyForm, removePlatformKey, shownIdentity, storePlatformKey } from "./platform.ts";
import { proveNoAccess } from "./prove-no-access.ts";
import {
  type RollbackOptions,
  type RolledBackCloud,
  rollBackCloud,
  rollBackOrganization,
} from "./rollback-credentials.ts";
import { abortRotation, finishRotation, rotationState, startRotation } from "./rotate-external-id.ts";
import { requestedTemplate, type TemplateRequest } from "./template-request.ts";
import type { TemplateName } from "./templates/role-model.ts";
import { type CloudValidation, validateCloud } from "./validate-cloud.ts";

export function openOnboarding(parts: OnboardingParts) {
  const { store, vault } = parts;
  const one = (tenantId: string, id: string) =>
    store.withTenant(tenantId, async (tx) => {
      const found = await readOrganizationToSync(tx, vault, id);
      return found ? shown(found) : null;
    });
  const shownAfter = async (
    tenantId: string,
    outcome: Outcome<string>,
  ): Promise<Outcome<ShownOrganization>> => {
    if (!outcome.ok) return outcome;
    const organization = await one(tenantId, outcome.value);
    if (organization) return { ok: true, value: organization };
    return { ok: false, code: "not-found", detail: "The organization was removed meanwhile." };
  };

  return {
    async externalId(tenantId: string) {
      const { current, rotation } = await store.withTenant(tenantId, (tx) =>
        readExternalIds(vault, tx, null),
      );
      return { externalId: current, nextExternalId: rotation?.next ?? null };
    },
    rotation: (tenantId: string) => store.withTenant(tenantId, rotationState),
    startRotation: (tenantId: string, actor: string) => startRotation(parts, tenantId, actor),
    finishRotation: (tenantId: string, actor: string, accepted: number) =>
      finishRotation(store, tenantId, actor, accepted),
    abortRotation: (tenantId: string, actor: string) => abortRotation(store, tenantId, actor),
    async platformIdentity() {
      const partitions = platformPartitions.map((name) => shownIdentity(parts, name));
      return { partitions: await Promise.all(partitions) };
    },
    storePlatformKey: (partition: PartitionName, form: PlatformKeyForm, actor: string) =>
      storePlatformKey(parts, partition, form, actor),
    removePlatformKey: (partition: PartitionName, preview: boolean) =>
      removePlatformKey(parts, partition, preview),
    async template(_tenantId: string, name: TemplateName, request: TemplateRequest) {
      const outcome = await requestedTemplate(parts, name, request);
      if (!outcome.ok) return outcome;
      const { text, mediaType, fileName } = outcome.value;
      return { ok: true as const, value: { text, contentType: mediaType, fileName } };
    },
    validate: (tenantId: string, form: OrganizationForm) => dryRun(parts, tenantId, form),
    validateChange: (tenantId: string, id: string, change: OrganizationChangeForm) =>
      dryRunChange(parts, tenantId, id, change),
    /** Wrong texts of a body whose shape is wrong as well. */
    formErrors: (tenantId: string, noun: "organization" | "cloud", body: unknown) =>
      formErrors(parts, tenantId, noun, body),
    create: async (
      tenantId: string,
      form: OrganizationForm,
      record?: Recorded<{ id: string; awsOrganizationId: string }>,
    ) => shownAfter(tenantId, await connectOrganization(parts, tenantId, form, record)),
    organizations: (tenantId: string) =>
      store.withTenant(tenantId, async (tx) => (await readOrganizations(tx, vault)).map(shown)),
    organization: one,
    change: async (
      tenantId: string,
      id: string,
      change: OrganizationChangeForm,
      ifRevision: string | null,
      record?: Recorded<string>,
    ) => shownAfter(tenantId, await changeConnection(parts, tenantId, id, change, ifRevision, record)),
    remove: (tenantId: string, id: string, options: LeaveOptions) =>
      leaveOrganization(parts, tenantId, id, options),
    proveNoAccess: (tenantId: string, id: string, actor: string) => proveNoAccess(parts, tenantId, id, actor),
    rollBackCloud: (tenantId: string, cloud: RolledBackCloud, options: RollbackOptions) =>
      rollBackCloud(parts, tenantId, cloud, options),
    rollBackOrganization: (
      tenantId: string,
      id: string,
      options: RollbackOptions & { ifRevision: string | null },
    ) => rollBackOrganization(parts, tenantId, id, options),
    async formerAccess(tenantId: string, id: string) {
      const former = await store.withTenant(tenantId, (tx) => readFormerAccess(tx, vault, id));
      return former && shownFormer(former);
    },
    createCloud: (tenantId: string, form: CloudForm, record?: Recorded<string>) =>
      connectCloud(parts, tenantId, form, record),
    validateCloud: async (tenantId: string, form: CloudForm) =>
      told(await validateCloud(parts, tenantId, form, null)),
    async testCloud(tenantId: string, id: string) {
      const tested = await testCloud(parts, tenantId, id);
      return tested && told(tested);
    },
    changeCloud: (tenantId: string, cloud: { id: string; accountId: string }, change: CloudChangeForm) =>
      changeCloudAccess(parts, tenantId, cloud, change),
    cloudAccess: (tenantId: string, id: string) =>
      store.withTenant(tenantId, async (tx) => {
        const known = await readCloudCredentials(tx, vault, id);
        return known && shownAccess(known);
      }),
    roleArn: (tenantId: string, id: string) =>
      store.withTenant(tenantId, (tx) => readMemberRole(tx, vault, id)),
  };
}

/** What is learnt of credentials stays here. */
function told({ ok, checks, errors, accountId, outlook }: CloudValidation) {
  return {
    ok,
    checks,
    errors,
    accountId,
    estimate: outlook?.estimate ?? null,
    allowList: outlook?.allowList ?? null,
  };
}

function shownFormer({ replacedAt, keptUntil, wasTakenOver, credentials }: FormerAccess) {
  const { source: credentialSource, role, accessKeyId } = credentials;
  return { replacedAt, keptUntil, wasTakenOver, credentialSource, roleArn: role?.arn ?? null, accessKeyId };
}

/** Secrets and external ids are write-only (E24). */
function shownAccess(credentials: CloudCredentials) {
  const { source, role, isOwnRole, externalId, usesTenantExternalId, accessKeyId } = credentials;
  const ownExternalId = externalId === null ? ("none" as const) : ("own" as const);
  return {
    credentialSource: source,
    sessionName: role?.sessionName ?? null,
    durationSeconds: role?.durationSeconds ?? null,
    externalId: usesTenantExternalId ? ("tenant" as const) : ownExternalId,
    isOwnRole,
    accessKeyId,
  };
}
