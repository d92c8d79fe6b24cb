// The dry run of the organization form: every check with its evidence, the preview, and the wrong
// fields. Asks AWS with the credentials the form names; stores nothing. Submitting runs the same.
import type { CredentialSource, RoleCache } from "#aws/assume.ts";
import { partitionNamed } from "#aws/partitions.ts";
import type { AwsCaller, AwsError } from "#model/aws-call.ts";
import {
  type ListedAccount,
  type ListedUnit,
  type OrganizationSummary,
  placeAccount,
} from "#model/organization.ts";
import type { FieldError } from "#model/problem.ts";
import { checkForm, credentialsOf, filtersOf, type OrganizationForm, parseRoleArn } from "./form.ts";
import { coreActions, diagnosisActions, organizationRoleActions } from "./organization-actions.ts";
import {
  listAccounts,
  listAccountsByParent,
  type OrganizationReader,
  type Reading,
  readAccountTags,
  readPolicies,
  readRoot,
  readSummary,
  readTagsOf,
  readUnits,
  simulateActions,
} from "./organization-reader.ts";

export type CheckName =
  | "format"
  | "platform-identity"
  | "organization-unique"
  | "assume-organization-role"
  | "organization-read"
  | "simulate"
  | "organizational-units";

export interface Check {
  name: CheckName;
  outcome: "pass" | "warning" | "fail" | "skipped";
  detail: string;
}

export interface Validation {
  ok: boolean;
  checks: Check[];
  errors: FieldError[];
  preview: {
    accounts: number;
    included: number;
    excluded: { accountId: string; name: string; reason: string }[];
    credentialsReplaced: string[];
  } | null;
  /** What was learnt, for the submit that follows. */
  organization: OrganizationSummary | null;
}

export interface ValidationParts {
  call: AwsCaller;
  roles: RoleCache;
  /** The credentials the form asks for: the platform's own, or the given key. */
  source: CredentialSource;
  /** ARN of that identity, for the messages; null if there are no credentials. */
  identity: { ok: true; arn: string } | { ok: false; error: AwsError };
  externalId: string;
  /** Whether any tenant has this organization already (E11). */
  isConnected: (awsOrganizationId: string) => Promise<boolean>;
  /** Ids of clouds of this tenant among the accounts, whose credentials would be replaced. */
  existingClouds: (accountIds: string[]) => Promise<string[]>;
  signal?: AbortSignal;
}

const names: CheckName[] = [
  "format",
  "platform-identity",
  "assume-organization-role",
  "organization-unique",
  "organization-read",
  "simulate",
  "organizational-units",
];

class Findings {
  readonly checks: Check[] = [];
  readonly errors: FieldError[] = [];
  note(name: CheckName, outcome: Check["outcome"], detail: string): void {
    this.checks.push({ name, outcome, detail });
  }
  wrong(name: CheckName, path: string, code: string, detail: string): void {
    this.note(name, "fail", detail);
    this.errors.push({ path, code, detail });
  }
  result(preview: Validation["preview"], organization: OrganizationSummary | null): Validation {
    for (const name of names)
      if (!this.checks.some((check) => check.name === name))
        this.note(name, "skipped", "Not asked, because an earlier check failed.");
    const checks = names.flatMap((name) => this.checks.filter((check) => check.name === name));
    return { ok: this.errors.length === 0, checks, errors: this.errors, preview, organization };
  }
}

const rolePath = "/organizationRole/arn";

export async function validateForm(parts: ValidationParts, form: OrganizationForm): Promise<Validation> {
  const findings = new Findings();
  const wrong = checkForm(form);
  const parsed = parseRoleArn(form.organizationRole.arn);
  if (wrong.length > 0 || !parsed) {
    findings.note(
      "format",
      "fail",
      wrong.length === 1 ? "One field is wrong." : `${wrong.length} fields are wrong.`,
    );
    findings.errors.push(...wrong);
    return findings.result(null, null);
  }
  findings.note("format", "pass", "Every field has the right form.");
  if (!parts.identity.ok) {
    findings.wrong(
      "platform-identity",
      "/credentialSource",
      "no-platform-identity",
      `This installation has no AWS credentials of its own (${parts.identity.error.message}). Attach a role to its host, or give a user's access key.`,
    );
    return findings.result(null, null);
  }
  findings.note("platform-identity", "pass", `Calls are made as ${parts.identity.arn}.`);
  const reader = await assume(parts, form, parsed.partition, parsed.accountId, findings);
  if (!reader) return findings.result(null, null);
  return readAndJudge(parts, form, reader, findings);
}

