// Temporary credentials that a user makes for itself, or for somebody whom it vouches for.
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

interface FederationInput extends SessionInput {
  Name: string;
}

/** A day and a half; unless told, half a day. */
const mostSeconds = 129_600;
const usualSeconds = 43_200;

export function getSessionToken(call: Call<SessionInput>) {
  const { input, principal, now } = call;
  needLongTerm(call, "GetSessionToken");
  checkSessionInput(input, mostSeconds);
  const isProven = provenFactor(call);
  if (!call.secret) throw new Error("no secret to seal a session with");
  const Credentials = issueSession(call.secret, {
    accountId: call.accountId,
    ...ofUser(call),
    sessionName: principal.userId,
    ...lifeOf(now, input.DurationSeconds ?? usualSeconds),
    ...(isProven ? { mfaAt: now.toISOString() } : {}),
    ...tokenVersion(call),
  });
  return { Credentials };
}

export function federationPermissions(call: Call<FederationInput>): NeededPermission[] {
  const { input } = call;
  const resource = federatedArn(call);
  const context = tagContext(input);
  const needed = [{ action: "sts:GetFederationToken", resource, context }];
  return input.Tags?.length ? [...needed, { action: "sts:TagSession", resource, context }] : needed;
}

export function getFederationToken(call: Call<FederationInput>) {
  const { input, now } = call;
  needLongTerm(call, "GetFederationToken");
  if (!/^[\w+=,.@-]{2,32}$/.test(input.Name)) {
    invalid(
      `1 validation error detected: Value '${input.Name}' at 'name' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w+=,.@-]*`,
    );
  }
  checkSessionInput(input, mostSeconds);
  if (!call.secret) throw new Error("no secret to seal a session with");
  const Credentials = issueSession(call.secret, {
    accountId: call.accountId,
    ...ofUser(call),
    federatedName: input.Name,
    sessionName: input.Name,
    ...lifeOf(now, input.DurationSeconds ?? usualSeconds),
    ...limitsOf(input),
    ...tokenVersion(call),
  });
  const FederatedUserId = `${call.accountId}:${input.Name}`;
  return {
    Credentials,
    FederatedUser: { FederatedUserId, Arn: federatedArn(call) },
    PackedPolicySize: packedSize(input),
  };
}

function federatedArn({ world, accountId, input }: Call<FederationInput>): string {
  return `arn:${world.partition}:sts::${accountId}:federated-user/${input.Name}`;
}

function ofUser({ principal }: Call) {
  return { userName: principal.arn.slice(principal.arn.lastIndexOf("/") + 1), userId: principal.userId };
}

function needLongTerm({ principal }: Call, operation: string): void {
  if (principal.kind === "user" && principal.accessKeyId.startsWith("AKIA")) return;
  throw new AwsFault("AccessDenied", `Cannot call ${operation} with session credentials`, 403);
}
