// The dry run of one cloud: every check with its evidence, and the wrong fields. Asks AWS with the credentials the
// form names; stores nothing. Submitting runs the same.
import type { CredentialsAnswer, RoleToAssume } from "#aws/assume.ts";
import { assumeByAny } from "#aws/assume-by-any.ts";
import { callerIdentity } from "#aws/caller-identity.ts";
import { partitionNamed } from "#aws/partitions.ts";
import { partitionOfCredentials } from "#aws/platform-sources.ts";
import type { AwsCredentials, AwsError } from "#model/aws-call.ts";
import { type CloudCredentials, principalName } from "#model/cloud-credentials.ts";
import type { RoleSettings } from "#model/organization.ts";
import type { FieldError } from "#model/problem.ts";
import { isAccountConnected } from "#store/single-clouds.ts";
import { unknownStrategyIds } from "#store/strategies.ts";
import { checkAccountRead } from "./check-account.ts";
import { assumeError, keyError } from "./check-assume.ts";
import {
  type Check,
  type CloudCheckName,
  checkList,
  cloudChecks,
  type Findings,
  noFindings,
  note,
  noteFormat,
  refuse,
  sentence,
} from "./checks.ts";
import { type CloudAsked, cloudCredentials, cloudFormErrors } from "./cloud-form.ts";
import { asList, readExternalIds } from "./external-id.ts";
import { defaultDurationSeconds } from "./form.ts";
import { identityOf, noteIdentity, sourceOf } from "./form-identity.ts";
import { parseRoleArn } from "./form-role.ts";
import type { OnboardingParts } from "./onboarding-parts.ts";
import { type Outlook, outlookOf } from "./outlook.ts";
import { strategyErrors } from "./validate.ts";

export interface CloudValidation {
  ok: boolean;
  checks: Check<CloudCheckName>[];
  errors: FieldError[];
  /** What was learnt, for the submit that follows. */
  accountId: string | null;
  partition: string;
  credentials: CloudCredentials | null;
  /** What connecting would mean day by day; null where the account could not be reached. */
  outlook: Outlook | null;
}

type Learnt = Pick<CloudValidation, "accountId" | "credentials" | "outlook">;

/** `exceptId`: the cloud whose change this is, which does not stand in its own way. */
export async function validateCloud(
  parts: OnboardingParts,
  tenantId: string,
  form: CloudAsked,
  exceptId: string | null,
): Promise<CloudValidation> {
  const findings = noFindings();
  const partition = await partitionIn(parts, form);
  const learnt: Learnt = { accountId: null, credentials: null, outlook: null };
  await runChecks(parts, tenantId, form, exceptId, partition, findings, learnt);
  const { errors } = findings;
  return { ok: errors.length === 0, checks: checkList(findings, cloudChecks), errors, partition, ...learnt };
}

/** Of the role; an access key by itself does not say where it belongs, so STS is asked. */
async function partitionIn(parts: OnboardingParts, form: CloudAsked): Promise<string> {
  const named = parseRoleArn(form.roleArn ?? "")?.partition;
  if (named || form.credentialSource !== "access-key" || cloudFormErrors(form).length > 0)
    return named ?? "aws";
  return (await partitionOfCredentials(parts.call, sourceOf(parts, form, "aws"))) ?? "aws";
}

export function unknownStrategyErrors(
  { store }: OnboardingParts,
  tenantId: string,
  form: Pick<CloudAsked, "strategyIds">,
): Promise<FieldError[]> {
  const unknownStrategies = (ids: string[]) =>
    store.withTenant(tenantId, (tx) => unknownStrategyIds(tx, ids));
  return strategyErrors({ unknownStrategies }, form);
}

