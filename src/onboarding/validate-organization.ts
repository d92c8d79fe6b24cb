// What the dry run of an organization's form works with: whose credentials, and what this installation knows already.
import { accountsInUse, accountsOfOthers, cloudsToReplace } from "#store/clouds-to-replace.ts";
import { isConnected } from "#store/organizations.ts";
import { unknownStrategyIds } from "#store/strategies.ts";
import type { Validation } from "./checks.ts";
import { asList, readExternalIds } from "./external-id.ts";
import type { OrganizationForm } from "./form.ts";
import { identityOf, sourceOf } from "./form-identity.ts";
import { parseRoleArn } from "./form-role.ts";
import type { OnboardingParts } from "./onboarding-parts.ts";
import { type ValidationParts, validateForm } from "./validate.ts";

/** `exceptId`: the organization whose change this is, which does not stand in its own way. */
export async function validateOrganization(
  parts: OnboardingParts,
  tenantId: string,
  form: OrganizationForm,
  exceptId: string | null,
): Promise<Validation> {
  const { call, roles, store } = parts;
  const partition = parseRoleArn(form.organizationRole.arn)?.partition ?? "aws";
  const externalIds = await tenantExternalIds(parts, tenantId);
  return validateForm(
    {
      call,
      roles,
      source: sourceOf(parts, form, partition),
      identity: () => identityOf(parts, form, partition),
      externalIds,
      isConnected: (awsId) => isConnected(store, awsId, exceptId),
      isChange: exceptId !== null,
      unknownStrategies: unknownStrategies(parts, tenantId),
      known: {
        replaced: (accountIds) =>
          store.withTenant(tenantId, (tx) => cloudsToReplace(tx, accountIds, exceptId)),
        inUse: (accountIds) => store.withTenant(tenantId, (tx) => accountsInUse(tx, accountIds, exceptId)),
        ofOthers: (accountIds) => accountsOfOthers(store, tenantId, accountIds),
      },
    },
    form,
  );
}

export function tenantExternalIds({ store, vault }: OnboardingParts, tenantId: string): Promise<string[]> {
  return store.withTenant(tenantId, async (tx) => asList(await readExternalIds(vault, tx, null)));
}

export function unknownStrategies(
  parts: OnboardingParts,
  tenantId: string,
): ValidationParts["unknownStrategies"] {
  return (ids) => parts.store.withTenant(tenantId, (tx) => unknownStrategyIds(tx, ids));
}
