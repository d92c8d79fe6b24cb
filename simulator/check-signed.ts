// Whether a request is signed by who it says, with credentials that are known and good, and not too long ago.
import { fault } from "./faults.ts";
import { type Identity, identityOf } from "./identity.ts";
import { AwsFault } from "./operation.ts";
import {
  payloadMatches,
  type readAuthorization,
  type SignedRequest,
  signatureMatches,
  signedAt,
} from "./signature.ts";
import type { Api } from "./wire/api.ts";
import { speaksS3 } from "./wire/framing.ts";
import type { World } from "./world.ts";

const allowedSkewMs = 15 * 60_000;

/** The identity of a request that is signed rightly and in time; anything else is thrown as AWS's error. */
export function checkSigned(
  { world, secret }: { world: World; secret: string },
  api: Api,
  request: SignedRequest,
  authorization: ReturnType<typeof readAuthorization>,
  now: Date,
): Identity {
  if (authorization === undefined)
    throw fault(
      api,
      "notSigned",
      speaksS3(api) ? "Access Denied" : "Request is missing Authentication Token",
    );
  const at = signedAt(request.headers);
  if (authorization === "incomplete" || !at) {
    throw fault(
      api,
      "incomplete",
      "The Authorization header or the X-Amz-Date header is missing or malformed.",
    );
  }
  const token = singleHeader(request, "x-amz-security-token");
  const identity = identityOf(world, secret, authorization.claims.accessKeyId, token, now);
  if (identity === "unknown-key") throw fault(api, "unknownKey", unknownKeyMessage(api));
  if (identity === "bad-token") throw fault(api, "badToken", badTokenMessage(api));
  if (identity === "expired") throw fault(api, "expired", expiredMessage(api));
  if (!signatureMatches(request, authorization, identity.secret))
    throw fault(api, "mismatch", mismatchMessage);
  const skewMs = now.getTime() - at.getTime();
  if (Math.abs(skewMs) > allowedSkewMs) throw fault(api, "skewed", skewMessage(api, at, now));
  if (!payloadMatches(request)) {
    if (!speaksS3(api)) throw fault(api, "mismatch", mismatchMessage);
    throw new AwsFault(
      "XAmzContentSHA256Mismatch",
      "The provided 'x-amz-content-sha256' header does not match what was computed.",
    );
  }
  return identity;
}

const mismatchMessage =
  "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.";

export function unknownKeyMessage(api: Api): string {
  if (api.protocol === "ec2Query") return "AWS was not able to validate the provided access credentials";
  if (speaksS3(api)) return "The AWS Access Key Id you provided does not exist in our records.";
  return "The security token included in the request is invalid.";
}

function badTokenMessage(api: Api): string {
  return speaksS3(api) ? "The provided token is malformed or otherwise invalid." : unknownKeyMessage(api);
}

function expiredMessage(api: Api): string {
  if (speaksS3(api)) return "The provided token has expired.";
  return api.protocol === "ec2Query"
    ? "Request has expired."
    : "The security token included in the request is expired";
}

function skewMessage(api: Api, at: Date, now: Date): string {
  if (speaksS3(api)) return "The difference between the request time and the current time is too large.";
  if (api.protocol === "ec2Query") return "Request has expired.";
  const [signed, current] = [compact(at), compact(now)];
  const edge = compact(new Date(now.getTime() + (at < now ? -allowedSkewMs : allowedSkewMs)));
  return at < now
    ? `Signature expired: ${signed} is now earlier than ${edge} (${current} - 15 min.)`
    : `Signature not yet current: ${signed} is still later than ${edge} (${current} + 15 min.)`;
}

function compact(date: Date): string {
  return date.toISOString().replace(/[-:]|\.\d{3}/g, "");
}

export function singleHeader(request: SignedRequest, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value[0] : value;
}
