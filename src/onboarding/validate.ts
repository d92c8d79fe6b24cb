// The dry run of the organization form: every check with its evidence, the preview, and the wrong
// fields. Asks AWS with the credentials the form names; stores nothing. Submitting runs the same.
import type { CredentialSource, RoleCache } from "#aws/assume.ts";
import { assumeByAny } from "#aws/assume-by-any.ts";
import { partitionNamed } from "#aws/partitions.ts";
import type { AwsCaller } from "#model/aws-call.ts";
import type { FieldError } from "#model/problem.ts";
import { isSameRole } from "#model/role-arn.ts";
import { assumeError } from "./check-assume.ts";
import { checkRegionDeny, checkTrustedAccess } from "./check-deployment.ts";
import { checkEntry } from "./check-entry.ts";
import { checkReads, failureText, type OrganizationTree, organizationRolePath } from "./check-reads.ts";
import { checkSimulation } from "./check-simulation.ts";
import {
  type Findings,
  noFindings,
  note,
  noteFormat,
  refuse,
  type Validation,
  validationOf,
} from "./checks.ts";
import { checkForm, credentialsOf, filtersOf, type OrganizationForm } from "./form.ts";
import { type FormIdentity, noteIdentity } from "./form-identity.ts";
import { parseRoleArn } from "./form-role.ts";
import type { OrganizationReader } from "./organization-reader.ts";
import { type KnownAccounts, previewOf } from "./preview.ts";
import { readSummary } from "./read-tree.ts";

export interface ValidationParts {
  call: AwsCaller;
  roles: RoleCache;
  /** The credentials the form asks for: the platform's own, or the given key. */
  source: CredentialSource;
  /** Who that is, asked only if the form is right; or the field that must be mended. */
  identity: () => Promise<FormIdentity>;
  /** The tenant's own, for forms that give none; while it is rotated, the new one and the old one. */
  externalIds: string[];
  /** Whether any tenant has this organization already (E11), beside the one whose change this is. */
  isConnected: (awsOrganizationId: string) => Promise<boolean>;
  isChange: boolean;
  /** Of the given harvesting strategies, those that the tenant does not have. */
  unknownStrategies: (ids: string[]) => Promise<string[]>;
  known: KnownAccounts;
  signal?: AbortSignal;
}

export async function validateForm(parts: ValidationParts, form: OrganizationForm): Promise<Validation> {
  const findings = noFindings();
  if (!(await checkFormat(parts, form, findings))) return validationOf(findings);
  const identity = await parts.identity();
  if (!identity.ok) {
    refuse(findings, "platform-identity", identity.error);
    return validationOf(findings);
  }
  noteIdentity(findings, identity);
  const reader = await assume(parts, form, identity.arn, findings);
  if (!reader) return validationOf(findings);
  const summary = await readSummary(reader);
  if (!summary.ok) {
    const code = summary.error.reason === "denied" ? "missing-permission" : "read-failed";
    const error = { path: organizationRolePath, code, detail: failureText(summary) };
    refuse(findings, "organization-read", error);
    return validationOf(findings);
  }
  const organization = summary.value;
  if (!(await checkUnique(parts, organization.id, findings))) return validationOf(findings, organization);
  const { tree, read, policies } = await checkReads(reader, organization, findings);
  await checkSimulation(reader, form.organizationRole.arn, read, findings);
  if (!tree) return validationOf(findings, organization);
  checkEntry(reader, organization.managementAccountId, findings);
  checkUnits(form, tree, findings);
  await checkTrustedAccess(reader, findings);
  const members = tree.accounts.filter(({ id }) => id !== organization.managementAccountId);
  await checkRegionDeny(reader, policies, { partition: partitionIn(form), accounts: members }, findings);
  const preview = await previewOf(tree, filtersOf(form), organization.managementAccountId, parts.known);
  return validationOf(findings, organization, preview, identity.arn);
}

