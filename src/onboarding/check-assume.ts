// Why a role could not be assumed, or a key not be used: which field to mend, and what to do. A refusal, a session that
// would last too long, credentials that ended and an AWS that does not answer are told apart.
import type { AwsError } from "#model/aws-call.ts";
import type { FieldError } from "#model/problem.ts";
import { sentence } from "./checks.ts";

interface AssumedRole {
  /** JSON Pointers to its fields. */
  arnPath: string;
  durationPath: string;
  durationSeconds: number;
  /** Who assumes it. */
  caller: string;
  /** The role is the installation's own (E21). */
  isOwn: boolean;
}

const notAccepted = new Set([
  "ExpiredToken",
  "ExpiredTokenException",
  "InvalidClientTokenId",
  "SignatureDoesNotMatch",
]);

export function assumeError(error: AwsError, role: AssumedRole): FieldError {
  const { arnPath, durationPath, durationSeconds, caller, isOwn } = role;
  const said = sentence(error.message);
  const failed = (detail: string, path = arnPath, code = "assume-role-failed") => ({ path, code, detail });
  if (/DurationSeconds exceeds/.test(error.message)) {
    const seconds = durationSeconds.toLocaleString("en");
    const detail = `The role's sessions may not last ${seconds} seconds. Give fewer, or raise the maximum session duration of the role. AWS says: ${said}`;
    return failed(detail, durationPath, "out-of-range");
  }
  if (isPassing(error))
    return failed(`AWS could not be asked to assume the role: ${said} Try again in a minute.`);
  if (notAccepted.has(error.code))
    return failed(
      `AWS does not accept the credentials of ${caller}, so no role can be assumed with them: ${said} Renew them, then try again.`,
      "/credentialSource",
      "credentials-not-accepted",
    );
  if (isOwn)
    return failed(
      `This is the role that Skywarden itself runs as, and it does not trust itself: ${said} Make a role from the template in its account, and give the ARN of that one.`,
    );
  return failed(
    `The role cannot be assumed: ${said} Check that the role exists in this account, that it trusts ${caller}, and that its external id is the one given here.`,
  );
}

export function keyError(error: AwsError, place = ""): FieldError {
  const said = sentence(error.message);
  if (isPassing(error))
    return {
      path: "/accessKeyId",
      code: "key-not-tried",
      detail: `AWS could not be asked whether this key works${place}: ${said} Try again in a minute.`,
    };
  const isSecret = error.code === "SignatureDoesNotMatch";
  return {
    path: isSecret ? "/secretAccessKey" : "/accessKeyId",
    code: isSecret ? "invalid-secret-key" : "invalid-access-key",
    detail: `AWS does not accept this key${place}: ${said} Give ${isSecret ? "the secret that belongs to it" : "an active key"}.`,
  };
}

const isPassing = ({ reason }: AwsError) => reason === "throttled" || reason === "unavailable";
