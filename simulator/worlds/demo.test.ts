import { describe, expect, test } from "vitest";
import { withDefaults } from "../defaults.ts";
import { regionsOf } from "../regions.ts";
import type {
  IamInstanceProfile,
  IamRole,
  OrganizationAccount,
  OrganizationalUnit,
  PolicyAttachment,
} from "../shapes.ts";
import { openWorld, type World } from "../world.ts";
import { demoFacts, demoWorld } from "./demo.ts";

const bornAt = new Date("2026-11-22T00:00:00Z");
const open = (accountCount = 127, seed = 1) =>
  openWorld({ definition: withDefaults(demoWorld), seed, accountCount, bornAt });

/** Kinds that the product shows as resources; settings of account and region are counted apart. */
const resourceKinds = {
  regional: [
    "ec2:instance",
    "ec2:security-group",
    "ec2:vpc",
    "ec2:subnet",
    "ec2:volume",
    "ec2:snapshot",
    "kms:key",
    "rds:instance",
    "lambda:function",
  ],
  global: ["s3:bucket", "iam:user", "iam:role", "iam:policy", "cloudtrail:trail"],
};

// biome-ignore lint/suspicious/noExplicitAny: a test reads many shapes.
type Loose = any;

const listOf = (world: World, accountId: string, region: string, kind: string): Loose[] =>
  world.collection<object>({ accountId, region }, kind).list();

const management = (world: World) => ({ accountId: world.managementAccountId, region: "global" });

function resourcesOf(world: World, accountId: string): { region: string; kind: string; value: Loose }[] {
  const regions = regionsOf(world, accountId).map((each) => each.RegionName);
  const found = regions.flatMap((region) =>
    resourceKinds.regional.flatMap((kind) =>
      listOf(world, accountId, region, kind).map((value) => ({ region, kind, value })),
    ),
  );
  const global = resourceKinds.global.flatMap((kind) =>
    listOf(world, accountId, "global", kind).map((value) => ({ region: "global", kind, value })),
  );
  return [...found, ...global];
}

const members = (world: World) => [...world.accounts.values()].filter((account) => account.parentId !== null);

describe("the organization", () => {
  const world = open();
  const facts = demoFacts(world);
  const accounts = world.collection<OrganizationAccount>(management(world), "organizations:account").list();

  test.each([
    ["127 accounts", accounts.length, 127],
    ["all with numbers of their own", new Set(accounts.map((each) => each.Id)).size, 127],
    ["all with names of their own", new Set(accounts.map((each) => each.Name)).size, 127],
    ["all with addresses of their own", new Set(accounts.map((each) => each.Email)).size, 127],
    [
      "two suspended",
      accounts.filter((each) => each.State === "SUSPENDED").map((each) => each.Id),
      facts.suspendedAccountIds,
    ],
    [
      "20 units",
      world.collection<OrganizationalUnit>(management(world), "organizations:ou").list().length,
      20,
    ],
    ["a hosting account outside", world.accounts.get(facts.hostingAccountId)?.parentId, null],
    ["which is not among them", accounts.some((each) => each.Id === facts.hostingAccountId), false],
    ["some accounts without tags", accounts.filter((each) => Object.keys(each.tags).length === 0).length, 6],
    [
      "one tag key with a colon",
      accounts.flatMap((each) => Object.keys(each.tags)).filter((key) => key.includes(":")).length,
      1,
    ],
    [
      "one tag key with an equals sign",
      accounts.flatMap((each) => Object.keys(each.tags)).filter((key) => key.includes("=")).length,
      1,
    ],
    [
      "17 regions",
      regionsOf(world, facts.managementAccountId).filter(
        (each) => each.RegionOptStatus === "ENABLED_BY_DEFAULT",
      ).length,
      17,
    ],
  ])("%s", (_, found, expected) => expect(found).toEqual(expected));

  test("one account alone is under the policy that denies a part", () => {
    const attachments = world
      .collection<PolicyAttachment>(management(world), "organizations:attachment")
      .list();
    expect(attachments.map((each) => each.targetId).sort()).toEqual(
      [facts.scpDeniedAccountId, expect.stringMatching(/^r-/)].sort(),
    );
    expect(attachments.every((each) => each.policyIds.includes("p-FullAWSAccess"))).toBe(true);
  });

  test("the accounts that play a part are different", () => {
    const {
      suspendedAccountIds,
      managementAccountId,
      hostingAccountId,
      scpDeniedAccountId,
      forgottenAccountId,
    } = facts;
    const all = [
      ...suspendedAccountIds,
      managementAccountId,
      hostingAccountId,
      scpDeniedAccountId,
      forgottenAccountId,
    ];
    expect(new Set(all).size).toBe(6);
  });

  test.each([5, 6, 20, 500])("holds with %i accounts", (count) => {
    const other = open(count);
    const { suspendedAccountIds, ...named } = demoFacts(other);
    expect(members(other)).toHaveLength(count);
    expect(new Set([...suspendedAccountIds, ...Object.values(named)]).size).toBe(6);
    expect(
      [...suspendedAccountIds, ...Object.values(named)].every((id) => other.accounts.has(String(id))),
    ).toBe(true);
  });

  test("a smaller world is refused", () => expect(() => open(4).accounts).toThrow("at least 5 accounts"));
});