async function assume(
  parts: ValidationParts,
  form: OrganizationForm,
  partition: string,
  accountId: string,
  findings: Findings,
): Promise<OrganizationReader | null> {
  const { organizationRole } = credentialsOf(form);
  const region = partitionNamed(partition)?.globalRegion ?? "us-east-1";
  const role = {
    source: parts.source,
    roleArn: organizationRole.arn,
    externalId: form.externalId ?? parts.externalId,
    sessionName: organizationRole.sessionName,
    durationSeconds: organizationRole.durationSeconds,
    region,
  };
  parts.roles.forget(role.roleArn);
  const held = await parts.roles.assume(role, parts.signal);
  if (!held.ok) {
    findings.wrong(
      "assume-organization-role",
      rolePath,
      "assume-role-failed",
      `The role cannot be assumed: ${held.error.message} Check that the stack was created in this account, that it trusts ${parts.identity.ok ? parts.identity.arn : "the platform"}, and that its external id is the one shown here.`,
    );
    return null;
  }
  findings.note("assume-organization-role", "pass", `${organizationRole.arn} was assumed.`);
  return {
    call: parts.call,
    credentials: () => parts.roles.assume(role, parts.signal),
    region,
    accountId,
    calls: 0,
    signal: parts.signal,
  };
}

interface Tree {
  organization: OrganizationSummary;
  root: ListedUnit;
  units: ListedUnit[];
  accounts: ListedAccount[];
}

async function readAndJudge(
  parts: ValidationParts,
  form: OrganizationForm,
  reader: OrganizationReader,
  findings: Findings,
): Promise<Validation> {
  const summary = await readSummary(reader);
  if (!summary.ok) {
    findings.wrong("organization-read", rolePath, "missing-permission", missing(summary));
    return findings.result(null, null);
  }
  if (await parts.isConnected(summary.value.id)) {
    findings.wrong(
      "organization-unique",
      rolePath,
      "organization-already-connected",
      "This AWS Organization is already connected to this installation.",
    );
    return findings.result(null, summary.value);
  }
  findings.note("organization-unique", "pass", `${summary.value.id} is not connected yet.`);
  const read = new Set<string>(["organizations:DescribeOrganization"]);
  const tree = await readTree(reader, summary.value, read, findings);
  await simulate(reader, form.organizationRole.arn, read, findings);
  if (!tree) return findings.result(null, summary.value);
  checkUnits(form, tree, findings);
  return findings.result(await preview(parts, form, tree), summary.value);
}

/** The real read calls (E18). Adds every action that worked to `read`. */
async function readTree(
  reader: OrganizationReader,
  summary: OrganizationSummary,
  read: Set<string>,
  findings: Findings,
): Promise<Tree | null> {
  const failures: Reading<unknown>[] = [];
  const keep = <T>(action: string, reading: Reading<T>): T | null => {
    if (reading.ok) read.add(action);
    else failures.push(reading);
    return reading.ok ? reading.value : null;
  };
  const root = keep("organizations:ListRoots", await readRoot(reader));
  const units =
    root && keep("organizations:ListOrganizationalUnitsForParent", await readUnits(reader, root.id));
  const accounts = root && units && (await readAllAccounts(reader, root, units, keep));
  const tags = await readAccountTags(reader);
  if (tags.ok) read.add("tag:GetResources");
  else keep("organizations:ListTagsForResource", await readTagsOf(reader, summary.managementAccountId));
  const policies = await readPolicies(reader, "SERVICE_CONTROL_POLICY");
  const failed = failures.find((reading) => !reading.ok);
  if (failed && !failed.ok) {
    findings.wrong("organization-read", rolePath, "missing-permission", missing(failed));
    return null;
  }
  if (!root || !units || !accounts) return null;
  const warning = policies.ok
    ? null
    : `Policies cannot be read (${policies.error.message}); Skywarden will not be able to name the SCP behind a denial.`;
  findings.note(
    "organization-read",
    warning ? "warning" : "pass",
    warning ?? `${accounts.length} accounts in ${units.length} organizational units were read.`,
  );
  return { organization: summary, root, units, accounts };
}

async function readAllAccounts(
  reader: OrganizationReader,
  root: ListedUnit,
  units: ListedUnit[],
  keep: <T>(action: string, reading: Reading<T>) => T | null,
): Promise<ListedAccount[] | null> {
  const direct = await gather(listAccounts(reader));
  if (direct.ok && direct.value.every((account) => account.unitIds.length > 0))
    return keep("organizations:ListAccounts", direct);
  return keep(
    "organizations:ListAccountsForParent",
    await gather(listAccountsByParent(reader, unitPaths(root, units))),
  );
}

