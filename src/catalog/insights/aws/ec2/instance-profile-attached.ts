import { defineInsight } from "#catalog/define.ts";
import { isIn, isSet, not } from "#rules/build.ts";

const arn = "arn:aws:iam::111122223333:instance-profile/web";

export default defineInsight({
  id: "aws.ec2.instance-profile-attached",
  title: "Instance reaches AWS through a role",
  severity: "low",
  on: "aws.ec2.instance",
  applies: not(isIn("State.Name", ["shutting-down", "terminated"])),
  passes: isSet("IamInstanceProfile.Arn"),
  frameworks: { "cis-aws-5.0": ["1.17"], "cis-aws-7.0": ["2.16"] },
  why: "A machine without a role tempts people to put access keys on its disk, where they stay in every image and backup.",
  fix: {
    steps:
      "Make a role with what the machine needs; with the policy AmazonSSMManagedInstanceCore it can also be managed without SSH. Console: EC2 → Instances → the instance → Actions → Security → Modify IAM role. CLI: aws ec2 associate-iam-instance-profile --instance-id … --iam-instance-profile Name=….",
  },
  examples: {
    pass: [{ document: { State: { Name: "running" }, IamInstanceProfile: { Arn: arn } } }],
    fail: [{ document: { State: { Name: "running" } } }],
    unknown: [{ document: { State: { Name: "running" } }, gaps: ["IamInstanceProfile"] }],
    notApplicable: [{ document: { State: { Name: "terminated" } } }],
  },
});
