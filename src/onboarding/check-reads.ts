// The real read calls of the dry run (E18): what they answer decides, whatever the simulator says.
import type { ListedAccount, ListedUnit, OrganizationSummary } from "#model/organization.ts";
import type { FieldError } from "#model/problem.ts";
import { type Findings, note, refuse, sentence } from "./checks.ts";
import type { OrganizationReader, ReadFailure, Reading } from "./organization-reader.ts";
import { readAccounts } from "./read-accounts.ts";
import { type ListedPolicy, listPolicies, readDocument, targetPages } from "./read-policies.ts";
import { accountTagPages, readTagsOf } from "./read-tags.ts";
import { parentsOf, readRoot, readUnits } from "./read-tree.ts";

export interface OrganizationTree {
  root: ListedUnit;
  units: ListedUnit[];
  accounts: ListedAccount[];
}

export const organizationRolePath = "/organizationRole/arn";

interface Attempts {
  /** Actions that worked. */
  read: Set<string>;
  failures: ReadFailure[];
}

export interface CheckedReads {
  /** null: the core cannot be read. */
  tree: OrganizationTree | null;
  /** Every action that worked, also if the core cannot be read. */
  read: Set<string>;
  /** SCPs; null: they cannot be listed. */
  policies: ListedPolicy[] | null;
}

export async function checkReads(
  reader: OrganizationReader,
  summary: OrganizationSummary,
  findings: Findings,
): Promise<CheckedReads> {
  const attempts: Attempts = { read: new Set(["organizations:DescribeOrganization"]), failures: [] };
  const tree = await readTree(reader, attempts);
  await tryTags(reader, summary, attempts);
  const { read, failures } = attempts;
  const [first] = failures;
  if (first || !tree) {
    if (first) refuse(findings, "organization-read", readError(reader, summary, failures));
    return { tree: null, read, policies: null };
  }
  const { problem, policies } = await tryPolicies(reader, attempts);
  note(
    findings,
    "organization-read",
    problem ? "warning" : "pass",
    problem
      ? `Policies cannot be read (${problem.error.message}); Skywarden will not be able to name the SCP behind a denial.`
      : `${tree.accounts.length} accounts in ${tree.units.length} organizational units were read.`,
  );
  return { tree, read, policies };
}

function keep<T>({ read, failures }: Attempts, action: string, reading: Reading<T>): T | null {
  if (reading.ok) read.add(action);
  else failures.push(reading);
  return reading.ok ? reading.value : null;
}

async function readTree(reader: OrganizationReader, attempts: Attempts): Promise<OrganizationTree | null> {
  const root = keep(attempts, "organizations:ListRoots", await readRoot(reader));
  if (!root) return null;
  const units = keep(
    attempts,
    "organizations:ListOrganizationalUnitsForParent",
    await readUnits(reader, root.id),
  );
  if (!units) return null;
  const accounts = new Map<string, ListedAccount>();
  const parents = async () => ({ ok: true as const, value: parentsOf(root, units) });
  for await (const page of readAccounts(reader, parents)) {
    if (!page.ok) {
      attempts.failures.push(page);
      return null;
    }
    attempts.read.add(page.operation);
    for (const account of page.value) accounts.set(account.id, account);
  }
  return { root, units, accounts: [...accounts.values()] };
}

async function tryTags(
  reader: OrganizationReader,
  { managementAccountId }: OrganizationSummary,
  attempts: Attempts,
): Promise<void> {
  // Elsewhere the tagging API names no accounts, whatever it answers.
  const isManagement = reader.accountId === managementAccountId;
  const { value: bulk } = isManagement ? await accountTagPages(reader).next() : {};
  if (bulk?.ok) attempts.read.add("tag:GetResources");
  else keep(attempts, "organizations:ListTagsForResource", await readTagsOf(reader, managementAccountId));
}

/** One call of each kind; the sync reads all of them. */
async function tryPolicies(
  reader: OrganizationReader,
  { read }: Attempts,
): Promise<{ problem: ReadFailure | null; policies: ListedPolicy[] | null }> {
  const list = await listPolicies(reader, "SERVICE_CONTROL_POLICY");
  if (!list.ok) return { problem: list, policies: null };
  read.add("organizations:ListPolicies");
  const policies = list.value;
  const [policy] = policies;
  if (!policy) return { problem: null, policies };
  const document = await readDocument(reader, policy.id);
  if (document.ok) read.add("organizations:DescribePolicy");
  const { value: targets } = await targetPages(reader, policy.id).next();
  if (targets?.ok) read.add("organizations:ListTargetsForPolicy");
  const problem = [document, targets].find((reading): reading is ReadFailure => reading?.ok === false);
  return { problem: problem ?? null, policies };
}

function readError(
  reader: OrganizationReader,
  { managementAccountId }: OrganizationSummary,
  failures: ReadFailure[],
): FieldError {
  const detail = failures.map((failure) => failureText(failure)).join(" ");
  const isDenied = failures.some(({ error }) => error.reason === "denied");
  // AWS denies the same way what the role may not do and what the account may not do.
  const isElsewhere = isDenied && reader.accountId !== managementAccountId;
  return {
    path: organizationRolePath,
    code: isDenied ? "missing-permission" : "read-failed",
    detail: isElsewhere
      ? `${detail} The role stands in ${reader.accountId}; it belongs into the management account ${managementAccountId} or a delegated administrator's: register ${reader.accountId} as one (aws organizations register-delegated-administrator), or name the role in the organization's resource policy.`
      : detail,
  };
}

export function failureText({ operation, error }: ReadFailure): string {
  if (error.code === "AWSOrganizationsNotInUseException")
    return "The role's account is in no AWS Organization. Give the role of a management account.";
  if (error.reason !== "denied")
    return `${operation} failed: ${sentence(error.message)} Try again; if it stays, see AWS's service health.`;
  const by = error.deniedBy?.policyArn;
  return by
    ? `The role may not call ${operation}: ${by} denies it. Make an exception for the role there.`
    : `The role may not call ${operation}. Update its stack from the organization-role template.`;
}
