import { defineInsight } from "#catalog/define.ts";
import { not, portsOpen } from "#rules/build.ts";

const tcp = (FromPort: number, ToPort: number, source: object) => ({
  document: { IpPermissions: [{ IpProtocol: "tcp", FromPort, ToPort, ...source }] },
});
const ipv4 = (CidrIp: string) => ({ IpRanges: [{ CidrIp }], Ipv6Ranges: [] });
const ipv6 = (CidrIpv6: string) => ({ IpRanges: [], Ipv6Ranges: [{ CidrIpv6 }] });
const allProtocols = (source: object) => ({ document: { IpPermissions: [{ IpProtocol: "-1", ...source }] } });

export default defineInsight({
  id: "aws.ec2.security-group-no-all-ports-open",
  title: "Security group does not open every port to the internet",
  severity: "high",
  on: "aws.ec2.security-group",
  passes: not(portsOpen("IpPermissions", "all", "internet")),
  frameworks: { "cis-aws-5.0": ["5.3", "5.4"], "cis-aws-7.0": ["6.3", "6.4"], "aws-fsbp": ["EC2.18"] },
  why: "The group is no wall at all: whatever starts to listen on the machine, today or next year, is on the internet.",
  fix: {
    steps:
      "Open only the ports that visitors need, most often 443. Console: EC2 → Security Groups → the group → Inbound rules → Edit. CLI: aws ec2 revoke-security-group-ingress --group-id … --ip-permissions …, aws ec2 authorize-security-group-ingress --group-id … --protocol tcp --port 443 --cidr 0.0.0.0/0.",
  },
  examples: {
    pass: [
      { document: { IpPermissions: [] } },
      tcp(443, 443, ipv4("0.0.0.0/0")),
      allProtocols(ipv4("10.0.0.0/8")),
    ],
    fail: [allProtocols(ipv4("0.0.0.0/0")), allProtocols(ipv6("::/0")), tcp(0, 65535, ipv4("0.0.0.0/0"))],
    unknown: [{ document: {}, gaps: ["IpPermissions"] }],
  },
});
