// When long-lived access keys were last used, as IAM tells it: by key, to the minute. Kept in memory only and for so
// many keys; a restart forgets it, and what the world was made with shows again.
import type { Call } from "../operation.ts";
import type { IamAccessKey } from "../shapes.ts";
import type { Api } from "../wire/api.ts";
import type { World } from "../world.ts";

interface KeyUse {
  at: Date;
  region: string;
  service: string;
}

const keptKeys = 10_000;
const uses = new WeakMap<World, Map<string, KeyUse>>();

/** Temporary credentials have no last use of their own. */
export function noteKeyUse({ world, principal, now, region }: Call, api: Api): void {
  const { kind, accessKeyId } = principal;
  if (kind !== "user" || !accessKeyId.startsWith("AKIA")) return;
  let ofWorld = uses.get(world);
  if (!ofWorld) {
    ofWorld = new Map();
    uses.set(world, ofWorld);
  }
  const known = ofWorld.get(accessKeyId);
  if (known) {
    known.at = now;
    known.region = region;
    known.service = api.signingName;
    return;
  }
  if (ofWorld.size >= keptKeys) ofWorld.clear();
  ofWorld.set(accessKeyId, { at: now, region, service: api.signingName });
}

export function lastUseOf(world: World, key: IamAccessKey): IamAccessKey["lastUsed"] {
  const use = uses.get(world)?.get(key.AccessKeyId);
  if (!use) return key.lastUsed;
  const LastUsedDate = `${use.at.toISOString().slice(0, 16)}:00.000Z`;
  return { LastUsedDate, Region: use.region, ServiceName: use.service };
}
