// Onboarding as the API and the CLI use it: forms in, checked and stored organizations out.
import type { CredentialSource, RoleCache } from "#aws/assume.ts";
import { callerIdentity } from "#aws/caller-identity.ts";
import { userKeySource } from "#aws/credential-sources.ts";
import { partitionNamed } from "#aws/partitions.ts";
import { type PlatformIdentityAnswer, platformIdentity } from "#aws/platform-credentials.ts";
import type { AwsCaller } from "#model/aws-call.ts";
import type { FieldError, ProblemCode } from "#model/problem.ts";
import { cloudId } from "#model/resource.ts";
import type { Store, TenantTx } from "#store/open.ts";
import { existingCloudIds, readMemberRole, removeOrganization } from "#store/organization-removal.ts";
import {
  changeOrganization,
  createOrganization,
  isConnected,
  readOrganizations,
  readOrganizationToSync,
  type StoredOrganization,
} from "#store/organizations.ts";
import { requireRevision } from "#store/revision.ts";
import { createSingleCloud } from "#store/single-clouds.ts";
import type { Vault } from "#store/vault.ts";
import { tenantExternalId } from "./external-id.ts";
import {
  arnErrors,
  checkForm,
  credentialsOf,
  filtersOf,
  formTexts,
  type OrganizationForm,
  parseRoleArn,
  type RoleForm,
  roleErrors,
} from "./form.ts";
import { changedForm, type OrganizationChangeForm } from "./organization-change.ts";
import { type ShownOrganization, shown } from "./organization-view.ts";
import type { TemplateName, TemplateParameters } from "./templates/role-model.ts";
import { renderTemplate, type TemplateFormat } from "./templates/template.ts";
import { type Validation, validateForm } from "./validate.ts";

export interface OnboardingParts {
  store: Store;
  vault: Vault;
  call: AwsCaller;
  roles: RoleCache;
  platform: CredentialSource;
  platformRoleArn: string | null;
  /** IAM actions of the whole catalog. */
  harvestActions: readonly string[];
  /** Wakes the first sync. */
  onCreated: (tenantId: string, organizationId: string) => Promise<void>;
  onRemoving: (tenantId: string, cloudIds: string[]) => Promise<void>;
}

export type Outcome<T> =
  | { ok: true; value: T }
  | { ok: false; code: ProblemCode; detail: string; errors?: FieldError[] };

export interface CloudForm extends Omit<RoleForm, "arn"> {
  name: string;
  roleArn: string;
  externalId?: string | null | undefined;
}

