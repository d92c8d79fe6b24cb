// What an error of AWS means: may it be sent again, and why was nothing read. Codes are wire codes
// ("NoSuchEntity", not the SDK's "NoSuchEntityException").
import type { AwsError } from "#model/aws-call.ts";

/** "again" = sent again at once with something corrected (clock, region). */
export type Retry = "no" | "transient" | "throttled";

/** The SDK's list (@smithy/core/retry), without LimitExceededException, which is mostly a real quota. */
const throttlingCodes = new Set([
  "BandwidthLimitExceeded",
  "EC2ThrottledException",
  "PriorRequestNotComplete",
  "ProvisionedThroughputExceededException",
  "RequestLimitExceeded",
  "RequestThrottled",
  "RequestThrottledException",
  "SlowDown",
  "ThrottledException",
  "Throttling",
  "ThrottlingException",
  "TooManyRequestsException",
  "TransactionInProgressException",
]);

const transientCodes = new Set([
  "InternalError",
  "InternalFailure",
  "InternalServerError",
  "RequestTimeout",
  "RequestTimeoutException",
  "ServiceUnavailable",
  "TimeoutError",
]);

const deniedCodes = new Set([
  "AccessDenied",
  "AccessDeniedException",
  "AuthFailure",
  "AuthorizationError",
  "AuthorizationErrorException",
  "ExpiredToken",
  "ExpiredTokenException",
  "IncompleteSignature",
  "InvalidAccessKeyId",
  "InvalidClientTokenId",
  "InvalidSignatureException",
  "MissingAuthenticationToken",
  "NotAuthorized",
  "OptInRequired",
  "RequestExpired",
  "SignatureDoesNotMatch",
  "SubscriptionRequiredException",
  "UnauthorizedOperation",
  "UnauthorizedException",
  "UnrecognizedClientException",
]);

const clockCodes = new Set([
  "AccessDeniedException",
  "AuthFailure",
  "InvalidSignatureException",
  "RequestExpired",
  "RequestInTheFuture",
  "RequestTimeTooSkewed",
  "SignatureDoesNotMatch",
]);

export function retryOf(code: string, status: number, operation: string): Retry {
  if (isThrottling(code, status, operation)) return "throttled";
  if (transientCodes.has(code) || status === 500 || status === 502 || status === 503 || status === 504) {
    return "transient";
  }
  return "no";
}

export function reasonOf(code: string, status: number, operation: string): AwsError["reason"] {
  if (isThrottling(code, status, operation)) return "throttled";
  if (deniedCodes.has(code) || status === 401 || status === 403) return "denied";
  if (transientCodes.has(code) || status >= 500) return "unavailable";
  return "failed";
}

/** A read cannot exceed a quota of things, so there LimitExceededException is about its rate. */
function isThrottling(code: string, status: number, operation: string): boolean {
  if (status === 429 || throttlingCodes.has(code)) return true;
  return (
    code === "LimitExceededException" &&
    /^(Get|List|Describe|BatchGet|Search|Lookup|Simulate)/.test(operation)
  );
}

/** Whether the code can come of a wrong clock here; the answer's Date header decides. */
export function maySpeakOfClock(code: string): boolean {
  return clockCodes.has(code);
}

const layers: [pattern: RegExp, layer: string][] = [
  [/service control polic/i, "scp"],
  [/resource control polic/i, "rcp"],
  [/permissions boundar/i, "boundary"],
  [/session polic/i, "session"],
  [/VPC endpoint polic/i, "endpoint"],
  [/resource-based polic/i, "resource"],
  [/role trust polic/i, "trust"],
  [/identity-based polic/i, "identity"],
];

/** Layer and policy that a denial's text names: "… with an explicit deny in a service control policy: arn:…". */
export function deniedByOf(message: string): { layer: string; policyArn: string | null } | null {
  const named =
    /(?:with an explicit deny in|because no) (?:an? )?(.+?)(?: allows\b|: *(arn:\S+)|[.,;]|$)/i.exec(message);
  const layer = layers.find(([pattern]) => pattern.test(named?.[1] ?? ""))?.[1];
  if (!named || !layer) return null;
  return { layer, policyArn: named[2]?.replace(/[.,;]+$/, "") ?? null };
}
