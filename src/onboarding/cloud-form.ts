// The form of one cloud, field by field. Pure: every wrong field is named at once. What AWS must be asked
// stands in validate-cloud.ts.
import type { CloudCredentials, CloudSource } from "#model/cloud-credentials.ts";
import type { FieldError } from "#model/problem.ts";
import { isSameRole } from "#model/role-arn.ts";
import { badgeErrors, keyErrors, roleSettings } from "./form.ts";
import { arnErrors, externalIdErrors, type RoleForm, sessionErrors } from "./form-role.ts";

export interface CloudAccessForm extends Omit<RoleForm, "arn"> {
  credentialSource?: CloudSource | undefined;
  roleArn?: string | null | undefined;
  /** Absent or null: the tenant's own. Empty: none is sent. */
  externalId?: string | null | undefined;
  accessKeyId?: string | null | undefined;
  secretAccessKey?: string | null | undefined;
}

export interface CloudForm extends CloudAccessForm {
  name: string;
  strategyIds?: string[] | undefined;
  badges?: { key: string; value: string }[] | undefined;
}

/** The form, or the access of a cloud whose name is stored. */
export type CloudAsked = Omit<CloudForm, "name"> & { name?: string | undefined };

export function cloudFormErrors(form: CloudAsked): FieldError[] {
  return [...nameErrors(form.name), ...accessErrors(form), ...badgeErrors(form.badges ?? [])];
}

export function nameErrors(name: string | undefined): FieldError[] {
  if (name === undefined) return [];
  const wrong = (code: string, detail: string) => [{ path: "/name", code, detail }];
  if (name.trim() === "") return wrong("required", "Give the cloud a name.");
  return name.length > 256 ? wrong("too-long", "Use at most 256 characters.") : [];
}

export function accessErrors(form: CloudAccessForm): FieldError[] {
  const source = form.credentialSource ?? "host";
  if (source === "access-key") return [...unusedErrors(form), ...keyErrors(form, source)];
  return [
    ...arnErrors("/roleArn", form.roleArn ?? "", "Skywarden-Harvest-Member-Role"),
    ...sessionErrors("", form, source),
    ...(form.externalId === "" ? [] : externalIdErrors("/externalId", form.externalId)),
    ...keyErrors(form, source),
  ];
}

/** Nothing is assumed with an access key. */
function unusedErrors(form: CloudAccessForm): FieldError[] {
  const detail = 'Leave it out: an access key acts by itself. To assume a role with it, choose "user-key".';
  return (["roleArn", "externalId", "sessionName", "durationSeconds"] as const).flatMap((name) =>
    form[name] === undefined || form[name] === null ? [] : [{ path: `/${name}`, code: "not-used", detail }],
  );
}

export interface KnownFacts {
  /** The role of this installation itself, if it is known. */
  platformArn: string | null;
  /** The tenant's: a form that gives one of them means the tenant's own, and follows its rotation. */
  tenantExternalIds: readonly string[];
}

/** Of a form without errors. */
export function cloudCredentials(form: CloudAccessForm, known: KnownFacts): CloudCredentials {
  const source = form.credentialSource ?? "host";
  const { roleArn, sessionName, durationSeconds } = form;
  const { platformArn } = known;
  const isOwnRole =
    source === "host" && !!roleArn && platformArn !== null && isSameRole(roleArn, platformArn);
  const given = form.externalId ?? null;
  const isTenants = given === null || known.tenantExternalIds.includes(given);
  return {
    source,
    role: roleArn ? roleSettings({ arn: roleArn, sessionName, durationSeconds }) : null,
    isOwnRole,
    externalId: isTenants ? null : given || null,
    usesTenantExternalId: isTenants && !isOwnRole && source !== "access-key",
    accessKeyId: form.accessKeyId ?? null,
    secretAccessKey: form.secretAccessKey ?? null,
  };
}

const credentialFields = [
  "credentialSource",
  "roleArn",
  "sessionName",
  "durationSeconds",
  "externalId",
  "accessKeyId",
  "secretAccessKey",
] as const;

export type ChangedAccess = { ok: true; form: CloudAccessForm | null } | { ok: false; errors: FieldError[] };

/** The credential block is complete or absent; inside it null keeps what is stored (S99, S100, E24). */
export function changedAccess(known: CloudCredentials, change: CloudAccessForm): ChangedAccess {
  if (credentialFields.every((field) => change[field] === undefined)) return { ok: true, form: null };
  const source = change.credentialSource ?? known.source;
  const needed = [
    ...(source === "access-key" ? [] : (["roleArn"] as const)),
    ...(source === "host" ? [] : (["accessKeyId", "secretAccessKey"] as const)),
  ];
  const missing = needed.filter((field) => change[field] === undefined);
  if (missing.length > 0)
    return {
      ok: false,
      errors: missing.map((field) => ({
        path: `/${field}`,
        code: "incomplete-credentials",
        detail: "Give the whole credential block, or leave all of it out to keep what is stored.",
      })),
    };
  const { sessionName, durationSeconds } = change;
  return {
    ok: true,
    form: {
      credentialSource: source,
      ...(source === "access-key"
        ? { roleArn: change.roleArn, externalId: change.externalId, sessionName, durationSeconds }
        : {
            roleArn: change.roleArn ?? known.role?.arn,
            sessionName: sessionName ?? known.role?.sessionName,
            durationSeconds: durationSeconds ?? known.role?.durationSeconds,
            externalId: change.externalId === null ? formExternalId(known) : change.externalId,
          }),
      accessKeyId: source === "host" ? change.accessKeyId : (change.accessKeyId ?? known.accessKeyId),
      secretAccessKey:
        source === "host" ? change.secretAccessKey : (change.secretAccessKey ?? known.secretAccessKey),
    },
  };
}

/** What stands in a form for the external id that is stored. */
export function formExternalId({ externalId, usesTenantExternalId }: CloudCredentials): string | undefined {
  return usesTenantExternalId ? undefined : (externalId ?? "");
}