describe("resources", () => {
  const world = open();
  const byAccount = new Map(members(world).map((each) => [each.id, resourcesOf(world, each.id)]));
  const all = [...byAccount.values()].flat();

  test("about 40 in each account, in at least 4 regions", () => {
    const counts = [...byAccount.values()].map((each) => each.length);
    const average = all.length / byAccount.size;
    expect(average).toBeGreaterThan(37);
    expect(average).toBeLessThan(44);
    expect(Math.min(...counts)).toBeGreaterThan(32);
    expect(Math.max(...counts)).toBeLessThan(52);
    for (const found of byAccount.values()) {
      const regions = new Set(
        found.map((each) => (each.kind === "s3:bucket" ? each.value.region : each.region)),
      );
      regions.delete("global");
      expect(regions.size).toBeGreaterThanOrEqual(4);
    }
  });

  const share = (kind: string, isGood: (value: Loose) => boolean) => {
    const of = all.filter((each) => each.kind === kind);
    return of.filter((each) => isGood(each.value)).length / of.length;
  };

  test.each<[string, string, (value: Loose) => boolean, number, number]>([
    [
      "instances ask for tokens",
      "ec2:instance",
      (i) => i.MetadataOptions.HttpTokens === "required",
      0.7,
      0.92,
    ],
    ["volumes are encrypted", "ec2:volume", (v) => v.Encrypted, 0.7, 0.92],
    ["snapshots are private", "ec2:snapshot", (s) => s.sharedWith.length === 0, 0.96, 0.9999],
    [
      "groups of databases admit a group",
      "ec2:security-group",
      (g) => !g.GroupName.endsWith("-db") || g.IpPermissions[0].UserIdGroupPairs.length > 0,
      0.98,
      1.01,
    ],
    ["keys rotate", "kms:key", (k) => k.metadata.KeyManager === "AWS" || k.rotation, 0.7, 0.97],
    ["databases are closed", "rds:instance", (d) => !d.PubliclyAccessible, 0.93, 0.9999],
    ["databases are encrypted", "rds:instance", (d) => d.StorageEncrypted, 0.7, 0.95],
    ["functions are private", "lambda:function", (f) => f.statements[0]?.Principal !== "*", 0.95, 0.9999],
    [
      "functions run on what is current",
      "lambda:function",
      (f) => !/14|16|3\.7|3\.8|go1|dotnet6/.test(f.configuration.Runtime),
      0.68,
      0.92,
    ],
    ["buckets are blocked", "s3:bucket", (b) => b.publicAccessBlock?.RestrictPublicBuckets, 0.85, 0.99],
    [
      "policies are not everything",
      "iam:policy",
      (p) => !p.versions[0].document.includes('"Action":"*"'),
      0.85,
      0.999,
    ],
    [
      "groups keep SSH and RDP in",
      "ec2:security-group",
      (g) => !/"ToPort":(22|3389)\b.*(0\.0\.0\.0\/0|::\/0)/.test(JSON.stringify(g.IpPermissions)),
      0.93,
      0.999,
    ],
  ])("%s mostly", (_, kind, isGood, least, most) => {
    expect(share(kind, isGood)).toBeGreaterThan(least);
    expect(share(kind, isGood)).toBeLessThan(most);
  });

  test("what one resource says of another exists", () => {
    const missing: string[] = [];
    for (const [accountId, found] of byAccount) {
      const known = new Set(
        found.flatMap(({ value }) => [
          value.VpcId && !value.SubnetId ? value.VpcId : "",
          value.SubnetId,
          value.GroupId,
          value.VolumeId,
          value.metadata?.Arn,
          value.Name,
        ]),
      );
      const roles = new Map(
        listOf(world, accountId, "global", "iam:role").map((role: IamRole) => [
          `role${role.Path}${role.RoleName}`,
          role,
        ]),
      );
      const profiles = new Map(
        listOf(world, accountId, "global", "iam:instance-profile").map((profile: IamInstanceProfile) => [
          profile.InstanceProfileId,
          profile,
        ]),
      );
      const need = (what: string, ok: boolean) => ok || missing.push(`${accountId} ${what}`);
      for (const { kind, value } of found) {
        if (kind === "ec2:instance") {
          for (const id of [value.VpcId, value.SubnetId, value.SecurityGroups[0].GroupId])
            need(id, known.has(id));
          for (const each of value.BlockDeviceMappings) need(each.Ebs.VolumeId, known.has(each.Ebs.VolumeId));
          if (value.IamInstanceProfile) need("profile", profiles.has(value.IamInstanceProfile.Id));
        }
        if (kind === "ec2:volume" || kind === "rds:instance") {
          if (value.KmsKeyId) need(value.KmsKeyId, known.has(value.KmsKeyId));
        }
        if (kind === "ec2:security-group")
          for (const permission of value.IpPermissions)
            for (const pair of permission.UserIdGroupPairs) need(pair.GroupId, known.has(pair.GroupId));
        if (kind === "ec2:security-group" || kind === "ec2:subnet") need(value.VpcId, known.has(value.VpcId));
        if (kind === "lambda:function")
          need(value.configuration.Role, roles.has(value.configuration.Role.split(":")[5]));
        if (kind === "rds:instance")
          for (const each of value.VpcSecurityGroups) need("group", known.has(each.VpcSecurityGroupId));
        if (kind === "cloudtrail:trail" && !value.trail.IsOrganizationTrail)
          need("bucket", known.has(value.trail.S3BucketName));
      }
    }
    expect(missing).toEqual([]);
  });

  test("the organization's trail writes to the log archive with its key", () => {
    const [{ trail }] = listOf(world, world.managementAccountId, "global", "cloudtrail:trail");
    const archive = trail.S3BucketName.slice(-12);
    expect(listOf(world, archive, "global", "s3:bucket").map((each) => each.Name)).toContain(
      trail.S3BucketName,
    );
    expect(listOf(world, archive, "us-east-1", "kms:key").map((each) => each.metadata.Arn)).toContain(
      trail.KmsKeyId,
    );
  });

  test("names of buckets are AWS's form, differ, and hold the account", () => {
    const names = [...byAccount].flatMap(([id, found]) =>
      found.filter((each) => each.kind === "s3:bucket").map((each) => [id, each.value.Name]),
    );
    for (const [id, name] of names) {
      expect(name).toMatch(/^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/);
      expect(name).toContain(id);
    }
    expect(new Set(names.map(([, name]) => name)).size).toBe(names.length);
  });
});

describe("derivation", () => {
  const everything = (world: World, accountId: string) => resourcesOf(world, accountId);

  test("is the same in two openings, in whatever order it is read", () => {
    const [one, other] = [open(), open()];
    const ids = members(one)
      .map((each) => each.id)
      .slice(0, 12);
    const forward = ids.map((id) => everything(one, id));
    const backward = ids
      .toReversed()
      .map((id) => everything(other, id))
      .toReversed();
    expect(forward).toEqual(backward);
    expect([...one.accounts]).toEqual([...other.accounts]);
  });

  test("differs by seed", () => {
    expect([...open(127, 1).accounts.keys()]).not.toEqual([...open(127, 2).accounts.keys()]);
  });

  test("of one account among 10,000 does not draw the others", () => {
    const world = open(10_000);
    const before = process.memoryUsage().heapUsed;
    const { forgottenAccountId } = demoFacts(world);
    expect(everything(world, forgottenAccountId).length).toBeGreaterThan(30);
    expect(new Set(members(world).map((each) => each.name)).size).toBe(10_000);
    // Facts of 10,000 accounts take a few megabytes; their resources would take some hundred.
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(60e6);
  });
});
