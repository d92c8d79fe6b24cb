// Connecting one account by a role (S16–S27), without an organization.
import { callerIdentity } from "#aws/caller-identity.ts";
import { partitionNamed } from "#aws/partitions.ts";
import type { FieldError } from "#model/problem.ts";
import { cloudId } from "#model/resource.ts";
import { createSingleCloud } from "#store/single-clouds.ts";
import { roleSettings } from "./form.ts";
import { arnErrors, externalIdErrors, parseRoleArn, type RoleForm, sessionErrors } from "./form-role.ts";
import { type OnboardingParts, type Outcome, refusedForm } from "./onboarding-parts.ts";

export interface CloudForm extends Omit<RoleForm, "arn"> {
  name: string;
  roleArn: string;
  externalId?: string | null | undefined;
}

/** Returns the cloud's id. The role is tried before anything is stored. */
export async function connectCloud(
  parts: OnboardingParts,
  tenantId: string,
  form: CloudForm,
): Promise<Outcome<string>> {
  const errors = cloudFormErrors(form);
  const parsed = parseRoleArn(form.roleArn);
  if (errors.length > 0 || !parsed) return refusedForm(errors);
  const role = roleSettings({ ...form, arn: form.roleArn });
  const externalId = form.externalId ?? null;
  const account = await tryRole(parts, form, parsed.partition);
  if (!account.ok) return account;
  const id = cloudId(tenantId, "aws", account.value);
  const created = await parts.store.withTenant(tenantId, async (tx) =>
    createSingleCloud(tx, {
      id,
      accountId: account.value,
      partition: parsed.partition,
      name: form.name.trim(),
      credentials: await parts.vault.seal(tx, { role, externalId }, `cloud/${id}`),
    }),
  );
  if (created) return { ok: true, value: id };
  return {
    ok: false,
    code: "cloud-already-connected",
    detail: "This AWS account is already connected to this installation.",
  };
}

function cloudFormErrors(form: CloudForm): FieldError[] {
  const { name } = form;
  const wrongName = (code: string, detail: string) => [{ path: "/name", code, detail }];
  return [
    ...(name.trim() === "" ? wrongName("required", "Give the cloud a name.") : []),
    ...(name.length > 256 ? wrongName("too-long", "Use at most 256 characters.") : []),
    ...arnErrors("/roleArn", form.roleArn),
    ...sessionErrors("", form, "host"),
    ...externalIdErrors("/externalId", form.externalId),
  ];
}

/** The account id of the role's session, by sts:GetCallerIdentity (E26). */
async function tryRole(
  { call, roles, platform }: OnboardingParts,
  form: CloudForm,
  partition: string,
): Promise<Outcome<string>> {
  const region = partitionNamed(partition)?.globalRegion ?? "us-east-1";
  const { arn: roleArn, sessionName, durationSeconds } = roleSettings({ ...form, arn: form.roleArn });
  const wrong = (detail: string) => refusedForm([{ path: "/roleArn", code: "assume-role-failed", detail }]);
  roles.forget(roleArn);
  const externalId = form.externalId ?? null;
  const held = await roles.assume({
    source: platform,
    roleArn,
    externalId,
    sessionName,
    durationSeconds,
    region,
  });
  if (!held.ok)
    return wrong(`The role cannot be assumed: ${held.error.message} Check its trust and its external id.`);
  const caller = await callerIdentity(call, held.credentials, region);
  if (!caller.ok) return wrong(`The role works, but sts:GetCallerIdentity failed: ${caller.error.message}`);
  return { ok: true, value: caller.identity.accountId };
}
