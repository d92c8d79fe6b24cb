// What the operations that make sessions have in common: checks of their input, session policies, tags, factors.
import { iam } from "../../iam-lookup.ts";
import { AwsFault, type Call } from "../../operation.ts";
import type { Session } from "../../sessions.ts";
import { checkIdentityPolicy } from "../iam/entity.ts";
import { provesFactor } from "../iam/mfa.ts";
import { preferencesIn } from "../iam/token-version.ts";

export interface SessionInput {
  DurationSeconds?: number;
  Policy?: string;
  PolicyArns?: { arn?: string }[];
  Tags?: { Key: string; Value: string }[];
  TransitiveTagKeys?: string[];
  SerialNumber?: string;
  TokenCode?: string;
}

const mostPolicyCharacters = 2048;
const mostArns = 10;
const mostTags = 50;

export function invalid(message: string): never {
  throw new AwsFault("ValidationError", message);
}

export function checkSessionInput(input: SessionInput, mostSeconds: number): void {
  const { DurationSeconds, Policy, PolicyArns = [], Tags = [] } = input;
  if (DurationSeconds !== undefined && (DurationSeconds < 900 || DurationSeconds > mostSeconds)) {
    const bound =
      DurationSeconds < 900 ? "greater than or equal to 900" : `less than or equal to ${mostSeconds}`;
    invalid(
      `1 validation error detected: Value '${DurationSeconds}' at 'durationSeconds' failed to satisfy constraint: Member must have value ${bound}`,
    );
  }
  if (Policy !== undefined) {
    if (Policy.length > mostPolicyCharacters)
      invalid(
        `1 validation error detected: Value at 'policy' failed to satisfy constraint: Member must have length less than or equal to ${mostPolicyCharacters}`,
      );
    checkIdentityPolicy(Policy);
  }
  if (PolicyArns.length > mostArns)
    invalid(`The number of managed session policies exceeds the limit of ${mostArns}`);
  if (Tags.length > mostTags)
    invalid(
      `1 validation error detected: Value at 'tags' failed to satisfy constraint: Member must have length less than or equal to ${mostTags}`,
    );
  const keys = new Set(Tags.map(({ Key }) => Key.toLowerCase()));
  if (keys.size < Tags.length)
    throw new AwsFault(
      "InvalidParameterValue",
      "Duplicate tag keys found. Please note that Tag keys are case insensitive.",
    );
}

export function tagContext({ Tags = [], TransitiveTagKeys = [] }: SessionInput) {
  const context: Record<string, string | string[]> = {};
  for (const { Key, Value } of Tags) context[`aws:RequestTag/${Key}`] = Value;
  if (Tags.length > 0) context["aws:TagKeys"] = Tags.map(({ Key }) => Key);
  if (TransitiveTagKeys.length > 0) context["sts:TransitiveTagKeys"] = TransitiveTagKeys;
  return context;
}

/** The part of a session that its input limits and marks. */
export function limitsOf({ Policy, PolicyArns, Tags, TransitiveTagKeys }: SessionInput): Partial<Session> {
  const policyArns = PolicyArns?.flatMap(({ arn }) => arn ?? []);
  return {
    ...(Policy ? { policies: [Policy] } : {}),
    ...(policyArns?.length ? { policyArns } : {}),
    ...(Tags?.length ? { tags: Object.fromEntries(Tags.map(({ Key, Value }) => [Key, Value])) } : {}),
    ...(TransitiveTagKeys?.length ? { transitiveTagKeys: TransitiveTagKeys } : {}),
  };
}

/** Percent of what a session's policies and tags may take together; AWS's way of packing is not known, its limit is. */
export function packedSize({ Policy = "", PolicyArns = [], Tags = [] }: SessionInput): number | undefined {
  const characters =
    Policy.length + JSON.stringify(PolicyArns.map(({ arn }) => arn)).length + JSON.stringify(Tags).length - 4;
  return characters <= 0 ? undefined : Math.min(100, Math.ceil((characters / 4096) * 100));
}

/** When the caller proves a second factor: the user's own device and its code of now. */
export function provenFactor(call: Call<SessionInput>): boolean {
  const { input, principal, world, now } = call;
  const { SerialNumber: serial, TokenCode: code } = input;
  if (serial === undefined && code === undefined) return false;
  const users = iam(world, call.accountId).users.list();
  const user = users.find(({ UserId }) => principal.kind === "user" && UserId === principal.userId);
  const isProven = user && serial && code && provesFactor(world, call.accountId, user, { serial, code, now });
  if (isProven) return true;
  throw new AwsFault(
    "AccessDenied",
    "MultiFactorAuthentication failed with invalid MFA one time pass code.",
    403,
  );
}

/** Tokens of the global endpoint are of version 1 unless the account prefers 2. */
export function tokenVersion(call: Call): { isGlobal?: true } {
  const isGlobal = call.host === "sts.amazonaws.com" && preferencesIn(call).version === 1;
  return isGlobal ? { isGlobal } : {};
}

export function lifeOf(now: Date, seconds: number) {
  return { issuedAt: now.toISOString(), expiresAt: new Date(now.getTime() + seconds * 1000).toISOString() };
}
