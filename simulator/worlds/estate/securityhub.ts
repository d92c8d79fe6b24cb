// Security Hub of a drawn estate: off in places, with few or many standards.
import { type StoredHub, standards, subscription } from "../../services/securityhub.ts";
import type { Place, World } from "../../world.ts";
import { derived } from "./draws.ts";

export function* deriveHubs(world: World, place: Place): Iterable<[string, StoredHub]> {
  for (const [, draw] of derived(world, place, "securityhub:hub", 1, (each) => ["", each])) {
    if (!draw.isGood()) continue;
    const chosen = standards.filter(([, , isDefault]) =>
      isDefault ? draw.random.chance(0.9) : draw.random.chance(0.3),
    );
    const hub: StoredHub = {
      name: "default",
      HubArn: draw.arn("securityhub", "hub/default"),
      SubscribedAt: draw.daysAgo(50, 700),
      AutoEnableControls: draw.isGood(),
      ControlFindingGenerator: "SECURITY_CONTROL",
      standards: chosen.map(([path]) => subscription(world.partition, place, path)),
      tagMap: draw.tagMap,
    };
    yield ["default", hub];
  }
}