async function runChecks(
  parts: OnboardingParts,
  tenantId: string,
  form: CloudAsked,
  exceptId: string | null,
  partition: string,
  findings: Findings,
  learnt: Learnt,
): Promise<void> {
  const errors = [...cloudFormErrors(form), ...(await unknownStrategyErrors(parts, tenantId, form))];
  if (!noteFormat(findings, errors)) return;
  const identity = await identityOf(parts, form, partition);
  if (!identity.ok) return refuse(findings, "platform-identity", identity.error);
  noteIdentity(findings, identity);
  const externalIds = await parts.store.withTenant(tenantId, async (tx) =>
    asList(await readExternalIds(parts.vault, tx, null)),
  );
  const credentials = cloudCredentials(form, {
    platformArn: identity.arn,
    tenantExternalIds: externalIds,
  });
  const region = partitionNamed(partition)?.globalRegion ?? "us-east-1";
  const known = { identityArn: identity.arn, tenantExternalIds: externalIds };
  const held = await hold(parts, form, partition, credentials, known, findings);
  if (!held) return;
  learnt.credentials = credentials;
  learnt.accountId = held.accountId;
  if (await isAccountConnected(parts.store, held.accountId, exceptId))
    return refuse(findings, "cloud-unique", {
      path: credentials.role ? "/roleArn" : "/accessKeyId",
      code: "cloud-already-connected",
      detail: accountConnected,
    });
  const unique = exceptId === null ? "is not connected yet" : "is connected by this cloud alone";
  note(findings, "cloud-unique", "pass", `${held.accountId} ${unique}.`);
  note(findings, "external-id", ...externalIdAdvice(credentials, identity.accountId !== held.accountId));
  const { role, isOwnRole } = credentials;
  const regions = await checkAccountRead(parts.call, { ...held, region }, credentials, findings);
  learnt.outlook = await outlookOf(parts, tenantId, {
    strategyIds: form.strategyIds ?? [],
    roles: ["member-role"],
    monitoring: { caller: identity.arn, roles: role && !isOwnRole ? [role] : [] },
    calls: {
      partition,
      accounts: 1,
      regions,
      sessionSeconds: role?.durationSeconds ?? defaultDurationSeconds,
      sync: null,
    },
  });
}

/** The same whoever has it (E11). */
export const accountConnected =
  "This AWS account is already connected to this installation. Look for it among your clouds, those of your organizations too; if it is not there, ask the person who runs the installation.";

interface Held {
  accountId: string;
  credentials: AwsCredentials;
}

/** The credentials that the cloud will be harvested with, and the account they lead to (E26). */
async function hold(
  parts: OnboardingParts,
  form: CloudAsked,
  partition: string,
  access: CloudCredentials,
  { identityArn, tenantExternalIds }: { identityArn: string; tenantExternalIds: string[] },
  findings: Findings,
): Promise<Held | null> {
  const source = sourceOf(parts, form, partition);
  const region = partitionNamed(partition)?.globalRegion ?? "us-east-1";
  const { isOwnRole, role } = access;
  if (role && !isOwnRole) parts.roles.forget(role.arn);
  const held =
    role && !isOwnRole
      ? await assumed(parts, access, { ...role, source, region }, tenantExternalIds)
      : await source.credentials();
  if (!held.ok) {
    refuse(findings, "assume-role", notHeld(held.error, access, identityArn));
    return null;
  }
  const caller = await callerIdentity(parts.call, held.credentials, region);
  if (!caller.ok) {
    const detail = `The ${principalName(access)} works, but AWS did not say which account it leads to (sts:GetCallerIdentity): ${sentence(caller.error.message)} Try again in a minute.`;
    const path = access.role ? "/roleArn" : "/accessKeyId";
    refuse(findings, "assume-role", { path, code: "account-not-known", detail });
    return null;
  }
  note(findings, "assume-role", "pass", heldText(access));
  return { accountId: caller.identity.accountId, credentials: held.credentials };
}

function notHeld(error: AwsError, { role, isOwnRole }: CloudCredentials, caller: string): FieldError {
  if (role === null) return keyError(error);
  return assumeError(error, {
    ...{ arnPath: "/roleArn", durationPath: "/durationSeconds", durationSeconds: role.durationSeconds },
    ...{ caller, isOwn: isOwnRole },
  });
}

async function assumed(
  { roles }: OnboardingParts,
  { externalId, usesTenantExternalId }: CloudCredentials,
  { arn: roleArn, ...rest }: RoleSettings & Pick<RoleToAssume, "source" | "region">,
  tenantExternalIds: string[],
): Promise<CredentialsAnswer> {
  const role = { roleArn, ...rest };
  if (!usesTenantExternalId) return roles.assume({ ...role, externalId });
  return (await assumeByAny(roles, role, tenantExternalIds)).held;
}

function heldText(access: CloudCredentials): string {
  if (access.isOwnRole)
    return "This is the installation's own role: its credentials are used as they are, nothing is assumed and no external id is needed.";
  return access.role ? `${access.role.arn} was assumed.` : `The ${principalName(access)} works.`;
}

function externalIdAdvice(
  access: CloudCredentials,
  isOtherAccount: boolean,
): [outcome: Check["outcome"], detail: string] {
  if (access.role === null || access.isOwnRole || !isOtherAccount)
    return ["skipped", "Only a role that another account is trusted with needs one."];
  if (access.usesTenantExternalId)
    return ["pass", "The role is assumed with your tenant's external id, and follows its rotation."];
  if (access.externalId !== null) return ["pass", "The role is assumed with an external id of its own."];
  return [
    "warning",
    "The role is trusted to another account without an external id. Add one to its trust policy and here: without it, whoever can make Skywarden use an ARN can reach this account.",
  ];
}
