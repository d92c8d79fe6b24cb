// What stands in the way of deploying the member role by a StackSet, as far as the organization role can see it
// (E22): trusted access, and policies that deny regions. Warnings only: the roles may be there already.
import type { ListedAccount } from "#model/organization.ts";
import { type Findings, note, sentence } from "./checks.ts";
import {
  gather,
  type OrganizationReader,
  pagesOf,
  type ReadFailure,
  type Reading,
} from "./organization-reader.ts";
import { type ListedPolicy, readDocument, targetPages } from "./read-policies.ts";
import { type RegionDenial, regionDenials } from "./region-denial.ts";

const stackSets = "member.org.stacksets.cloudformation.amazonaws.com";

export async function checkTrustedAccess(reader: OrganizationReader, findings: Findings): Promise<void> {
  type Output = { EnabledServicePrincipals?: { ServicePrincipal?: string }[]; NextToken?: string };
  for await (const page of pagesOf<Output>(reader, "ListAWSServiceAccessForOrganization", {})) {
    if (!page.ok) return note(findings, "stack-sets", "skipped", unasked(page));
    if (page.value.EnabledServicePrincipals?.some(({ ServicePrincipal }) => ServicePrincipal === stackSets))
      return note(findings, "stack-sets", "pass", "Trusted access for StackSets is on.");
  }
  note(
    findings,
    "stack-sets",
    "warning",
    "Trusted access for StackSets is off, so a service-managed StackSet cannot deploy the member role. Turn it on in the management account (CloudFormation › StackSets › Enable trusted access, or: aws cloudformation activate-organizations-access), or create the role in another way.",
  );
}

const unasked = ({ operation, error }: ReadFailure) =>
  `${operation} could not be asked (${error.message}); whether trusted access for StackSets is on is not known.`;

/** Where the templates deploy unless told otherwise. */
const deploymentRegions: Record<string, string> = {
  aws: "us-east-1",
  "aws-us-gov": "us-gov-west-1",
  "aws-cn": "cn-north-1",
};
/** Each is a call, and one more where it denies regions. */
const mostRead = 200;
const readAtOnce = 10;

interface FoundDenial {
  policy: ListedPolicy;
  denial: RegionDenial;
  /** Ids of the accounts that it is attached to or above of; null: where it is attached could not be read. */
  accounts: string[] | null;
}

/** `accounts`: all of the organization. Service control policies do not reach the management account (E15). */
export async function checkRegionDeny(
  reader: OrganizationReader,
  policies: ListedPolicy[] | null,
  { partition, accounts }: { partition: string; accounts: Pick<ListedAccount, "id" | "unitIds">[] },
  findings: Findings,
): Promise<void> {
  if (policies === null)
    return note(findings, "region-deny", "skipped", "Policies cannot be read, so this is not known.");
  const own = policies.filter(({ awsManaged }) => !awsManaged);
  const found: FoundDenial[] = [];
  for (let at = 0; at < Math.min(own.length, mostRead); at += readAtOnce) {
    const batch = own.slice(at, Math.min(at + readAtOnce, mostRead));
    const read = await Promise.all(batch.map((policy) => denialsOf(reader, policy, accounts)));
    for (const reading of read) {
      if (!reading.ok)
        return note(
          findings,
          "region-deny",
          "skipped",
          `Policies cannot be read: ${sentence(reading.error.message)}`,
        );
      found.push(...reading.value);
    }
  }
  const unread = own.length > mostRead ? ` ${own.length - mostRead} more policies were not looked at.` : "";
  const region = deploymentRegions[partition] ?? "us-east-1";
  const texts = found.map((one) => denialText(one, region, accounts.length));
  if (texts.length === 0)
    return note(findings, "region-deny", "pass", `No policy in force denies a region.${unread}`);
  note(findings, "region-deny", "warning", `${texts.join(" ")}${unread}`);
}

/** None of a policy that is attached to nothing. */
async function denialsOf(
  reader: OrganizationReader,
  policy: ListedPolicy,
  accounts: Pick<ListedAccount, "id" | "unitIds">[],
): Promise<Reading<FoundDenial[]>> {
  const document = await readDocument(reader, policy.id);
  if (!document.ok) return document;
  const denials = regionDenials(document.value);
  if (denials.length === 0) return { ok: true, value: [] };
  const targets = await gather(targetPages(reader, policy.id), ({ Targets = [] }) =>
    Targets.map(({ TargetId }) => TargetId ?? ""),
  );
  const under = new Set(targets.ok ? targets.value : []);
  const hit = accounts.filter(({ id, unitIds }) => under.has(id) || unitIds.some((unit) => under.has(unit)));
  if (targets.ok && hit.length === 0) return { ok: true, value: [] };
  const ids = targets.ok ? hit.map(({ id }) => id) : null;
  return { ok: true, value: denials.map((denial) => ({ policy, denial, accounts: ids })) };
}

function denialText(
  { policy: { name, id }, denial, accounts }: FoundDenial,
  region: string,
  all: number,
): string {
  const whom =
    accounts === null
      ? "; which accounts it is in force for could not be read"
      : ` for ${accounts.length} of ${all} accounts`;
  const where = denial.allowed
    ? `everywhere but in ${denial.allowed.join(", ")}`
    : `in ${denial.denied.join(", ")}`;
  const deploys = denial.denies("cloudformation:CreateStack", region)
    ? ` The StackSet cannot deploy in ${region} where it applies: choose ${denial.allowed?.[0] ?? "another region"}.`
    : "";
  const reads = denial.denies("iam:ListRoles", region) ? " It denies reading IAM, too." : "";
  const but = denial.isNarrowed ? " under further conditions, which may spare the role" : "";
  return `${name} (${id}) denies regional calls ${where}${whom}${but}; what lies there is shown as not readable.${deploys}${reads}`;
}
