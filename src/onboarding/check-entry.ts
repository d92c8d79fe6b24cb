// Through which account the organization is read: the management account, or one that it delegated this to, so
// that nothing need be installed there. Says what is not the same there.
import { type Findings, note } from "./checks.ts";
import type { OrganizationReader } from "./organization-reader.ts";

/** Asked after the organization could be read: what AWS lets a mere member do is not enough for that. */
export function checkEntry(
  { accountId }: Pick<OrganizationReader, "accountId">,
  managementAccountId: string,
  findings: Findings,
): void {
  const detail =
    accountId === managementAccountId
      ? `The role stands in the management account ${accountId}.`
      : delegatedText(accountId, managementAccountId);
  note(findings, "entry-account", "pass", detail);
}

function delegatedText(accountId: string, managementAccountId: string): string {
  return (
    `The role stands in ${accountId}, to which the organization's reading is delegated: a delegated administrator, or named by the organization's resource policy. ` +
    `The same checks run there; nothing is called with credentials of the management account ${managementAccountId}, and only the member role is needed in it, if it is to be harvested. ` +
    "Less than there: the tagging API names no accounts here, so each account's tags are read by a call of its own; and service control policies apply to this role."
  );
}
