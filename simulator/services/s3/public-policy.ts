// Whether a bucket policy is public, by the definition in AWS's documentation of Block Public Access:
// an Allow to everybody is public unless a condition narrows it to fixed values of a listed key.

interface Statement {
  Effect?: string;
  Principal?: unknown;
  NotPrincipal?: unknown;
  Condition?: Record<string, Record<string, unknown>>;
}

const narrowingKeys = new Set([
  "aws:sourceip",
  "aws:sourcearn",
  "aws:sourcevpc",
  "aws:sourcevpce",
  "aws:sourceowner",
  "aws:sourceaccount",
  "aws:sourceorgid",
  "aws:sourceorgpaths",
  "aws:userid",
  "aws:principalorgid",
  "aws:principalorgpaths",
  "aws:principalaccount",
  "aws:principalarn",
  "s3:dataaccesspointarn",
  "s3:dataaccesspointaccount",
  "s3:x-amz-server-side-encryption-aws-kms-key-id",
]);

const narrowingOperators =
  /^(ForA(ny|ll)Values:)?(String(Equals|Like)(IgnoreCase)?|Arn(Equals|Like)|IpAddress)$/i;

export function isPublicPolicy(policy: string): boolean {
  const { Statement: statements } = JSON.parse(policy) as { Statement: Statement | Statement[] };
  return [statements].flat().some(isPublicStatement);
}

function isPublicStatement({ Effect, Principal, NotPrincipal, Condition }: Statement): boolean {
  if (Effect !== "Allow") return false;
  if (NotPrincipal === undefined && !namesEverybody(Principal)) return false;
  return !Object.entries(Condition ?? {}).some(
    ([operator, keys]) =>
      narrowingOperators.test(operator) &&
      Object.entries(keys).some(
        ([key, values]) =>
          narrowingKeys.has(key.toLowerCase()) &&
          [values].flat().every((value) => isFixed(key, String(value))),
      ),
  );
}

function namesEverybody(principal: unknown): boolean {
  if (principal === "*") return true;
  const { AWS } = (principal ?? {}) as { AWS?: unknown };
  return [AWS].flat().includes("*");
}

/** No wildcard or variable, and no very wide address range (AWS names 0.0.0.0/1; the exact limit is not published). */
function isFixed(key: string, value: string): boolean {
  if (key.toLowerCase() === "aws:sourceip") {
    const prefix = Number(value.split("/")[1] ?? (value.includes(":") ? 128 : 32));
    return prefix >= (value.includes(":") ? 32 : 8);
  }
  return !/[*?]|\$\{/.test(value);
}
