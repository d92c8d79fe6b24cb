// Wrong texts of a body whose shape may be wrong as well, so that one answer names both. Fields of
// another type are left to the schema, and what is not given is not judged.
import type { FieldError } from "#model/problem.ts";
import { checkForm, type OrganizationForm } from "./form.ts";
import { badgesOf, isJudged, numberOf, objectOf, sourceOf, textOf, textsOf } from "./form-body.ts";
import type { RoleForm } from "./form-role.ts";

/** Stands for what cannot be read; right in itself. */
const unread = { name: "unread", arn: "arn:aws:iam::000000000000:role/unread" };

/** For a new organization and for a change of one, which has no provider and may leave out anything. */
export function formTexts(body: unknown): FieldError[] {
  const given = objectOf(body);
  const source = sourceOf(given, ["host", "user-key"]);
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
    return isKeyError(code) ? isJudged(given, path, source) : true;
  });
}

const isKeyError = (code: string) => code === "invalid-access-key" || code === "invalid-secret-key";

function roleOf(value: unknown): RoleForm {
  const { arn, sessionName, durationSeconds } = objectOf(value);
  return {
    arn: textOf(arn) ?? unread.arn,
    sessionName: textOf(sessionName),
    durationSeconds: numberOf(durationSeconds),
  };
}