/** Every parent of accounts with the ids that lead to it. `units` has parents before children. */
export function unitPaths(root: ListedUnit, units: ListedUnit[]): { id: string; unitIds: string[] }[] {
  const paths = new Map([[root.id, [root.id]]]);
  for (const unit of units) paths.set(unit.id, [...(paths.get(unit.parentId ?? root.id) ?? []), unit.id]);
  return [...paths].map(([id, unitIds]) => ({ id, unitIds }));
}

async function gather(pages: AsyncGenerator<Reading<ListedAccount[]>>): Promise<Reading<ListedAccount[]>> {
  const all: ListedAccount[] = [];
  for await (const page of pages) {
    if (!page.ok) return page;
    all.push(...page.value);
  }
  return { ok: true, value: all };
}

function missing(reading: { operation: string; error: AwsError }): string {
  const { operation, error } = reading;
  if (error.reason !== "denied")
    return `${operation} failed: ${error.message} Try again; if it stays, see AWS's service health.`;
  const by = error.deniedBy?.policyArn ? ` It is denied by ${error.deniedBy.policyArn}.` : "";
  return `The role may not call ${operation}.${by} Update its stack from the organization-role template.`;
}

/** AWS's simulator over all actions of the role's policy; a real success overrides a simulated denial. */
async function simulate(
  reader: OrganizationReader,
  roleArn: string,
  read: Set<string>,
  findings: Findings,
): Promise<void> {
  const decisions = await simulateActions(reader, roleArn, organizationRoleActions);
  if (!decisions.ok) {
    findings.note(
      "simulate",
      "warning",
      `AWS's policy simulator could not be asked: ${decisions.error.message} The real calls above decide.`,
    );
    return;
  }
  const works = (action: string) => read.has(action) || decisions.value.get(action) === "allowed";
  const lost = coreActions.filter((core) => !core.actions.some(works));
  if (lost.length > 0) {
    const actions = lost.map((core) => core.actions[0]).join(", ");
    findings.wrong(
      "simulate",
      rolePath,
      "missing-permission",
      `The role may not call ${actions}. Update its stack from the organization-role template.`,
    );
    return;
  }
  const reduced = diagnosisActions.filter(({ action }) => !works(action));
  const contradicted = [...read].filter(
    (action) => decisions.value.has(action) && decisions.value.get(action) !== "allowed",
  );
  const notes = [
    ...reduced.map(({ action, serves }) => `${action} is denied: no ${serves}.`),
    ...(contradicted.length > 0
      ? [`The simulator denies ${contradicted.join(", ")}, but the real calls worked; the calls count.`]
      : []),
  ];
  if (notes.length > 0) findings.note("simulate", "warning", notes.join(" "));
  else
    findings.note(
      "simulate",
      "pass",
      `AWS's policy simulator allows all ${organizationRoleActions.length} actions.`,
    );
}

function checkUnits(form: OrganizationForm, tree: Tree, findings: Findings): void {
  const wanted = form.includedOrganizationalUnits ?? [];
  if (wanted.length === 0) {
    findings.note("organizational-units", "pass", "The whole organization is imported.");
    return;
  }
  const known = new Set([tree.root.id, ...tree.units.map((unit) => unit.id)]);
  const unknown = wanted.map((id, i) => ({ id, i })).filter(({ id }) => !known.has(id));
  if (unknown.length === 0) {
    findings.note("organizational-units", "pass", `${wanted.length} organizational units were found.`);
    return;
  }
  findings.note(
    "organizational-units",
    "fail",
    `${unknown.map(({ id }) => id).join(", ")} is not in this organization.`,
  );
  for (const { id, i } of unknown)
    findings.errors.push({
      path: `/includedOrganizationalUnits/${i}`,
      code: "unknown-unit",
      detail: `${id} is not in this organization. Copy the id from AWS Organizations.`,
    });
}

async function preview(
  parts: ValidationParts,
  form: OrganizationForm,
  tree: Tree,
): Promise<Validation["preview"]> {
  const filters = filtersOf(form);
  const placed = tree.accounts.map((account) => ({ account, placement: placeAccount(account, filters) }));
  const excluded = placed.flatMap(({ account, placement }) =>
    placement.kind === "excluded"
      ? [{ accountId: account.id, name: account.name, reason: placement.reason }]
      : [],
  );
  const included = placed.filter(({ placement }) => placement.kind !== "excluded");
  return {
    accounts: tree.accounts.length,
    included: included.length,
    excluded,
    credentialsReplaced: await parts.existingClouds(included.map(({ account }) => account.id)),
  };
}
