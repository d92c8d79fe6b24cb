import { defineInsight } from "#catalog/define.ts";
import { and, count, equals } from "#rules/build.ts";

const rule = { IpProtocol: "-1" };
const group = (GroupName: string, IpPermissions: object[], IpPermissionsEgress: object[]) => ({
  document: { GroupName, IpPermissions, IpPermissionsEgress },
});

export default defineInsight({
  id: "aws.ec2.security-group-default-closed",
  title: "Default security group lets nothing through",
  severity: "medium",
  on: "aws.ec2.security-group",
  applies: equals("GroupName", "default"),
  passes: and(count("IpPermissions", { atMost: 0 }), count("IpPermissionsEgress", { atMost: 0 })),
  frameworks: { "cis-aws-5.0": ["5.5"], "cis-aws-7.0": ["6.5"], "aws-fsbp": ["EC2.2"] },
  why: "What is started without naming a group gets this one. If it is closed, such a machine stands alone instead of trusting all others that were started the same way.",
  fix: {
    steps:
      "Move what uses the group to groups of its own, then remove all rules, inbound and outbound. Console: EC2 → Security Groups → default → Edit inbound rules, Edit outbound rules. CLI: aws ec2 revoke-security-group-ingress and revoke-security-group-egress --group-id … --ip-permissions ….",
  },
  examples: {
    pass: [group("default", [], [])],
    fail: [group("default", [rule], []), group("default", [], [rule])],
    unknown: [
      { document: { GroupName: "default", IpPermissions: [] }, gaps: ["IpPermissionsEgress"] },
      { document: { GroupName: "default", IpPermissionsEgress: [] }, gaps: ["IpPermissions"] },
    ],
    notApplicable: [group("web", [rule], [rule])],
  },
});
