import { defineInsight } from "#catalog/define.ts";
import { and, isIn, isSet, none, not } from "#rules/build.ts";

const instance = (document: object, Name = "running") => ({
  document: { State: { Name }, NetworkInterfaces: [{ PrivateIpAddress: "10.0.0.7" }], ...document },
});
const second = { NetworkInterfaces: [{ Association: { PublicIp: "203.0.113.7" } }] };

export default defineInsight({
  id: "aws.ec2.instance-no-public-ip",
  title: "Instance has no public IPv4 address",
  severity: "medium",
  on: "aws.ec2.instance",
  applies: not(isIn("State.Name", ["shutting-down", "terminated"])),
  passes: and(not(isSet("PublicIpAddress")), none("NetworkInterfaces", isSet("Association.PublicIp"))),
  frameworks: { "aws-fsbp": ["EC2.9"] },
  why: "A public address lets the whole internet talk to the machine; only its security groups are left between them. It also costs money by the hour.",
  fix: {
    steps:
      "Put a load balancer in front and start the machine anew in a private subnet; for work on it use Session Manager. An elastic address can be taken away at once: Console: EC2 → Elastic IPs → Actions → Disassociate. CLI: aws ec2 disassociate-address --association-id …; aws ec2 modify-subnet-attribute --subnet-id … --no-map-public-ip-on-launch keeps new machines private.",
  },
  examples: {
    pass: [instance({})],
    fail: [instance({ PublicIpAddress: "203.0.113.7" }), instance(second)],
    unknown: [{ document: { State: { Name: "running" } }, gaps: ["NetworkInterfaces"] }],
    notApplicable: [instance(second, "terminated")],
  },
});
