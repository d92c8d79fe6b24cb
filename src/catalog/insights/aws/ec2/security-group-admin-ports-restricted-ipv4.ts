import { defineInsight } from "#catalog/define.ts";
import { not, portsOpen } from "#rules/build.ts";

const tcp = (FromPort: number, ToPort: number, source: object) => ({
  document: { IpPermissions: [{ IpProtocol: "tcp", FromPort, ToPort, ...source }] },
});
const ipv4 = (CidrIp: string) => ({ IpRanges: [{ CidrIp }], Ipv6Ranges: [] });
const ipv6 = (CidrIpv6: string) => ({ IpRanges: [], Ipv6Ranges: [{ CidrIpv6 }] });
const allProtocols = (source: object) => ({ document: { IpPermissions: [{ IpProtocol: "-1", ...source }] } });

export default defineInsight({
  id: "aws.ec2.security-group-admin-ports-restricted-ipv4",
  title: "Security group keeps all IPv4 addresses from admin ports",
  severity: "high",
  on: "aws.ec2.security-group",
  passes: not(portsOpen("IpPermissions", [22, 3389], "internet-ipv4")),
  frameworks: { "cis-aws-5.0": ["5.3"], "cis-aws-7.0": ["6.3"] },
  why: "SSH and Remote Desktop give whole machines away; the whole of IPv4 is searched for them several times a day.",
  fix: {
    steps:
      "Replace the rule by the addresses of your offices or VPN, or remove it and use Session Manager or EC2 Instance Connect, which need no open port. Console: EC2 → Security Groups → the group → Inbound rules → Edit. CLI: aws ec2 revoke-security-group-ingress --group-id … --ip-permissions ….",
  },
  examples: {
    pass: [
      { document: { IpPermissions: [] } },
      tcp(22, 22, ipv4("198.51.100.0/24")),
      tcp(22, 22, ipv6("::/0")),
    ],
    fail: [
      tcp(22, 22, ipv4("0.0.0.0/0")),
      tcp(3389, 3389, ipv4("0.0.0.0/0")),
      tcp(20, 30, ipv4("0.0.0.0/0")),
      allProtocols(ipv4("0.0.0.0/0")),
    ],
    unknown: [{ document: {}, gaps: ["IpPermissions"] }],
  },
});
