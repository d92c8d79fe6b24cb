// KMS keys of a demo account: its own at home and abroad, and AWS's for volumes.
import {
  aliasOf,
  buildKey,
  defaultKeyPolicy,
  managedKeyPolicy,
  type StoredKey,
} from "../../services/kms/stored-key.ts";
import type { Random, World } from "../../world.ts";
import {
  add,
  type Draft,
  daysAgo,
  isGood,
  isRareFault,
  placeIn,
  streamOf,
  tagsFor,
  teamOf,
  uuid,
} from "./draft.ts";

export interface Keys {
  /** ARN of the account's own key at home. */
  own: string;
  /** ARN of AWS's key for volumes at home. */
  volumes: string;
}

export function drawKeys(draft: Draft): Keys {
  const random = streamOf(draft, "keys");
  const [home, , third] = draft.regions;
  const own = drawOwnKey(draft, home, random, teamOf(draft));
  drawOwnKey(draft, third, random, `${teamOf(draft)}-backup`);
  return { own, volumes: drawVolumeKey(draft, home, random) };
}

/** Key of the organization's trail, in the log archive account; others need to name it without drawing that account. */
export function trailKeyId(world: World): string {
  return uuid(world.random("demo", "organization-trail-key"));
}

export function drawTrailKey(draft: Draft, region: string, policy: string): void {
  const key = buildKey(draft.world, placeIn(draft, region), {
    id: trailKeyId(draft.world),
    createdAt: daysAgo(draft, 1300),
    description: "Encrypts the organization's trail",
    manager: "CUSTOMER",
    policy,
    tags: keyTags(draft, "organization-trail"),
  });
  store(
    draft,
    region,
    { ...key, rotation: { periodDays: 365, since: daysAgo(draft, 1300) } },
    "alias/organization-trail",
  );
}

const keyTags = (draft: Draft, name: string) =>
  tagsFor(draft, name).map(({ Key, Value }) => ({ TagKey: Key, TagValue: Value }));

function drawOwnKey(draft: Draft, region: string, random: Random, name: string): string {
  const createdAt = daysAgo(draft, 150 + random.int(900));
  const isPublic = isRareFault(draft, random, 0.04);
  const key = buildKey(draft.world, placeIn(draft, region), {
    id: uuid(random),
    createdAt,
    description: `Encrypts what ${name} keeps`,
    manager: "CUSTOMER",
    policy: isPublic ? openKeyPolicy(draft) : defaultKeyPolicy(draft.world, draft.accountId),
    tags: keyTags(draft, name),
  });
  const rotated: StoredKey = isGood(draft, random)
    ? { ...key, rotation: { periodDays: 365, since: createdAt } }
    : key;
  // Only the one abroad: volumes and databases at home are encrypted with the other.
  const isLeaving = region !== draft.regions[0] && isRareFault(draft, random, 0.08);
  store(draft, region, isLeaving ? leaving(draft, rotated, random) : rotated, `alias/${name}`);
  return key.metadata.Arn ?? "";
}

function leaving(draft: Draft, key: StoredKey, random: Random): StoredKey {
  const DeletionDate = daysAgo(draft, -8 - random.int(20));
  return { ...key, metadata: { ...key.metadata, Enabled: false, KeyState: "PendingDeletion", DeletionDate } };
}

function openKeyPolicy(draft: Draft): string {
  const policy = JSON.parse(defaultKeyPolicy(draft.world, draft.accountId)) as { Statement: object[] };
  const everybody = {
    Sid: "AllowPartners",
    Effect: "Allow",
    Principal: { AWS: "*" },
    Action: ["kms:Decrypt", "kms:DescribeKey"],
    Resource: "*",
  };
  return JSON.stringify({ ...policy, Statement: [...policy.Statement, everybody] });
}

function drawVolumeKey(draft: Draft, region: string, random: Random): string {
  const place = placeIn(draft, region);
  const key = buildKey(draft.world, place, {
    id: uuid(random),
    createdAt: daysAgo(draft, 1000),
    description: "Default key that protects my EBS data when no other key is defined",
    manager: "AWS",
    policy: managedKeyPolicy(draft.world, place, "ebs"),
  });
  store(draft, region, key, "alias/aws/ebs");
  return key.metadata.Arn ?? "";
}

function store(draft: Draft, region: string, key: StoredKey, alias: string): void {
  const at = String(key.metadata.CreationDate);
  add(draft, region, "kms:key", key.id, key);
  add(draft, region, "kms:alias", alias, aliasOf(draft.world, placeIn(draft, region), alias, key.id, at));
}
