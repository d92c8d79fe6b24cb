// Wrong texts of a body whose shape may be wrong as well, so that one answer names both. Fields of
// another type are left to the schema, and what is not given is not judged.
import type { FieldError } from "#model/problem.ts";
import { checkForm, type OrganizationForm } from "./form.ts";
import type { RoleForm } from "./form-role.ts";

type Body = Record<string, unknown>;

/** Stands for what cannot be read; right in itself. */
const unread = { name: "unread", arn: "arn:aws:iam::000000000000:role/unread" };

/** For a new organization and for a change of one, which has no provider and may leave out anything. */
export function formTexts(body: unknown): FieldError[] {
  const given = objectOf(body);
  const source = sourceOf(given);
  const form: OrganizationForm = {
    nickname: textOf(given.nickname) ?? unread.name,
    organizationRole: roleOf(given.organizationRole),
    memberRole: roleOf(given.memberRole),
    credentialSource: source ?? "user-key",
    externalId: textOf(given.externalId) ?? null,
    accessKeyId: textOf(given.accessKeyId) ?? null,
    secretAccessKey: textOf(given.secretAccessKey) ?? null,
    excludedNamePrefixes: textsOf(given.excludedNamePrefixes),
    includedOrganizationalUnits:
      given.includedOrganizationalUnits === null ? null : textsOf(given.includedOrganizationalUnits),
    badges: badgesOf(given.badges),
  };
  const hasBothArns = [given.organizationRole, given.memberRole].every(
    (role) => textOf(objectOf(role).arn) !== undefined,
  );
  return checkForm(form).filter(({ path, code }) => {
    if (code === "same-as-organization-role" || code === "other-partition") return hasBothArns;
    if (code === "invalid-access-key" || code === "invalid-secret-key")
      return textOf(given[path.slice(1)]) !== undefined;
    return true;
  });
}

/** undefined: a change keeps the source that is stored. */
function sourceOf(given: Body): "host" | "user-key" | undefined {
  if (given.credentialSource === "host" || given.credentialSource === "user-key")
    return given.credentialSource;
  return "provider" in given && given.credentialSource === undefined ? "host" : undefined;
}

function roleOf(value: unknown): RoleForm {
  const { arn, sessionName, durationSeconds } = objectOf(value);
  return {
    arn: textOf(arn) ?? unread.arn,
    sessionName: textOf(sessionName),
    durationSeconds: typeof durationSeconds === "number" ? durationSeconds : undefined,
  };
}

function objectOf(value: unknown): Body {
  return typeof value === "object" && value !== null ? (value as Body) : {};
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

function textsOf(value: unknown): string[] | undefined {
  return Array.isArray(value) && value.every((item) => typeof item === "string") ? value : undefined;
}

function badgesOf(value: unknown): { key: string; value: string }[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const badges = value.map((item) => ({ key: textOf(objectOf(item).key), value: "" }));
  return badges.every((badge): badge is { key: string; value: string } => badge.key !== undefined)
    ? badges
    : undefined;
}
