// What onboarding does differently for an AWS Organization than it would for another provider's tree of accounts.
import { checkForm } from "../form.ts";
import { formTexts } from "../form-texts.ts";
import { syncOrganization } from "../sync.ts";
import { syncPart } from "../sync-part.ts";
import { validateOrganization } from "../validate-organization.ts";

export const aws = {
  /** Wrong fields, by themselves. */
  checkForm,
  /** The same of a body whose shape may be wrong as well. */
  formTexts,
  /** The dry run: every check against the provider. */
  validate: validateOrganization,
  sync: syncOrganization,
  syncPart,
};
