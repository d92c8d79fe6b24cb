// Security groups of a demo account's application: entrance, servers, database. Some are open wider than they should be.
import type { IpPermission, SecurityGroup } from "@aws-sdk/client-ec2";
import { ec2Id } from "../../services/ec2/ids.ts";
import { allEgress, groupArn } from "../../services/ec2/vpc-parts.ts";
import type { Stored } from "../../stored.ts";
import type { Random } from "../../world.ts";
import { add, type Draft, isGood, isRareFault, placeIn, tagsFor, teamOf } from "./draft.ts";

export interface Groups {
  web: Stored<SecurityGroup>;
  app: Stored<SecurityGroup>;
  db: Stored<SecurityGroup>;
}

type Permission = Stored<IpPermission>;

const anywhere = [{ CidrIp: "0.0.0.0/0" }];

function permission(port: [from: number, to: number] | "all", sources: Partial<Permission>): Permission {
  const ports =
    port === "all" ? { IpProtocol: "-1" } : { IpProtocol: "tcp", FromPort: port[0], ToPort: port[1] };
  return { ...ports, IpRanges: [], Ipv6Ranges: [], PrefixListIds: [], UserIdGroupPairs: [], ...sources };
}

export function drawGroups(draft: Draft, region: string, random: Random, vpcId: string): Groups {
  const draw = (name: string, description: string, rules: Permission[]): Stored<SecurityGroup> => {
    const id = ec2Id("sg", random);
    const group: Stored<SecurityGroup> = {
      GroupId: id,
      GroupName: `${teamOf(draft)}-${name}`,
      Description: description,
      OwnerId: draft.accountId,
      VpcId: vpcId,
      SecurityGroupArn: groupArn(draft.world.partition, placeIn(draft, region), id),
      IpPermissions: rules,
      IpPermissionsEgress: [allEgress()],
      Tags: tagsFor(draft, `${teamOf(draft)}-${name}`),
    };
    add(draft, region, "ec2:security-group", id, group);
    return group;
  };
  const from = (group: Stored<SecurityGroup>) => ({
    UserIdGroupPairs: [{ GroupId: group.GroupId, UserId: draft.accountId }],
  });
  const web = draw("web", "Public entrance", webRules(draft, random));
  const app = draw("app", "Application servers", [
    permission([8080, 8080], from(web)),
    ...adminRules(draft, random),
  ]);
  const isOpen = isRareFault(draft, random, 0.15);
  const db = draw("db", "Databases", [
    permission([5432, 5432], isOpen ? { IpRanges: [...anywhere] } : from(app)),
  ]);
  return { web, app, db };
}

function webRules(draft: Draft, random: Random): Permission[] {
  const https = permission([443, 443], { IpRanges: [...anywhere], Ipv6Ranges: [{ CidrIpv6: "::/0" }] });
  if (isRareFault(draft, random, 0.15)) return [permission("all", { IpRanges: [...anywhere] })];
  return isGood(draft, random) ? [https] : [https, permission([80, 80], { IpRanges: [...anywhere] })];
}

/** SSH or RDP: from the office, or carelessly from everywhere. */
function adminRules(draft: Draft, random: Random): Permission[] {
  const port: [number, number] = random.chance(0.75) ? [22, 22] : [3389, 3389];
  if (isRareFault(draft, random, 0.35))
    return [
      permission(
        port,
        random.chance(0.3) ? { Ipv6Ranges: [{ CidrIpv6: "::/0" }] } : { IpRanges: [...anywhere] },
      ),
    ];
  if (random.chance(0.5)) return [];
  return [permission(port, { IpRanges: [{ CidrIp: "203.0.113.0/24", Description: "office" }] })];
}