export function openOnboarding(parts: OnboardingParts) {
  const { store, vault } = parts;
  const identity = () => platformIdentity(parts.call, parts.platform, "us-east-1", parts.platformRoleArn);
  const externalId = (tenantId: string) => store.withTenant(tenantId, (tx) => tenantExternalId(vault, tx));
  const validate = (tenantId: string, form: OrganizationForm, exceptId: string | null) =>
    validation(parts, tenantId, form, identity, exceptId);
  const one = (tenantId: string, id: string) =>
    store.withTenant(tenantId, async (tx) => {
      const found = await readOrganizationToSync(tx, vault, id);
      return found ? shown(found) : null;
    });

  return {
    externalId,
    one,
    async platformIdentity() {
      return { partitions: [identityRow(await identity())] };
    },
    async template(
      _tenantId: string,
      name: TemplateName,
      query: TemplateParameters & { format?: TemplateFormat | undefined },
    ) {
      const known = query.platformRoleArn ? null : await identity();
      const platformRoleArn = query.platformRoleArn ?? (known?.ok ? [known.identity.roleArn] : undefined);
      const rendered = renderTemplate(name, query.format ?? "cloudformation", { ...query, platformRoleArn }, [
        ...parts.harvestActions,
      ]);
      return {
        ok: true as const,
        value: { text: rendered.text, contentType: rendered.mediaType, fileName: rendered.fileName },
      };
    },
    async validate(tenantId: string, form: OrganizationForm) {
      const { organization: _, ...told } = await validate(tenantId, form, null);
      return told;
    },
    formatErrors: (body: unknown) => formTexts(body),
    async create(tenantId: string, form: OrganizationForm): Promise<Outcome<ShownOrganization>> {
      const checked = await validate(tenantId, form, null);
      const refused = refusal(checked);
      if (refused) return refused;
      const organization = checked.organization;
      if (!organization) throw new Error("a valid form names an organization");
      const id = await store.withTenant(tenantId, (tx) =>
        createOrganization(tx, vault, {
          awsOrganizationId: organization.id,
          managementAccountId: organization.managementAccountId,
          nickname: form.nickname.trim(),
          credentials: credentialsOf(form),
          filters: filtersOf(form),
          strategyIds: form.strategyIds ?? [],
          badges: form.badges ?? [],
        }),
      );
      if (id === null) return alreadyConnected;
      await parts.onCreated(tenantId, id);
      return { ok: true, value: (await one(tenantId, id)) as ShownOrganization };
    },
    organizations: (tenantId: string) =>
      store.withTenant(tenantId, async (tx) => (await readOrganizations(tx, vault)).map(shown)),
    organization: one,
    async change(
      tenantId: string,
      id: string,
      change: OrganizationChangeForm,
      ifRevision: string | null,
    ): Promise<Outcome<ShownOrganization>> {
      const known = await store.withTenant(tenantId, (tx) => readOrganizationToSync(tx, vault, id));
      if (!known) return notFound;
      const merged = changedForm(known, change);
      if (!merged.ok)
        return { ok: false, code: "invalid-form", detail: "Some fields are wrong.", errors: merged.errors };
      const refused = await refusedChange(
        parts,
        tenantId,
        known,
        merged.form,
        merged.hasCredentials,
        validate,
      );
      if (refused) return refused;
      await store.withTenant(tenantId, async (tx) => {
        await requireRevision(tx, "cloud_organizations", id, ifRevision);
        await changeOrganization(tx, vault, id, {
          nickname: merged.form.nickname.trim(),
          ...(merged.hasCredentials ? { credentials: credentialsOf(merged.form) } : {}),
          filters: filtersOf(merged.form),
          strategyIds: merged.form.strategyIds ?? [],
          badges: merged.form.badges ?? [],
        });
      });
      await parts.onCreated(tenantId, id);
      return { ok: true, value: (await one(tenantId, id)) as ShownOrganization };
    },
    async remove(tenantId: string, id: string, preview: boolean, ifRevision: string | null) {
      const removal = await store.withTenant(tenantId, async (tx) => {
        if (!preview) await requireRevision(tx, "cloud_organizations", id, ifRevision);
        return removeOrganization(tx, id, preview);
      });
      await parts.onRemoving(tenantId, removal.cloudIds);
      const { clouds, resources, findings } = removal;
      return { ok: true as const, value: { clouds, resources, findings, removed: !preview } };
    },
    createCloud: (tenantId: string, form: CloudForm) => createCloud(parts, tenantId, form),
    roleArn: (tenantId: string, id: string) =>
      store.withTenant(tenantId, (tx) => readMemberRole(tx, vault, id)),
  };
}

const notFound = { ok: false, code: "not-found", detail: "There is no organization of that id." } as const;
const alreadyConnected = {
  ok: false,
  code: "organization-already-connected",
  detail:
    "This AWS Organization is already connected to this installation. Ask the person who runs it if you need access.",
} as const;

function refusal(checked: Validation): Extract<Outcome<never>, { ok: false }> | null {
  if (checked.ok) return null;
  if (checked.errors.some((error) => error.code === "organization-already-connected"))
    return alreadyConnected;
  const n = checked.errors.length;
  return {
    ok: false,
    code: "invalid-form",
    detail: n === 1 ? (checked.errors[0]?.detail ?? "") : `${n} fields are wrong; see errors.`,
    errors: checked.errors,
  };
}

async function validation(
  parts: OnboardingParts,
  tenantId: string,
  form: OrganizationForm,
  identity: () => Promise<PlatformIdentityAnswer>,
  exceptId: string | null,
): Promise<Validation> {
  const isKey = form.credentialSource === "user-key";
  const source = isKey ? userKeySource(form.accessKeyId ?? "", form.secretAccessKey ?? "") : parts.platform;
  const known = isKey ? null : await identity();
  return validateForm(
    {
      call: parts.call,
      roles: parts.roles,
      source,
      identity:
        known === null
          ? { ok: true, arn: `the access key ${form.accessKeyId ?? ""}` }
          : known.ok
            ? { ok: true, arn: known.identity.roleArn }
            : known,
      externalId: await parts.store.withTenant(tenantId, (tx) => tenantExternalId(parts.vault, tx)),
      isConnected: (awsId) => isConnected(parts.store, awsId, exceptId),
      existingClouds: (accountIds) =>
        parts.store.withTenant(tenantId, (tx) => existingCloudIds(tx, accountIds, exceptId)),
    },
    form,
  );
}

