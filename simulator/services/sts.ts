// STS: who am I, and becoming a role under its trust policy.
import { iam, pathOfArn } from "../iam-lookup.ts";
import { isAccountOpen } from "../identity.ts";
import {
  AwsFault,
  type Call,
  type NeededPermission,
  type ResourcePolicy,
  type ServiceDefinition,
} from "../operation.ts";
import { issueSession, type Session } from "../sessions.ts";
import type { IamRole } from "../shapes.ts";
import type { World } from "../world.ts";
import { checkIdentityPolicy } from "./iam/entity.ts";

interface AssumeRoleInput {
  RoleArn: string;
  RoleSessionName: string;
  ExternalId?: string;
  DurationSeconds?: number;
  Policy?: string;
  PolicyArns?: { arn?: string }[];
  Tags?: { Key: string; Value: string }[];
  TransitiveTagKeys?: string[];
  SourceIdentity?: string;
}

/** Trusts nobody: what a role that is not there answers. */
const closed = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { Service: "none" }, Action: "sts:*" }],
});

export const sts: ServiceDefinition = {
  client: "sts",
  operations: { GetCallerIdentity: getCallerIdentity, AssumeRole: assumeRole },
  permissions: {
    // Needs no permission, and no policy can deny it.
    GetCallerIdentity: () => [],
    AssumeRole: assumePermissions,
  },
  resourcePolicy: trustOf,
};

function getCallerIdentity({ principal }: Call) {
  return { UserId: principal.userId, Account: principal.accountId, Arn: principal.arn };
}

function assumePermissions({ input, principal }: Call<AssumeRoleInput>): NeededPermission[] {
  checkInput(input, principal.kind === "role-session");
  if (input.Policy !== undefined) checkIdentityPolicy(input.Policy);
  const context: Record<string, string | string[]> = { "sts:RoleSessionName": input.RoleSessionName };
  if (input.ExternalId !== undefined) context["sts:ExternalId"] = input.ExternalId;
  if (input.SourceIdentity !== undefined) context["sts:SourceIdentity"] = input.SourceIdentity;
  const tags = input.Tags ?? [];
  for (const { Key, Value } of tags) context[`aws:RequestTag/${Key}`] = Value;
  if (tags.length > 0) context["aws:TagKeys"] = tags.map(({ Key }) => Key);
  const actions = ["sts:AssumeRole"];
  if (tags.length > 0) actions.push("sts:TagSession");
  if (input.SourceIdentity !== undefined) actions.push("sts:SetSourceIdentity");
  return actions.map((action) => ({ action, resource: input.RoleArn, context }));
}

function checkInput(input: AssumeRoleInput, isChained: boolean): void {
  const { RoleArn, RoleSessionName, ExternalId, DurationSeconds } = input;
  if (!/^arn:[\w-]+:iam::\d{12}:role\/[\w+=,.@/-]+$/.test(RoleArn)) invalid(`${RoleArn} is invalid`);
  if (!/^[\w+=,.@-]{2,64}$/.test(RoleSessionName)) {
    invalid(
      `1 validation error detected: Value '${RoleSessionName}' at 'roleSessionName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w+=,.@-]*`,
    );
  }
  if (ExternalId !== undefined && !/^[\w+=,.@:/-]{2,1224}$/.test(ExternalId)) {
    invalid(
      "1 validation error detected: Value at 'externalId' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w+=,.@:\\/-]*",
    );
  }
  if (DurationSeconds === undefined) return;
  if (DurationSeconds < 900 || DurationSeconds > 43_200) {
    const bound = DurationSeconds < 900 ? "greater than or equal to 900" : "less than or equal to 43200";
    invalid(
      `1 validation error detected: Value '${DurationSeconds}' at 'durationSeconds' failed to satisfy constraint: Member must have value ${bound}`,
    );
  }
  if (isChained && DurationSeconds > 3600) {
    invalid(
      "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining",
    );
  }
}

const underTrust = new Set(["sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"]);

function trustOf({ world }: Call, { action, resource }: NeededPermission): ResourcePolicy | undefined {
  if (!underTrust.has(action)) return undefined;
  const found = roleAt(world, resource);
  const accountId = resource.split(":")[4] ?? "";
  if (!found) return { text: closed, accountId, isDecisive: true };
  const { role } = found;
  return {
    text: role.trustPolicy,
    accountId,
    isDecisive: true,
    ...(role.trustedIds ? { trustedIds: role.trustedIds } : {}),
  };
}

/** The role of an ARN whose path is right, in an account that is open. */
function roleAt(world: World, arn: string): { role: IamRole; accountId: string } | undefined {
  const [, partition, , , accountId = ""] = arn.split(":");
  if (partition !== world.partition || !isAccountOpen(world, accountId)) return undefined;
  const role = iam(world, accountId).roles.get(arn.slice(arn.lastIndexOf("/") + 1));
  return role && pathOfArn(arn) === role.Path ? { role, accountId } : undefined;
}

function assumeRole(call: Call<AssumeRoleInput>) {
  const { input, world, now } = call;
  const found = roleAt(world, input.RoleArn);
  // The trust policy allowed it, so the role was there.
  if (!found || !call.secret) throw new Error(`no role ${input.RoleArn}`);
  const { role, accountId } = found;
  const durationSeconds = input.DurationSeconds ?? 3600;
  if (durationSeconds > role.MaxSessionDuration) {
    invalid("The requested DurationSeconds exceeds the MaxSessionDuration set for this role.");
  }
  const session: Omit<Session, "accessKeyId"> = {
    accountId,
    roleName: role.RoleName,
    roleId: role.RoleId,
    sessionName: input.RoleSessionName,
    issuedAt: now.toISOString(),
    expiresAt: new Date(now.getTime() + durationSeconds * 1000).toISOString(),
  };
  if (input.Policy) session.policies = [input.Policy];
  const arns = input.PolicyArns?.flatMap(({ arn }) => arn ?? []);
  if (arns?.length) session.policyArns = arns;
  if (input.Tags?.length) session.tags = Object.fromEntries(input.Tags.map(({ Key, Value }) => [Key, Value]));
  if (input.SourceIdentity) session.sourceIdentity = input.SourceIdentity;
  return {
    Credentials: issueSession(call.secret, session),
    AssumedRoleUser: {
      AssumedRoleId: `${role.RoleId}:${input.RoleSessionName}`,
      Arn: `arn:${world.partition}:sts::${accountId}:assumed-role/${role.RoleName}/${input.RoleSessionName}`,
    },
    ...(input.Policy ? { PackedPolicySize: Math.ceil((input.Policy.length / 2048) * 100) } : {}),
    ...(input.SourceIdentity ? { SourceIdentity: input.SourceIdentity } : {}),
  };
}

function invalid(message: string): never {
  throw new AwsFault("ValidationError", message);
}
