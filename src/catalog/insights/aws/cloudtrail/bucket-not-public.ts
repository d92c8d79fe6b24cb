import { defineInsight, type ExampleDocument } from "#catalog/define.ts";
import { bucketNotPubliclyReadable, bucketNotPubliclyWritable } from "#catalog/public-bucket.ts";
import { and, related } from "#rules/build.ts";

const everybody = "http://acs.amazonaws.com/groups/global/AllUsers";
const bucket = (document: ExampleDocument, block?: object) => ({
  document: { S3BucketName: "audit" },
  related: [
    { relation: "bucket", type: "aws.s3.bucket", document },
    ...(block ? [{ type: "aws.account.settings", document: { S3PublicAccessBlock: block } }] : []),
  ],
});
const allow = (Action: string) => ({
  PolicyStatus: { IsPublic: true },
  Policy: { Version: "2012-10-17", Statement: [{ Effect: "Allow", Principal: "*", Action, Resource: "*" }] },
});
const acl = (Permission: string) => ({ Acl: { Grants: [{ Grantee: { URI: everybody }, Permission }] } });

export default defineInsight({
  id: "aws.cloudtrail.bucket-not-public",
  title: "Trail's bucket is not public",
  severity: "critical",
  on: "aws.cloudtrail.trail",
  passes: related("bucket", "aws.s3.bucket", {
    quantifier: "all",
    rule: and(bucketNotPubliclyReadable, bucketNotPubliclyWritable),
  }),
  frameworks: {},
  why: "The log names your users, roles and addresses and shows what is watched. In public it is a map for attackers, and who can write to the bucket can destroy the evidence.",
  fix: {
    steps:
      "In the account of the bucket: Console: S3 → the bucket → Permissions → Block public access → Block all, then clean policy and ACL. CLI: aws s3api put-public-access-block --bucket … --public-access-block-configuration BlockPublicAcls=true,IgnorePublicAcls=true,BlockPublicPolicy=true,RestrictPublicBuckets=true. CloudTrail's own statements in the policy stay.",
  },
  examples: {
    pass: [
      bucket({ Acl: { Grants: [] } }),
      bucket({ ...allow("s3:*"), PublicAccessBlock: { RestrictPublicBuckets: true } }),
      bucket({ ...acl("READ"), PublicAccessBlock: { IgnorePublicAcls: true } }),
      bucket(acl("READ"), { IgnorePublicAcls: true, RestrictPublicBuckets: true }),
    ],
    fail: [
      bucket(allow("s3:GetObject")),
      bucket(allow("s3:PutObject")),
      bucket(acl("READ")),
      bucket(acl("WRITE")),
    ],
    unknown: [{ document: { S3BucketName: "audit" }, related: "unseen" }],
  },
});
