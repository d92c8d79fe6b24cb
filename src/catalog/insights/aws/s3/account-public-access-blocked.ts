import { defineInsight } from "#catalog/define.ts";
import { allTrue } from "#rules/build.ts";

const on = {
  BlockPublicAcls: true,
  IgnorePublicAcls: true,
  BlockPublicPolicy: true,
  RestrictPublicBuckets: true,
};
const without = (setting: keyof typeof on) => ({
  document: { S3PublicAccessBlock: { ...on, [setting]: false } },
});

export default defineInsight({
  id: "aws.s3.account-public-access-blocked",
  title: "Account blocks public access to S3",
  severity: "high",
  on: "aws.account.settings",
  passes: allTrue("S3PublicAccessBlock", Object.keys(on)),
  frameworks: { "cis-aws-5.0": ["2.1.4"], "cis-aws-7.0": ["3.1.4"], "aws-fsbp": ["S3.1"] },
  why: "The account's block holds for every bucket, also for the one that somebody makes tomorrow. Without it each bucket is one wrong policy away from the internet.",
  fix: {
    steps:
      "First see which buckets are public on purpose, and move them behind CloudFront or into an account for public content. Console: S3 → Block Public Access settings for this account → Edit → Block all. CLI: aws s3control put-public-access-block --account-id … --public-access-block-configuration BlockPublicAcls=true,IgnorePublicAcls=true,BlockPublicPolicy=true,RestrictPublicBuckets=true.",
  },
  examples: {
    pass: [{ document: { S3PublicAccessBlock: on } }],
    fail: [
      { document: {} },
      without("BlockPublicAcls"),
      without("IgnorePublicAcls"),
      without("BlockPublicPolicy"),
      without("RestrictPublicBuckets"),
    ],
    unknown: [{ document: {}, gaps: ["S3PublicAccessBlock"] }],
  },
});
