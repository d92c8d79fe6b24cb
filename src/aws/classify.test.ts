import { expect, test } from "vitest";
import { deniedByOf, reasonOf, retryOf } from "./classify.ts";

// Texts as AWS's user guide gives them ("Troubleshoot access denied error messages"), 2026-11-22.
const user =
  "User: arn:aws:iam::123456789012:user/JohnDoe is not authorized to perform: codecommit:ListRepositories";
const scp =
  "arn:aws:organizations::777788889999:policy/o-exampleorgid/service_control_policy/p-examplepolicyid";
const denials: [message: string, layer: string | null, policyArn: string | null][] = [
  [`${user} because no service control policy allows the codecommit:ListRepositories action`, "scp", null],
  [`${user} on resource: x with an explicit deny in a service control policy`, "scp", null],
  [`${user} on resource: x with an explicit deny in a service control policy: ${scp}`, "scp", scp],
  [`${user} on resource: x with an explicit deny in a service control policy: ${scp}.`, "scp", scp],
  [`${user} with an explicit deny in a resource control policy`, "rcp", null],
  [`${user} because no resource-based policy allows the x:y action`, "resource", null],
  [`${user} on resource: a with an explicit deny in a resource-based policy`, "resource", null],
  [`${user} because no permissions boundary allows the x:y action`, "boundary", null],
  [`${user} with an explicit deny in a permissions boundary`, "boundary", null],
  [`${user} because no session policy allows the x:y action`, "session", null],
  [`${user} because no identity-based policy allows the x:y action`, "identity", null],
  [`${user} with an explicit deny in an identity-based policy`, "identity", null],
  [`${user} because no VPC endpoint policy allows the x:y action`, "endpoint", null],
  [
    "User: x is not authorized to perform: sts:AssumeRole because no role trust policy allows the sts:AssumeRole action",
    "trust",
    null,
  ],
  [
    "You are not authorized to perform this operation. Encoded authorization failure message: abc",
    null,
    null,
  ],
  ["Access Denied", null, null],
];

test.each(denials)("%s", (message, layer, policyArn) => {
  expect(deniedByOf(message)).toEqual(layer === null ? null : { layer, policyArn });
});

const codes: [code: string, status: number, operation: string, reason: string, retry: string][] = [
  ["AccessDenied", 403, "GetBucketPolicy", "denied", "no"],
  ["UnauthorizedOperation", 403, "DescribeInstances", "denied", "no"],
  ["AuthFailure", 401, "DescribeInstances", "denied", "no"],
  ["InvalidClientTokenId", 403, "GetCallerIdentity", "denied", "no"],
  ["ExpiredToken", 400, "AssumeRole", "denied", "no"],
  ["RequestLimitExceeded", 503, "DescribeInstances", "throttled", "throttled"],
  ["SlowDown", 503, "GetBucketAcl", "throttled", "throttled"],
  ["Throttling", 400, "ListRoles", "throttled", "throttled"],
  ["TooManyRequestsException", 429, "ListParents", "throttled", "throttled"],
  ["Anything", 429, "ListParents", "throttled", "throttled"],
  ["LimitExceededException", 400, "ListKeys", "throttled", "throttled"],
  ["LimitExceededException", 400, "CreateKey", "failed", "no"],
  ["InternalError", 500, "GetBucketAcl", "unavailable", "transient"],
  ["ServiceUnavailable", 503, "ListRoles", "unavailable", "transient"],
  ["RequestTimeout", 400, "GetBucketAcl", "unavailable", "transient"],
  ["NotImplemented", 501, "GetBucketAcl", "unavailable", "no"],
  ["NoSuchBucketPolicy", 404, "GetBucketPolicy", "failed", "no"],
  ["ValidationError", 400, "ListRoles", "failed", "no"],
];

test.each(codes)("%s with %i of %s is %s, again: %s", (code, status, operation, reason, retry) => {
  expect(reasonOf(code, status, operation)).toBe(reason);
  expect(retryOf(code, status, operation)).toBe(retry);
});
