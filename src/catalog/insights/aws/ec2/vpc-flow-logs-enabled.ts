import { defineInsight } from "#catalog/define.ts";
import { equals, related } from "#rules/build.ts";

const flowLog = (FlowLogStatus: string) => ({
  document: { VpcId: "vpc-0a1b2c3d" },
  related: [{ relation: "recordsVpc", type: "aws.ec2.flow-log", document: { FlowLogStatus } }],
});

export default defineInsight({
  id: "aws.ec2.vpc-flow-logs-enabled",
  title: "VPC has flow logs",
  severity: "medium",
  on: "aws.ec2.vpc",
  passes: related("recordsVpc", "aws.ec2.flow-log", {
    direction: "in",
    rule: equals("FlowLogStatus", "ACTIVE"),
  }),
  frameworks: { "cis-aws-5.0": ["3.7"], "cis-aws-7.0": ["4.7"], "aws-fsbp": ["EC2.6"] },
  why: "Flow logs are the only record of who talked to whom. Without them nobody can say where an intruder went or what left the network.",
  fix: {
    steps:
      "Console: VPC → Your VPCs → the VPC → Flow logs → Create flow log, to a bucket or CloudWatch Logs; rejected traffic alone is cheaper, all traffic tells more. CLI: aws ec2 create-flow-logs --resource-type VPC --resource-ids … --traffic-type ALL --log-destination-type s3 --log-destination arn:…. An unused default VPC is better deleted.",
  },
  examples: {
    pass: [flowLog("ACTIVE")],
    fail: [{ document: { VpcId: "vpc-0a1b2c3d" }, related: [] }, flowLog("FAILED")],
    unknown: [{ document: { VpcId: "vpc-0a1b2c3d" }, related: "unseen" }],
  },
});