async function checkFormat(
  parts: Pick<ValidationParts, "unknownStrategies">,
  form: OrganizationForm,
  findings: Findings,
): Promise<boolean> {
  const errors = [...checkForm(form), ...(await strategyErrors(parts, form))];
  return noteFormat(findings, errors);
}

export async function strategyErrors(
  { unknownStrategies }: Pick<ValidationParts, "unknownStrategies">,
  { strategyIds = [] }: Pick<OrganizationForm, "strategyIds">,
): Promise<FieldError[]> {
  if (strategyIds.length === 0) return [];
  const unknown = new Set(await unknownStrategies(strategyIds));
  return strategyIds.flatMap((id, i) =>
    unknown.has(id)
      ? [
          {
            path: `/strategyIds/${i}`,
            code: "unknown-strategy",
            detail: "There is no harvesting strategy of that id.",
          },
        ]
      : [],
  );
}

const partitionIn = (form: OrganizationForm) => parseRoleArn(form.organizationRole.arn)?.partition ?? "aws";

async function assume(
  parts: ValidationParts,
  form: OrganizationForm,
  platformArn: string,
  findings: Findings,
): Promise<OrganizationReader | null> {
  const { organizationRole, externalId } = credentialsOf(form);
  const accountId = parseRoleArn(organizationRole.arn)?.accountId ?? "";
  const region = partitionNamed(partitionIn(form))?.globalRegion ?? "us-east-1";
  const { arn: roleArn, sessionName, durationSeconds } = organizationRole;
  const role = {
    source: parts.source,
    roleArn,
    sessionName,
    durationSeconds,
    region,
  };
  parts.roles.forget(roleArn);
  const externalIds = externalId === null ? parts.externalIds : [externalId];
  const { held, refused } = await assumeByAny(parts.roles, role, externalIds, parts.signal);
  if (!held.ok) {
    const error = assumeError(held.error, {
      arnPath: organizationRolePath,
      durationPath: "/organizationRole/durationSeconds",
      durationSeconds,
      caller: platformArn,
      isOwn: isSameRole(roleArn, platformArn),
    });
    refuse(findings, "assume-organization-role", error);
    return null;
  }
  note(findings, "assume-organization-role", "pass", `${roleArn} was assumed.`);
  return {
    call: parts.call,
    credentials: () =>
      parts.roles.assume({ ...role, externalId: externalIds[refused.length] ?? null }, parts.signal),
    region,
    accountId,
    calls: 0,
    signal: parts.signal,
  };
}

async function checkUnique(parts: ValidationParts, id: string, findings: Findings): Promise<boolean> {
  if (!(await parts.isConnected(id))) {
    const unique = parts.isChange ? "is connected by this organization alone" : "is not connected yet";
    note(findings, "organization-unique", "pass", `${id} ${unique}.`);
    return true;
  }
  refuse(findings, "organization-unique", {
    path: organizationRolePath,
    code: "organization-already-connected",
    detail:
      "This AWS Organization is already connected to this installation. Ask the person who runs it if you need access.",
  });
  return false;
}

function checkUnits(form: OrganizationForm, { root, units }: OrganizationTree, findings: Findings): void {
  const wanted = form.includedOrganizationalUnits ?? [];
  const errors = unknownUnitErrors(wanted, new Set([root.id, ...units.map((unit) => unit.id)]));
  const found =
    wanted.length === 0
      ? "The whole organization is imported."
      : `${wanted.length} organizational units were found.`;
  note(
    findings,
    "organizational-units",
    errors.length === 0 ? "pass" : "fail",
    errors.length === 0 ? found : errors.map((error) => error.detail).join(" "),
  );
  findings.errors.push(...errors);
}

function unknownUnitErrors(wanted: string[], known: ReadonlySet<string>): FieldError[] {
  return wanted.flatMap((id, i) =>
    known.has(id)
      ? []
      : [
          {
            path: `/includedOrganizationalUnits/${i}`,
            code: "unknown-unit",
            detail: `${id} is not in this organization. Copy the id from AWS Organizations.`,
          },
        ],
  );
}
