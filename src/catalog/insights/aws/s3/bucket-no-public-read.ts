import { defineInsight } from "#catalog/define.ts";
import { bucketNotPubliclyReadable } from "#catalog/public-bucket.ts";

const policy = {
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: "*", Action: "s3:GetObject", Resource: "arn:aws:s3:::shop/*" }],
};
const everybody = "http://acs.amazonaws.com/groups/global/AllUsers";
const grant = { Grantee: { Type: "Group", URI: everybody }, Permission: "READ" };
const closed = { PolicyStatus: { IsPublic: false }, Acl: { Grants: [] } };
const openPolicy = { ...closed, PolicyStatus: { IsPublic: true }, Policy: policy };
const openAcl = { ...closed, Acl: { Grants: [grant] } };
const account = (S3PublicAccessBlock: object) => [
  { type: "aws.account.settings", document: { S3PublicAccessBlock } },
];
const accountBlocks = account({ IgnorePublicAcls: true, RestrictPublicBuckets: true });

export default defineInsight({
  id: "aws.s3.bucket-no-public-read",
  title: "S3 bucket cannot be read by everybody",
  severity: "critical",
  on: "aws.s3.bucket",
  passes: bucketNotPubliclyReadable,
  frameworks: { "aws-fsbp": ["S3.2"] },
  why: "Lists of open buckets are made by robots all day. What everybody can read has been read within hours.",
  fix: {
    steps:
      "Console: S3 → the bucket → Permissions: switch on Block public access, then take the statement for everybody out of the policy and the grants for Everyone and Authenticated users out of the ACL. CLI: aws s3api put-public-access-block …, aws s3api put-bucket-policy …, aws s3api put-bucket-acl --acl private. See CloudTrail's data events or the access log for who has used it.",
  },
  examples: {
    pass: [
      { document: closed },
      { document: { ...openPolicy, PublicAccessBlock: { RestrictPublicBuckets: true } } },
      { document: { ...openAcl, PublicAccessBlock: { IgnorePublicAcls: true } } },
      { document: openPolicy, related: accountBlocks },
    ],
    fail: [
      { document: openPolicy },
      { document: openAcl },
      { document: openAcl, related: account({ IgnorePublicAcls: false, RestrictPublicBuckets: true }) },
      { document: openPolicy, related: account({ IgnorePublicAcls: true, RestrictPublicBuckets: false }) },
    ],
    unknown: [
      { document: closed, gaps: ["Acl"] },
      { document: { ...closed, PolicyStatus: { IsPublic: true } }, gaps: ["Policy"] },
      { document: openPolicy, related: "unseen" },
    ],
  },
});
