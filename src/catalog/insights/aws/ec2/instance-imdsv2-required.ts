import { defineInsight } from "#catalog/define.ts";
import { equals, isIn, not, or } from "#rules/build.ts";

const instance = (HttpTokens: string, HttpEndpoint = "enabled", Name = "running") => ({
  document: { State: { Name }, MetadataOptions: { HttpTokens, HttpEndpoint } },
});

export default defineInsight({
  id: "aws.ec2.instance-imdsv2-required",
  title: "Instance accepts version 2 of the metadata service only",
  severity: "high",
  on: "aws.ec2.instance",
  applies: not(isIn("State.Name", ["shutting-down", "terminated"])),
  passes: or(
    equals("MetadataOptions.HttpTokens", "required"),
    equals("MetadataOptions.HttpEndpoint", "disabled"),
  ),
  frameworks: { "cis-aws-5.0": ["5.7"], "cis-aws-7.0": ["6.7"], "aws-fsbp": ["EC2.8"] },
  why: "Version 1 answers any request from the machine. A web program that can be talked into fetching an address gives away the credentials of the instance's role.",
  fix: {
    steps:
      "See in CloudWatch whether MetadataNoToken stays at 0, then require tokens. Console: EC2 → Instances → the instance → Actions → Instance settings → Modify instance metadata options → IMDSv2 Required. CLI: aws ec2 modify-instance-metadata-options --instance-id … --http-tokens required. For new instances: aws ec2 modify-instance-metadata-defaults --http-tokens required in each region.",
  },
  examples: {
    pass: [instance("required"), instance("optional", "disabled")],
    fail: [instance("optional")],
    unknown: [{ document: { State: { Name: "running" } }, gaps: ["MetadataOptions"] }],
    notApplicable: [instance("optional", "enabled", "terminated")],
  },
});
