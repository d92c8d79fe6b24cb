// The arithmetic of security group rules: AWS takes and shows permissions (protocol and ports with
// many sources), but adds, compares and removes single rules. Knows nothing of groups.
import type { IpPermission } from "@aws-sdk/client-ec2";
import type { Stored } from "../../stored.ts";

export type Permission = Stored<IpPermission>;

const sources = ["IpRanges", "Ipv6Ranges", "PrefixListIds", "UserIdGroupPairs"] as const;
type SourceMember = (typeof sources)[number];

export interface Rule {
  protocol: string;
  from: number | undefined;
  to: number | undefined;
  member: SourceMember;
  source: Record<string, string | undefined>;
}

const protocols: Record<string, string> = { "6": "tcp", "17": "udp", "1": "icmp", "58": "icmpv6", all: "-1" };

/** One rule for each source of each permission. */
export function rulesOf(permissions: Permission[] | undefined): Rule[] {
  return (permissions ?? []).flatMap((permission) => {
    const given = permission.IpProtocol ?? "-1";
    const protocol = protocols[given] ?? given;
    const hasPorts = protocol !== "-1";
    return sources.flatMap((member) =>
      ((permission[member] ?? []) as Record<string, string | undefined>[]).map((source) => ({
        protocol,
        from: hasPorts ? permission.FromPort : undefined,
        to: hasPorts ? permission.ToPort : undefined,
        member,
        source,
      })),
    );
  });
}

/** Two rules are the same if all but the description is. */
export function ruleKey({ protocol, from, to, source }: Rule): string {
  const { CidrIp, CidrIpv6, PrefixListId, GroupId } = source;
  return [protocol, from ?? "", to ?? "", CidrIp ?? CidrIpv6 ?? PrefixListId ?? GroupId].join("|");
}

/** AWS's form again: one permission per protocol and ports, all four source lists present. */
export function permissionsOf(rules: Rule[]): Permission[] {
  const merged = new Map<string, Permission>();
  for (const { protocol, from, to, member, source } of rules) {
    const key = `${protocol}|${from}|${to}`;
    const permission = merged.get(key) ?? {
      IpProtocol: protocol,
      ...(from === undefined ? {} : { FromPort: from }),
      ...(to === undefined ? {} : { ToPort: to }),
      IpRanges: [],
      Ipv6Ranges: [],
      PrefixListIds: [],
      UserIdGroupPairs: [],
    };
    (permission[member] as Record<string, string | undefined>[]).push(source);
    merged.set(key, permission);
  }
  return [...merged.values()];
}
