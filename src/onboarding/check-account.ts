// What of an account can be read with the credentials that a form names, before anything is stored: its enabled
// regions, without which nothing is harvested.
import { readRegions } from "#aws/regions.ts";
import type { AwsCaller, AwsCredentials } from "#model/aws-call.ts";
import type { CloudCredentials } from "#model/cloud-credentials.ts";
import { type Findings, note, sentence } from "./checks.ts";

/** null: they cannot be read; that is a warning, for permissions can follow. */
export async function checkAccountRead(
  call: AwsCaller,
  held: { accountId: string; credentials: AwsCredentials; region: string },
  access: Pick<CloudCredentials, "role" | "isOwnRole">,
  findings: Findings,
): Promise<string[] | null> {
  const answer = await readRegions(call, held);
  if (answer.ok) {
    const { enabled } = answer.regions;
    note(findings, "account-read", "pass", `${enabled.length} regions are enabled.`);
    return enabled;
  }
  const said = answer.errors.map(({ message }) => sentence(message)).join(" ");
  const isDenied = answer.errors.some(({ reason }) => reason === "denied");
  note(
    findings,
    "account-read",
    "warning",
    isDenied
      ? `Neither account:ListRegions nor ec2:DescribeRegions is allowed, so nothing can be harvested yet. ${remedyOf(access)} AWS says: ${said}`
      : `AWS did not say which regions are enabled; they are asked for again before the first harvest. AWS says: ${said}`,
  );
  return null;
}

function remedyOf({ role, isOwnRole }: Pick<CloudCredentials, "role" | "isOwnRole">): string {
  if (role === null) return "Attach the policies of the member-role template to the user of the key.";
  return isOwnRole
    ? "Attach the policies of the member-role template to the installation's own role, or make a member role in this account and give its ARN instead."
    : "Update the role's stack from the member-role template, or attach the template's policies to the role.";
}