/** New credentials run through all checks again; filters alone only through those of their form. */
async function refusedChange(
  parts: OnboardingParts,
  tenantId: string,
  known: StoredOrganization,
  form: OrganizationForm,
  hasCredentials: boolean,
  validate: (tenantId: string, form: OrganizationForm, exceptId: string | null) => Promise<Validation>,
): Promise<Extract<Outcome<never>, { ok: false }> | null> {
  if (!hasCredentials) {
    const errors = checkForm(form);
    return errors.length > 0
      ? { ok: false, code: "invalid-form", detail: errors[0]?.detail ?? "", errors }
      : null;
  }
  for (const role of [known.credentials.organizationRole.arn, form.organizationRole.arn])
    parts.roles.forget(role);
  const checked = await validate(tenantId, form, known.id);
  const refused = refusal(checked);
  if (refused || checked.organization?.id === known.awsOrganizationId) return refused;
  const detail = `This role belongs to another organization (${checked.organization?.id ?? "unknown"}). Add that one as an organization of its own.`;
  return {
    ok: false,
    code: "invalid-form",
    detail,
    errors: [{ path: "/organizationRole/arn", code: "other-organization", detail }],
  };
}

function identityRow(answer: PlatformIdentityAnswer) {
  if (!answer.ok)
    return {
      partition: "aws",
      accountId: null,
      roleArn: null,
      source: "none" as const,
      note: `This installation has no AWS credentials: ${answer.error.message}`,
    };
  const { partition, accountId, roleArn, source } = answer.identity;
  const note =
    source === "guessed"
      ? "The role's path could not be read (iam:GetRole is denied). If the role has a path, set SKYWARDEN_PLATFORM_ROLE_ARN."
      : null;
  return { partition, accountId, roleArn, source, note };
}

async function createCloud(
  parts: OnboardingParts,
  tenantId: string,
  form: CloudForm,
): Promise<Outcome<string>> {
  const role = { arn: form.roleArn, sessionName: form.sessionName, durationSeconds: form.durationSeconds };
  const parsed = parseRoleArn(form.roleArn);
  const errors = [
    ...(form.name.trim() === ""
      ? [{ path: "/name", code: "required", detail: "Give the cloud a name." }]
      : []),
    ...(form.name.length > 256
      ? [{ path: "/name", code: "too-long", detail: "Use at most 256 characters." }]
      : []),
    ...arnErrors("/roleArn", form.roleArn),
    ...roleErrors("", role, "host").filter((error) => error.path !== "/arn"),
  ];
  if (errors.length > 0 || !parsed)
    return { ok: false, code: "invalid-form", detail: errors[0]?.detail ?? "", errors };
  const settings = credentialsOf({ nickname: "", organizationRole: role, memberRole: role }).memberRole;
  const region = partitionNamed(parsed.partition)?.globalRegion ?? "us-east-1";
  const { externalId } = form;
  const asked = {
    ...settings,
    roleArn: form.roleArn,
    source: parts.platform,
    externalId: externalId ?? null,
    region,
  };
  parts.roles.forget(form.roleArn);
  const held = await parts.roles.assume(asked);
  const wrong = (detail: string): Outcome<string> => ({
    ok: false,
    code: "invalid-form",
    detail,
    errors: [{ path: "/roleArn", code: "assume-role-failed", detail }],
  });
  if (!held.ok)
    return wrong(`The role cannot be assumed: ${held.error.message} Check its trust and its external id.`);
  const caller = await callerIdentity(parts.call, held.credentials, region);
  if (!caller.ok) return wrong(`The role works, but sts:GetCallerIdentity failed: ${caller.error.message}`);
  const { accountId } = caller.identity;
  const id = cloudId(tenantId, "aws", accountId);
  const sealed = (tx: TenantTx) =>
    parts.vault.seal(tx, { role: settings, externalId: externalId ?? null }, `cloud/${id}`);
  const created = await parts.store.withTenant(tenantId, async (tx) =>
    createSingleCloud(tx, {
      id,
      accountId,
      partition: parsed.partition,
      name: form.name.trim(),
      credentials: await sealed(tx),
    }),
  );
  return created
    ? { ok: true, value: id }
    : {
        ok: false,
        code: "cloud-already-connected",
        detail: "This AWS account is already connected to this installation.",
      };
}
