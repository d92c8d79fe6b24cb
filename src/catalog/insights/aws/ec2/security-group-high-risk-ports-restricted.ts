import { defineInsight } from "#catalog/define.ts";
import { not, portsOpen } from "#rules/build.ts";

// FTP, SSH, Telnet, SMTP, POP3, RPC, IMAP, SMB, SQL Server, Go and Node servers, MySQL, RDP, Ruby,
// Flask, PostgreSQL, Kibana, OpenSearch, proxies and Elasticsearch.
const highRiskPorts = [
  20, 21, 22, 23, 25, 110, 135, 143, 445, 1433, 1434, 3000, 3306, 3389, 4333, 5000, 5432, 5500, 5601, 8080,
  8088, 8888, 9200, 9300,
];

const tcp = (FromPort: number, ToPort: number, source: object) => ({
  document: { IpPermissions: [{ IpProtocol: "tcp", FromPort, ToPort, ...source }] },
});
const ipv4 = (CidrIp: string) => ({ IpRanges: [{ CidrIp }], Ipv6Ranges: [] });
const ipv6 = (CidrIpv6: string) => ({ IpRanges: [], Ipv6Ranges: [{ CidrIpv6 }] });
const allProtocols = (source: object) => ({ document: { IpPermissions: [{ IpProtocol: "-1", ...source }] } });

export default defineInsight({
  id: "aws.ec2.security-group-high-risk-ports-restricted",
  title: "Security group keeps the internet from high-risk ports",
  severity: "critical",
  on: "aws.ec2.security-group",
  passes: not(portsOpen("IpPermissions", highRiskPorts, "internet")),
  frameworks: { "aws-fsbp": ["EC2.19"] },
  why: "Databases, directories, mail and admin consoles are made for trusted networks. On the internet they are found and tried at once.",
  fix: {
    steps:
      "Replace the rule by the security group or the addresses that need the port. Console: EC2 → Security Groups → the group → Inbound rules → Edit. CLI: aws ec2 revoke-security-group-ingress --group-id … --ip-permissions …, aws ec2 authorize-security-group-ingress … with the narrow source.",
  },
  examples: {
    pass: [
      { document: { IpPermissions: [] } },
      tcp(443, 443, ipv4("0.0.0.0/0")),
      tcp(5432, 5432, ipv4("10.0.0.0/8")),
    ],
    fail: [
      tcp(5432, 5432, ipv4("0.0.0.0/0")),
      tcp(5432, 5432, ipv6("::/0")),
      tcp(0, 65535, ipv4("0.0.0.0/0")),
      allProtocols(ipv4("0.0.0.0/0")),
    ],
    unknown: [{ document: {}, gaps: ["IpPermissions"] }],
  },
});
