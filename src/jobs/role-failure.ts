// What a failed AssumeRole means for a cloud's status (E25). Pure.
import type { AwsError } from "#model/aws-call.ts";
import type { StateChange } from "#store/cloud-states.ts";

const usualAwaitingMs = 24 * 3_600_000;
const minuteMs = 60_000;

export interface RoleHistory {
  /** The role, or the key, as messages name it. */
  principal: string;
  keyId: string | null;
  isManaged: boolean;
  workedAt: Date | null;
  awaitingSince: Date | null;
  failures: number;
  /** The credentials themselves were refused more often than may happen to valid ones. */
  isInvalid: boolean;
  /** How long the role of a new account is awaited; null = a day. */
  awaitingMs: number | null;
}

/** null: the failure says nothing about the role (throttled, unreachable, not refused often enough); the status stays. */
export function statusOfFailure(error: AwsError, history: RoleHistory, now: Date): StateChange | null {
  if (isBadKey(error.code) && !history.isInvalid) return null;
  if (history.keyId !== null && isBadKey(error.code))
    return {
      state: "invalid-credentials",
      code: "invalid-key",
      cause: history.keyId,
      reason: `The stored access key ${history.keyId} does not work: ${error.message}`,
      action: "Replace the stored key where the cloud, or its organization, was connected.",
    };
  if (error.code === "OtherAccount")
    return {
      state: "invalid-credentials",
      code: "other-account",
      cause: history.principal,
      reason: `The credentials of ${history.principal} lead elsewhere: ${error.message}`,
      action: "Change the cloud's access, or remove the cloud.",
    };
  if (error.code === "NoPlatformCredentials" || isBadKey(error.code))
    return {
      state: "invalid-credentials",
      code: error.code === "NoPlatformCredentials" ? "no-platform-credentials" : "invalid-key",
      cause: "host",
      reason: `Skywarden's own credentials do not work: ${error.message}`,
      action: "Attach the install role to Skywarden's hosts.",
    };
  if (error.reason !== "denied") return null;
  const { principal, workedAt } = history;
  const cause = withoutAccount(principal);
  if (workedAt === null && history.isManaged && !isOverdue(history, now))
    return {
      state: "awaiting-role",
      code: "role-not-assumable-yet",
      cause,
      reason: `${principal} cannot be assumed yet; the account is new to Skywarden.`,
      action:
        "Nothing if the StackSet is still at work; otherwise create the member role from the template in this account.",
    };
  const until = workedAt === null ? "It never worked." : `It worked until ${workedAt.toISOString()}.`;
  return {
    state: "assume-role-failed",
    code: "assume-role-denied",
    cause,
    reason: `${principal} cannot be assumed. ${until} AWS says: ${error.message}`,
    action:
      "Check that the role exists, trusts the platform role and asks for the right external id; update its stack from the member-role template.",
  };
}

/** The same role in every account is one cause. */
function withoutAccount(principal: string): string {
  return principal.replace(/^arn:[^:]+:iam::\d{12}:/, "");
}

/** AWS does not accept the credentials, whatever they are for. */
export function isBadKey(code: string): boolean {
  return [
    "AuthFailure",
    "InvalidClientTokenId",
    "InvalidSignatureException",
    "RequestExpired",
    "RequestTimeTooSkewed",
    "SignatureDoesNotMatch",
    "UnrecognizedClientException",
    "ExpiredToken",
    "ExpiredTokenException",
  ].includes(code);
}

function isOverdue({ awaitingSince, awaitingMs }: RoleHistory, now: Date): boolean {
  const longestMs = awaitingMs ?? usualAwaitingMs;
  return awaitingSince !== null && now.getTime() - awaitingSince.getTime() > longestMs;
}

/** 1, 2, 4 … 60 minutes. */
export function nextTry(failures: number, now: Date): Date {
  return new Date(now.getTime() + Math.min(60, 2 ** Math.min(failures, 6)) * minuteMs);
}
