// AssumeRole: under the role's trust policy, for as long as the role allows.
import { AwsFault, type Call, type NeededPermission } from "../../operation.ts";
import { issueSession } from "../../sessions.ts";
import {
  checkSessionInput,
  invalid,
  lifeOf,
  limitsOf,
  packedSize,
  provenFactor,
  type SessionInput,
  tagContext,
  tokenVersion,
} from "./session-input.ts";
import { roleAt } from "./trust.ts";

export interface AssumeRoleInput extends SessionInput {
  RoleArn: string;
  RoleSessionName: string;
  ExternalId?: string;
  SourceIdentity?: string;
}

export function assumePermissions(call: Call<AssumeRoleInput>): NeededPermission[] {
  const { input, principal } = call;
  checkInput(call);
  const context: Record<string, string | string[]> = {
    "sts:RoleSessionName": input.RoleSessionName,
    ...tagContext(input),
  };
  if (input.ExternalId !== undefined) context["sts:ExternalId"] = input.ExternalId;
  if (input.SourceIdentity !== undefined) context["sts:SourceIdentity"] = input.SourceIdentity;
  if (provenFactor(call)) {
    context["aws:MultiFactorAuthPresent"] = "true";
    context["aws:MultiFactorAuthAge"] = "0";
  }
  const actions = ["sts:AssumeRole"];
  if (input.Tags?.length || principal.transitiveTagKeys?.length) actions.push("sts:TagSession");
  if (input.SourceIdentity !== undefined) actions.push("sts:SetSourceIdentity");
  return actions.map((action) => ({ action, resource: input.RoleArn, context }));
}

function checkInput({ input, principal }: Call<AssumeRoleInput>): void {
  const { RoleArn, RoleSessionName, ExternalId, SourceIdentity, DurationSeconds, Tags = [] } = input;
  if (principal.kind === "federated-user")
    throw new AwsFault("AccessDenied", "Cannot call AssumeRole with federation credentials", 403);
  if (!/^arn:[\w-]+:iam::\d{12}:role\/[\w+=,.@/-]+$/.test(RoleArn)) invalid(`${RoleArn} is invalid`);
  checkSessionName(RoleSessionName);
  if (ExternalId !== undefined && !/^[\w+=,.@:/-]{2,1224}$/.test(ExternalId)) {
    invalid(
      "1 validation error detected: Value at 'externalId' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w+=,.@:\\/-]*",
    );
  }
  if (SourceIdentity !== undefined && !/^[\w+=,.@-]{2,64}$/.test(SourceIdentity)) {
    invalid(
      `1 validation error detected: Value '${SourceIdentity}' at 'sourceIdentity' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w+=,.@-]*`,
    );
  }
  checkSessionInput(input, 43_200);
  if (principal.kind === "role-session" && DurationSeconds !== undefined && DurationSeconds > 3600) {
    invalid(
      "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining",
    );
  }
  const transitive = new Set(principal.transitiveTagKeys?.map((key) => key.toLowerCase()));
  if (Tags.some(({ Key }) => transitive.has(Key.toLowerCase())))
    throw new AwsFault(
      "InvalidParameterValue",
      "One of the specified transitive tag keys can't be set because it conflicts with a transitive tag key from the calling session.",
    );
}

export function checkSessionName(name: string): void {
  if (/^[\w+=,.@-]{2,64}$/.test(name)) return;
  invalid(
    `1 validation error detected: Value '${name}' at 'roleSessionName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w+=,.@-]*`,
  );
}

export function assumeRole(call: Call<AssumeRoleInput>) {
  const { input, world, now, principal } = call;
  const found = roleAt(world, input.RoleArn);
  // The trust policy allowed it, so the role was there.
  if (!found || !call.secret) throw new Error(`no role ${input.RoleArn}`);
  const { role, accountId } = found;
  const durationSeconds = input.DurationSeconds ?? 3600;
  if (durationSeconds > role.MaxSessionDuration)
    invalid("The requested DurationSeconds exceeds the MaxSessionDuration set for this role.");
  // Once set, it goes with every session that follows.
  const SourceIdentity = principal.sourceIdentity ?? input.SourceIdentity;
  const { tags, ...limits } = limitsOf(input);
  const inherited = principal.transitiveTagKeys ?? [];
  const inheritedTags = Object.fromEntries(inherited.map((key) => [key, principal.tags[key] ?? ""]));
  const allTags = { ...inheritedTags, ...tags };
  const transitiveTagKeys = [...inherited, ...(input.TransitiveTagKeys ?? [])];
  const Credentials = issueSession(call.secret, {
    accountId,
    roleName: role.RoleName,
    roleId: role.RoleId,
    sessionName: input.RoleSessionName,
    ...lifeOf(now, durationSeconds),
    ...limits,
    ...(Object.keys(allTags).length > 0 ? { tags: allTags } : {}),
    ...(transitiveTagKeys.length > 0 ? { transitiveTagKeys } : {}),
    ...(SourceIdentity ? { sourceIdentity: SourceIdentity } : {}),
    ...(input.TokenCode ? { mfaAt: now.toISOString() } : {}),
    ...tokenVersion(call),
  });
  return {
    Credentials,
    AssumedRoleUser: {
      AssumedRoleId: `${role.RoleId}:${input.RoleSessionName}`,
      Arn: `arn:${world.partition}:sts::${accountId}:assumed-role/${role.RoleName}/${input.RoleSessionName}`,
    },
    PackedPolicySize: packedSize(input),
    ...(SourceIdentity ? { SourceIdentity } : {}),
  };
}
