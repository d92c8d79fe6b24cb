// What stands in the way of deploying the member role by a StackSet, as far as the organization role can see it
// (E22): trusted access, and policies that deny regions. Warnings only: the roles may be there already.
import { type Findings, note } from "./checks.ts";
import { type OrganizationReader, pagesOf, type ReadFailure } from "./organization-reader.ts";
import { type ListedPolicy, readDocument } from "./read-policies.ts";
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
/** Each is a call; an organization has a handful of policies that deny regions. */
const mostRead = 20;

export async function checkRegionDeny(
  reader: OrganizationReader,
  policies: ListedPolicy[] | null,
  partition: string,
  findings: Findings,
): Promise<void> {
  if (policies === null)
    return note(findings, "region-deny", "skipped", "Policies cannot be read, so this is not known.");
  const own = policies.filter(({ awsManaged }) => !awsManaged);
  const region = deploymentRegions[partition] ?? "us-east-1";
  const denials: { policy: ListedPolicy; denial: RegionDenial }[] = [];
  const looked = own.slice(0, mostRead);
  const documents = await Promise.all(looked.map(({ id }) => readDocument(reader, id)));
  for (const [i, document] of documents.entries()) {
    if (!document.ok)
      return note(findings, "region-deny", "skipped", `Policies cannot be read: ${document.error.message}`);
    const policy = looked[i] as ListedPolicy;
    for (const denial of regionDenials(document.value)) denials.push({ policy, denial });
  }
  const unread = own.length > mostRead ? ` ${own.length - mostRead} more policies were not looked at.` : "";
  const texts = denials.map(({ policy, denial }) => denialText(policy, denial, region));
  if (texts.length === 0) return note(findings, "region-deny", "pass", `No policy denies a region.${unread}`);
  note(findings, "region-deny", "warning", `${texts.join(" ")}${unread}`);
}

function denialText({ name, id }: ListedPolicy, denial: RegionDenial, region: string): string {
  const where = denial.allowed
    ? `everywhere but in ${denial.allowed.join(", ")}`
    : `in ${denial.denied.join(", ")}`;
  const deploys = denial.denies("cloudformation:CreateStack", region)
    ? ` The StackSet cannot deploy in ${region} where it applies: choose ${denial.allowed?.[0] ?? "another region"}.`
    : "";
  const reads = denial.denies("iam:ListRoles", region) ? " It denies reading IAM, too." : "";
  const but = denial.isNarrowed ? " under further conditions, which may spare the role" : "";
  return `${name} (${id}) denies regional calls ${where}${but}; what lies there is shown as not readable.${deploys}${reads}`;
}
