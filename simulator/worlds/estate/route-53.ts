// Hosted zones of a drawn estate, once per account: logged or not, one record that leads to nothing here and there.
import { startingRecords } from "../../services/route-53/record-set.ts";
import type { StoredZone } from "../../services/route-53/zone.ts";
import type { Place, World } from "../../world.ts";
import { derived } from "./draws.ts";

export function* deriveZones(world: World, place: Place): Iterable<[string, StoredZone]> {
  if (place.region !== "global") return;
  yield* derived(world, place, "route53:hosted-zone", 2, (draw): [string, StoredZone] => {
    const { random, isGood } = draw;
    const Id = `Z${random.hex(20).toUpperCase()}`;
    const Name = `${draw.name}.shop.example.`;
    const isPrivate = random.chance(0.3);
    const nameServers = isPrivate
      ? []
      : [`ns-${random.int(512)}.awsdns-10.com`, `ns-${512 + random.int(512)}.awsdns-20.net`];
    const dangling = isGood() ? [] : [`old.${Name}`];
    const zone: StoredZone = {
      Id,
      Name,
      CallerReference: Id,
      Config: { Comment: "", PrivateZone: isPrivate },
      vpcs: [],
      nameServers,
      recordSets: [
        ...startingRecords(Name, nameServers),
        {
          Name: `www.${Name}`,
          Type: "A",
          TTL: 300,
          ResourceRecords: [{ Value: `198.18.${random.int(256)}.${1 + random.int(250)}` }],
        },
        ...dangling.map((name) => ({
          Name: name,
          Type: "CNAME" as const,
          TTL: 300,
          ResourceRecords: [{ Value: `${draw.name}-gone.s3-website-us-east-1.amazonaws.com` }],
        })),
      ],
      ...(!isPrivate && isGood()
        ? {
            logging: {
              Id: `${random.hex(8)}-0000-4000-a000-${random.hex(12)}`,
              CloudWatchLogsLogGroupArn: `arn:${world.partition}:logs:us-east-1:${place.accountId}:log-group:/aws/route53/${draw.name}`,
            },
          }
        : {}),
      isSigned: !isPrivate && random.chance(0.2),
      tagMap: draw.tagMap,
    };
    return [Id, zone];
  });
}
