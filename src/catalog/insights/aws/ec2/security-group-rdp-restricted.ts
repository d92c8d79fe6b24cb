import { defineInsight } from "#catalog/define.ts";
import { not, portsOpen } from "#rules/build.ts";

const tcp = (FromPort: number, ToPort: number, source: object) => ({
  document: { IpPermissions: [{ IpProtocol: "tcp", FromPort, ToPort, ...source }] },
});
const ipv4 = (CidrIp: string) => ({ IpRanges: [{ CidrIp }], Ipv6Ranges: [] });
const ipv6 = (CidrIpv6: string) => ({ IpRanges: [], Ipv6Ranges: [{ CidrIpv6 }] });
const allProtocols = (source: object) => ({ document: { IpPermissions: [{ IpProtocol: "-1", ...source }] } });

export default defineInsight({
  id: "aws.ec2.security-group-rdp-restricted",
  title: "Security group keeps the internet from Remote Desktop",
  severity: "high",
  on: "aws.ec2.security-group",
  passes: not(portsOpen("IpPermissions", [3389], "internet")),
  frameworks: { "cis-aws-5.0": ["5.3", "5.4"], "cis-aws-7.0": ["6.3", "6.4"] },
  why: "Remote Desktop on the internet is one of the most common ways in for ransomware.",
  fix: {
    steps:
      "Replace the rule by the addresses of your offices or VPN, or remove it and use Session Manager or EC2 Instance Connect, which need no open port. Console: EC2 → Security Groups → the group → Inbound rules → Edit. CLI: aws ec2 revoke-security-group-ingress --group-id … --ip-permissions ….",
  },
  examples: {
    pass: [
      { document: { IpPermissions: [] } },
      tcp(443, 443, ipv4("0.0.0.0/0")),
      tcp(3389, 3389, ipv4("10.0.0.0/8")),
    ],
    fail: [
      tcp(3389, 3389, ipv4("0.0.0.0/0")),
      tcp(3389, 3389, ipv6("::/0")),
      tcp(0, 65535, ipv4("0.0.0.0/0")),
      allProtocols(ipv4("0.0.0.0/0")),
    ],
    unknown: [{ document: {}, gaps: ["IpPermissions"] }],
  },
});
