// Wrong texts of one cloud's body whose shape may be wrong as well, so that one answer names both; form-texts.ts does
// it for an organization.
import { cloudSources } from "#model/cloud-credentials.ts";
import type { FieldError } from "#model/problem.ts";
import { cloudFormErrors } from "./cloud-form.ts";
import { badgesOf, isJudged, numberOf, objectOf, sourceOf, textOf } from "./form-body.ts";

const dependent = new Set(["/roleArn", "/accessKeyId", "/secretAccessKey"]);

/** For a new cloud and for a change of one, which has no provider and may leave out anything. */
export function cloudFormTexts(body: unknown): FieldError[] {
  const given = objectOf(body);
  const source = sourceOf(given, cloudSources);
  const errors = cloudFormErrors({
    name: textOf(given.name),
    credentialSource: source ?? "user-key",
    roleArn: textOf(given.roleArn),
    sessionName: textOf(given.sessionName),
    durationSeconds: numberOf(given.durationSeconds),
    externalId: textOf(given.externalId),
    accessKeyId: textOf(given.accessKeyId),
    secretAccessKey: textOf(given.secretAccessKey),
    badges: badgesOf(given.badges),
  });
  return errors.filter(({ path }) => !dependent.has(path) || isJudged(given, path, source));
}
