// A KMS key as the simulator keeps it, found by id, ARN or alias; and the keys that AWS makes for its services.
import { randomUUID } from "node:crypto";
import type { AliasListEntry, GrantListEntry, KeyMetadata } from "@aws-sdk/client-kms";
import { AwsFault } from "../../operation.ts";
import type { Stored } from "../../stored.ts";
import type { Place, World } from "../../world.ts";

/** Value of the collection "kms:key" under the key's id. */
export interface StoredKey {
  id: string;
  metadata: Stored<KeyMetadata>;
  policy: string;
  /** Absent = off. */
  rotation?: { periodDays: number; since: string };
  /** When somebody asked for it. */
  rotatedAt?: string[];
  tags: { TagKey: string; TagValue: string }[];
}

/** Value of the collection "kms:grant" under its id. */
export type StoredGrant = Stored<GrantListEntry> & { GrantId: string; KeyId: string };

/** Value of the collection "kms:alias" under its name. */
type StoredAlias = Stored<AliasListEntry>;

export const keysIn = (world: World, place: Place) => world.collection<StoredKey>(place, "kms:key");
export const aliasesIn = (world: World, place: Place) => world.collection<StoredAlias>(place, "kms:alias");

export const keyArn = (world: World, { region, accountId }: Place, id: string) =>
  `arn:${world.partition}:kms:${region}:${accountId}:key/${id}`;

/** By id, key ARN, alias name or alias ARN, as DescribeKey takes them. */
export function findKey(world: World, place: Place, given: string): StoredKey | undefined {
  const [, , , region, accountId, resource] = given.startsWith("arn:") ? given.split(":") : [];
  if (resource !== undefined && (region !== place.region || accountId !== place.accountId)) return undefined;
  const name = resource ?? given;
  const id = name.startsWith("alias/")
    ? aliasesIn(world, place).get(name)?.TargetKeyId
    : name.replace(/^key\//, "");
  return id ? keysIn(world, place).get(id) : undefined;
}

export function needKey(world: World, place: Place, given: string): StoredKey {
  const found = findKey(world, place, given);
  if (found) return found;
  const shown = given.startsWith("arn:") || given.startsWith("alias/") ? given : keyArn(world, place, given);
  throw new AwsFault("NotFoundException", `Key '${shown}' does not exist`);
}

/** The policy that a key gets when none is given: the account decides by IAM. */
export function defaultKeyPolicy(world: World, accountId: string): string {
  return JSON.stringify({
    Version: "2012-10-17",
    Id: "key-default-1",
    Statement: [
      {
        Sid: "Enable IAM User Permissions",
        Effect: "Allow",
        Principal: { AWS: `arn:${world.partition}:iam::${accountId}:root` },
        Action: "kms:*",
        Resource: "*",
      },
    ],
  });
}

interface KeyWish {
  id: string;
  createdAt: string;
  description: string;
  manager: "AWS" | "CUSTOMER";
  policy: string;
  multiRegion?: boolean;
  spec?: string;
  usage?: string;
  tags?: { TagKey: string; TagValue: string }[];
}

export function buildKey(world: World, place: Place, wish: KeyWish): StoredKey {
  const spec = (wish.spec ?? "SYMMETRIC_DEFAULT") as NonNullable<KeyMetadata["KeySpec"]>;
  const usage = (wish.usage ?? "ENCRYPT_DECRYPT") as NonNullable<KeyMetadata["KeyUsage"]>;
  return {
    id: wish.id,
    metadata: {
      AWSAccountId: place.accountId,
      KeyId: wish.id,
      Arn: keyArn(world, place, wish.id),
      CreationDate: wish.createdAt,
      Enabled: true,
      Description: wish.description,
      KeyUsage: usage,
      KeyState: "Enabled",
      Origin: "AWS_KMS",
      KeyManager: wish.manager,
      CustomerMasterKeySpec: spec as NonNullable<KeyMetadata["CustomerMasterKeySpec"]>,
      KeySpec: spec,
      ...(spec === "SYMMETRIC_DEFAULT" ? { EncryptionAlgorithms: ["SYMMETRIC_DEFAULT" as const] } : {}),
      MultiRegion: wish.multiRegion ?? false,
    },
    policy: wish.policy,
    tags: wish.tags ?? [],
  };
}

/** As in the names of AWS's own keys: alias/aws/ebs. */
type ManagedUse = "backup" | "ebs" | "elasticfilesystem" | "es" | "rds" | "redshift";

/** ARN of the key that AWS keeps for a service in this account and region; made on first use, as AWS does. */
export function managedKeyArn(world: World, place: Place, service: ManagedUse, now: Date): string {
  const name = `alias/aws/${service}`;
  const known = findKey(world, place, name);
  if (known?.metadata.Arn) return known.metadata.Arn;
  const createdAt = now.toISOString();
  const key = buildKey(world, place, {
    id: randomUUID(),
    createdAt,
    description: `Default key that protects my ${service.toUpperCase()} data when no other key is defined`,
    manager: "AWS",
    policy: managedKeyPolicy(world, place, service),
  });
  keysIn(world, place).put(key.id, key);
  aliasesIn(world, place).put(name, aliasOf(world, place, name, key.id, createdAt));
  return key.metadata.Arn ?? "";
}

export function managedKeyPolicy(world: World, { accountId, region }: Place, service: ManagedUse): string {
  const via = service === "ebs" ? "ec2" : "rds";
  return JSON.stringify({
    Version: "2012-10-17",
    Id: `auto-${service}-2`,
    Statement: [
      {
        Effect: "Allow",
        Principal: { AWS: "*" },
        Action: [
          "kms:Encrypt",
          "kms:Decrypt",
          "kms:ReEncrypt*",
          "kms:GenerateDataKey*",
          "kms:CreateGrant",
          "kms:DescribeKey",
        ],
        Resource: "*",
        Condition: {
          StringEquals: {
            "kms:CallerAccount": accountId,
            "kms:ViaService": `${via}.${region}.amazonaws.com`,
          },
        },
      },
      {
        Sid: "Allow direct access to key metadata to the account",
        Effect: "Allow",
        Principal: { AWS: `arn:${world.partition}:iam::${accountId}:root` },
        Action: ["kms:Describe*", "kms:Get*", "kms:List*", "kms:RevokeGrant"],
        Resource: "*",
      },
    ],
  });
}

export function aliasOf(world: World, place: Place, name: string, keyId: string, at: string): StoredAlias {
  return {
    AliasName: name,
    AliasArn: `arn:${world.partition}:kms:${place.region}:${place.accountId}:${name}`,
    TargetKeyId: keyId,
    CreationDate: at,
    LastUpdatedDate: at,
  };
}
