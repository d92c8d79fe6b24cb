// What makes a bucket public, for every insight that asks: a policy that AWS calls public and nothing
// restricts, or an ACL for everybody that nothing ignores. The account's block wins over the bucket's.
import { allTrue, and, exists, isIn, isTrue, none, not, or, policyAllows } from "#rules/build.ts";
import type { Rule } from "#rules/tree.ts";

const everybody = [
  "http://acs.amazonaws.com/groups/global/AllUsers",
  "http://acs.amazonaws.com/groups/global/AuthenticatedUsers",
];

const blockedByAccount = exists(
  "aws.account.settings",
  "cloud",
  allTrue("S3PublicAccessBlock", ["IgnorePublicAcls", "RestrictPublicBuckets"]),
);

const notBy = {
  policy: (actions: string[]): Rule =>
    or(
      isTrue("PublicAccessBlock.RestrictPublicBuckets"),
      not(and(isTrue("PolicyStatus.IsPublic"), policyAllows("Policy", "anyone", { actions }))),
    ),
  acl: (permissions: string[]): Rule =>
    or(
      isTrue("PublicAccessBlock.IgnorePublicAcls"),
      none("Acl.Grants", and(isIn("Grantee.URI", everybody), isIn("Permission", permissions))),
    ),
};

export const bucketNotPubliclyReadable: Rule = or(
  blockedByAccount,
  and(notBy.policy(["s3:GetObject", "s3:ListBucket"]), notBy.acl(["READ", "READ_ACP", "FULL_CONTROL"])),
);

export const bucketNotPubliclyWritable: Rule = or(
  blockedByAccount,
  and(
    notBy.policy(["s3:PutObject", "s3:DeleteObject", "s3:PutBucketPolicy", "s3:PutBucketAcl"]),
    notBy.acl(["WRITE", "WRITE_ACP", "FULL_CONTROL"]),
  ),
);
