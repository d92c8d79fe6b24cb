// The key of a drawn estate that its other things are encrypted with, rotated by the careful only.
import { buildKey, defaultKeyPolicy, type StoredKey } from "../../services/kms/stored-key.ts";
import type { Place, World } from "../../world.ts";
import { derived, keyArnOf } from "./draws.ts";

export const deriveKeys = (world: World, place: Place): Iterable<[string, StoredKey]> =>
  derived(world, place, "kms:key", 1, (draw) => {
    const id = keyArnOf(draw).split("key/")[1] ?? "";
    const createdAt = draw.daysAgo(100, 1500);
    const open = {
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Principal: { AWS: "*" }, Action: "kms:*", Resource: "*" }],
    };
    const key = buildKey(world, place, {
      id,
      createdAt,
      description: "estate",
      manager: "CUSTOMER",
      policy:
        draw.isGood() || draw.isGood() ? defaultKeyPolicy(world, place.accountId) : JSON.stringify(open),
      tags: Object.entries(draw.tagMap).map(([TagKey, TagValue]) => ({ TagKey, TagValue })),
    });
    return [id, draw.isGood() ? { ...key, rotation: { periodDays: 365, since: createdAt } } : key];
  });
