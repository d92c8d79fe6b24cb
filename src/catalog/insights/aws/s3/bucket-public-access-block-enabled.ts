import { defineInsight } from "#catalog/define.ts";
import { allTrue } from "#rules/build.ts";

const on = {
  BlockPublicAcls: true,
  IgnorePublicAcls: true,
  BlockPublicPolicy: true,
  RestrictPublicBuckets: true,
};
const without = (setting: keyof typeof on) => ({
  document: { PublicAccessBlock: { ...on, [setting]: false } },
});

export default defineInsight({
  id: "aws.s3.bucket-public-access-block-enabled",
  title: "S3 bucket blocks public access",
  severity: "high",
  on: "aws.s3.bucket",
  passes: allTrue("PublicAccessBlock", Object.keys(on)),
  frameworks: { "cis-aws-5.0": ["2.1.4"], "cis-aws-7.0": ["3.1.4"], "aws-fsbp": ["S3.8"] },
  why: "With all four settings on, no policy and no ACL can make the bucket public, whoever writes it.",
  fix: {
    steps:
      "Console: S3 → the bucket → Permissions → Block public access → Edit → Block all. CLI: aws s3api put-public-access-block --bucket … --public-access-block-configuration BlockPublicAcls=true,IgnorePublicAcls=true,BlockPublicPolicy=true,RestrictPublicBuckets=true. If the bucket serves a website, put CloudFront with origin access control before it first.",
  },
  examples: {
    pass: [{ document: { PublicAccessBlock: on } }],
    fail: [
      { document: {} },
      without("BlockPublicAcls"),
      without("IgnorePublicAcls"),
      without("BlockPublicPolicy"),
      without("RestrictPublicBuckets"),
    ],
    unknown: [{ document: {}, gaps: ["PublicAccessBlock"] }],
  },
});
