// Every kind of a drawn estate: the same from the same seed, JSON, no id twice, good and bad mixed.
import { describe, expect, test } from "vitest";
import { openWorld, type World, type WorldDefinition } from "../../world.ts";
import { estate } from "./kinds.ts";

const definition: WorldDefinition = {
  name: "estate",
  managementAccountId: () => "100000000000",
  hostingAccountId: () => "900000000000",
  accounts: (world) =>
    Array.from({ length: world.accountCount }, (_, index) => ({
      id: String(100_000_000_000 + index * 7919),
      name: `a${index}`,
      email: "a@example",
      state: "ACTIVE" as const,
      parentId: "r-0000",
      joinedAt: world.bornAt,
      tags: {},
    })),
  derive: estate,
};
const open = (seed: number, bornAt = "2026-11-22T00:00:00Z"): World =>
  openWorld({ definition, seed, accountCount: 40, bornAt: new Date(bornAt) });
const regions = ["us-east-1", "eu-central-1", "eu-west-1", "us-west-2", "ap-south-1", "global"];

function all(world: World, kind: string): object[] {
  return [...world.accounts.keys()].flatMap((accountId) =>
    regions.flatMap((region) =>
      [...(estate[kind]?.(world, { accountId, region }) ?? [])].map(([, value]) => value),
    ),
  );
}

describe.each(Object.keys(estate))("%s", (kind) => {
  test("is the same from the same seed, and another from another", () => {
    expect(all(open(1), kind)).toEqual(all(open(1), kind));
    // Managed instances stand on a world's machines, of which this one has none.
    if (kind !== "ssm:managed-instance") expect(all(open(1), kind)).not.toEqual(all(open(2), kind));
  });

  test("is JSON, under ids of its own", () => {
    const world = open(1);
    for (const accountId of world.accounts.keys())
      for (const region of regions) {
        const entries = [...(estate[kind]?.(world, { accountId, region }) ?? [])];
        expect(new Set(entries.map(([id]) => id)).size).toBe(entries.length);
        for (const [, value] of entries) expect(JSON.parse(JSON.stringify(value))).toEqual(value);
      }
  });
});

test.each<[kind: string, read: (value: never) => unknown]>([
  [
    "secrets-manager:secret",
    ({ RotationEnabled }: { RotationEnabled?: boolean }) => RotationEnabled === true,
  ],
  [
    "dynamodb:table",
    ({ DeletionProtectionEnabled }: { DeletionProtectionEnabled: boolean }) => DeletionProtectionEnabled,
  ],
  [
    "ecr:repository",
    ({ imageTagMutability }: { imageTagMutability: string }) => imageTagMutability === "IMMUTABLE",
  ],
  ["efs:file-system", ({ Encrypted }: { Encrypted: boolean }) => Encrypted],
  ["rds:snapshot", ({ sharedWith }: { sharedWith: string[] }) => sharedWith.length === 0],
  ["redshift:cluster", ({ PubliclyAccessible }: { PubliclyAccessible: boolean }) => !PubliclyAccessible],
  ["ec2:image", ({ Public }: { Public: boolean }) => !Public],
])("%s is good here and bad there", (kind, read) => {
  const found = all(open(1), kind).map((value) => read(value as never));
  expect(found).toContain(true);
  expect(found).toContain(false);
  expect(found.filter(Boolean).length).toBeGreaterThan(found.length / 2);
});

test("dates move with the birth of the world; accounts outside the organization have nothing", () => {
  const created = (world: World) =>
    (all(world, "dynamodb:table") as { CreationDateTime: string }[]).map((each) =>
      Date.parse(each.CreationDateTime),
    );
  const later = created(open(1, "2026-11-23T00:00:00Z"));
  expect(later.map((at) => at - 86_400_000)).toEqual(created(open(1)));
  expect([
    ...(estate["dynamodb:table"]?.(open(1), { accountId: "900000000000", region: "us-east-1" }) ?? []),
  ]).toEqual([]);
});
