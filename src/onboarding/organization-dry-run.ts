// The dry run of an organization's form, new or changed: every check, what would be imported, and what it would
// mean day by day. Stores nothing.
import { readOrganizationToSync } from "#store/organizations.ts";
import { noFindings, noteFormat, type Validation, validationOf } from "./checks.ts";
import { credentialsOf, type OrganizationForm } from "./form.ts";
import { parseRoleArn } from "./form-role.ts";
import type { OnboardingParts } from "./onboarding-parts.ts";
import { changedForm, type OrganizationChangeForm } from "./organization-change.ts";
import { otherOrganization } from "./organization-changes.ts";
import { type Outlook, outlookOf } from "./outlook.ts";
import { providerNamed } from "./providers.ts";

/** As a new organization has it. */
const defaultSyncMinutes = 60;

export async function dryRun(parts: OnboardingParts, tenantId: string, form: OrganizationForm) {
  return told(
    parts,
    tenantId,
    form,
    await providerNamed(form.provider).validate(parts, tenantId, form, null),
  );
}

/** With new credentials, as if it were added now. null: there is no such organization. */
export async function dryRunChange(
  parts: OnboardingParts,
  tenantId: string,
  id: string,
  change: OrganizationChangeForm,
) {
  const { store, vault, roles } = parts;
  const known = await store.withTenant(tenantId, (tx) => readOrganizationToSync(tx, vault, id));
  if (!known) return null;
  const merged = changedForm(known, change);
  if (!merged.ok) {
    const findings = noFindings();
    noteFormat(findings, merged.errors);
    return told(parts, tenantId, null, validationOf(findings));
  }
  const { form } = merged;
  for (const { arn } of [known.credentials.organizationRole, form.organizationRole]) roles.forget(arn);
  const checked = await providerNamed(form.provider).validate(parts, tenantId, form, id);
  const found = checked.organization?.id;
  const isOther = checked.ok && found !== known.awsOrganizationId;
  const validation = isOther ? { ...checked, ok: false, errors: [otherOrganization(found)] } : checked;
  return told(parts, tenantId, form, validation);
}

/** What is learnt of credentials stays here. */
async function told(
  parts: OnboardingParts,
  tenantId: string,
  form: OrganizationForm | null,
  validation: Validation,
) {
  const { ok, checks, errors, preview } = validation;
  const outlook = form && (await outlookOfForm(parts, tenantId, form, validation));
  const { estimate = null, allowList = null } = outlook ?? {};
  return { ok, checks, errors, preview, estimate, allowList };
}

/** null where the organization could not be read. */
async function outlookOfForm(
  parts: OnboardingParts,
  tenantId: string,
  form: OrganizationForm,
  { preview, organization, caller }: Validation,
): Promise<Outlook | null> {
  if (!preview || !organization || caller === null) return null;
  const { organizationRole, memberRole } = credentialsOf(form);
  const role = parseRoleArn(organizationRole.arn);
  return outlookOf(parts, tenantId, {
    strategyIds: form.strategyIds ?? [],
    roles: ["organization-role", "member-role"],
    monitoring: {
      caller,
      roles: [
        organizationRole,
        { ...memberRole, arn: memberRole.arn.replace(/::\d{12}:/, "::<each account>:") },
      ],
    },
    calls: {
      partition: role?.partition ?? "aws",
      accounts: preview.harvested,
      regions: null,
      sessionSeconds: memberRole.durationSeconds,
      sync: {
        intervalMinutes: form.syncIntervalMinutes ?? defaultSyncMinutes,
        accounts: preview.accounts,
        units: preview.units,
        isManagementAccount: role?.accountId === organization.managementAccountId,
      },
    },
  });
}
