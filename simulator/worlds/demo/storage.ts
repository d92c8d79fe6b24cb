// Buckets of a demo account: one in each of its first regions, from exemplary to careless.

import type { LifecycleRule } from "@aws-sdk/client-s3";
import { cannedGrants } from "../../services/s3/access-list.ts";
import { newBucket } from "../../services/s3/bucket.ts";
import { type StoredBucket, without } from "../../services/s3/stored-bucket.ts";
import type { Stored } from "../../stored.ts";
import type { Random } from "../../world.ts";
import { chosenIds } from "./accounts.ts";
import { add, type Draft, daysAgo, isGood, isRareFault, streamOf, tagsFor } from "./draft.ts";
import type { Keys } from "./keys.ts";

/** Derived names carry their account's number: see ownerOf in services/s3/stored-bucket.ts. */
export const bucketName = (draft: Draft, purpose: string) =>
  `meridian-${draft.name}-${purpose}-${draft.accountId}`;

const expiry: Stored<LifecycleRule>[] = [
  {
    ID: "expire",
    Status: "Enabled",
    Filter: { Prefix: "" },
    Expiration: { Days: 400 },
    AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 },
  },
];

export function drawBuckets(draft: Draft, keys: Keys): void {
  const random = streamOf(draft, "buckets");
  const [home, second, third] = draft.regions;
  const logs = bucketName(draft, "logs");
  put(draft, {
    ...plain(draft, random, logs, home),
    lifecycle: expiry,
    grants: cannedGrants("private", draft.accountId),
  });
  put(draft, mainBucket(draft, random, keys, logs));
  put(draft, assetsBucket(draft, random, bucketName(draft, "assets"), second));
  if (random.chance(0.6)) put(draft, backupBucket(draft, random, bucketName(draft, "backup"), third));
}

function put(draft: Draft, bucket: StoredBucket): void {
  add(draft, "global", "s3:bucket", bucket.Name, bucket);
}

/** AWS's defaults with tags, TLS required where the owners are careful. */
function plain(draft: Draft, random: Random, name: string, region: string): StoredBucket {
  const bucket = newBucket(name, region, draft.accountId, daysAgo(draft, 50 + random.int(1000)));
  const policy = isGood(draft, random) ? { policy: policyOf(draft, name, []) } : {};
  const tags = random.chance(0.9) ? tagsFor(draft, name) : [];
  return { ...bucket, ...policy, tags };
}

/** Refuses plain HTTP, and what else is given. */
function policyOf(draft: Draft, name: string, more: object[]): string {
  const arn = `arn:${draft.world.partition}:s3:::${name}`;
  const tlsOnly = {
    Sid: "TlsOnly",
    Effect: "Deny",
    Principal: "*",
    Action: "s3:*",
    Resource: [arn, `${arn}/*`],
    Condition: { Bool: { "aws:SecureTransport": "false" } },
  };
  return JSON.stringify({ Version: "2012-10-17", Statement: [tlsOnly, ...more] });
}

function mainBucket(draft: Draft, random: Random, keys: Keys, logs: string): StoredBucket {
  const name = bucketName(draft, "store");
  const bucket = plain(draft, random, name, draft.regions[0]);
  const rule = {
    ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "aws:kms" as const, KMSMasterKeyID: keys.own },
    BucketKeyEnabled: true,
  };
  return {
    ...bucket,
    ...(isGood(draft, random) ? { encryption: { Rules: [rule] } } : {}),
    ...(isGood(draft, random) ? { versioning: { Status: "Enabled" as const } } : {}),
    ...(isGood(draft, random) ? { logging: { TargetBucket: logs, TargetPrefix: `${name}/` } } : {}),
    ...(isGood(draft, random) ? { lifecycle: expiry } : {}),
  };
}

/** Shared with the web: where carelessness shows most. */
function assetsBucket(draft: Draft, random: Random, name: string, region: string): StoredBucket {
  const bucket = plain(draft, random, name, region);
  if (isRareFault(draft, random, 0.1)) return listedPublic(draft, bucket);
  if (isRareFault(draft, random, 0.15)) return policyPublic(draft, bucket);
  if (isRareFault(draft, random, 0.3)) return withPartner(draft, bucket);
  if (isGood(draft, random)) return bucket;
  const half = {
    BlockPublicAcls: true,
    IgnorePublicAcls: true,
    BlockPublicPolicy: false,
    RestrictPublicBuckets: false,
  };
  return random.chance(0.5) ? { ...bucket, publicAccessBlock: half } : without(bucket, "publicAccessBlock");
}

/** A bucket from before 2023: no block, access lists on, readable by everybody. */
function listedPublic(draft: Draft, bucket: StoredBucket): StoredBucket {
  const old = without(without(bucket, "publicAccessBlock"), "ownership");
  return { ...old, CreationDate: daysAgo(draft, 1500), grants: cannedGrants("public-read", draft.accountId) };
}

function policyPublic(draft: Draft, bucket: StoredBucket): StoredBucket {
  const everybody = {
    Sid: "Website",
    Effect: "Allow",
    Principal: "*",
    Action: "s3:GetObject",
    Resource: `arn:${draft.world.partition}:s3:::${bucket.Name}/*`,
  };
  return { ...without(bucket, "publicAccessBlock"), policy: policyOf(draft, bucket.Name, [everybody]) };
}

function withPartner(draft: Draft, bucket: StoredBucket): StoredBucket {
  const partner = 100_000_000_000 + draft.world.random("demo", "partner").int(900_000_000_000);
  const statement = {
    Sid: "Partner",
    Effect: "Allow",
    Principal: { AWS: `arn:${draft.world.partition}:iam::${partner}:root` },
    Action: ["s3:GetObject", "s3:PutBucketPolicy"],
    Resource: [
      `arn:${draft.world.partition}:s3:::${bucket.Name}`,
      `arn:${draft.world.partition}:s3:::${bucket.Name}/*`,
    ],
  };
  return { ...bucket, policy: policyOf(draft, bucket.Name, [statement]) };
}

function backupBucket(draft: Draft, random: Random, name: string, region: string): StoredBucket {
  const bucket = plain(draft, random, name, region);
  const isLocked = random.chance(0.4);
  const Rule = { DefaultRetention: { Mode: "GOVERNANCE" as const, Days: 30 } };
  return {
    ...bucket,
    versioning: { Status: "Enabled", ...(random.chance(0.05) ? { MFADelete: "Enabled" as const } : {}) },
    lifecycle: expiry,
    ...(isLocked ? { objectLock: { ObjectLockEnabled: "Enabled" as const, Rule } } : {}),
  };
}

/** Where the organization's trail writes, in the log archive account. */
export function trailBucketName(draft: Draft): string {
  return `meridian-organization-trail-${chosenIds(draft.world).logArchiveAccountId}`;
}

export function drawTrailBucket(draft: Draft, region: string, keyArn: string): void {
  const name = trailBucketName(draft);
  const arn = `arn:${draft.world.partition}:s3:::${name}`;
  const Principal = { Service: "cloudtrail.amazonaws.com" };
  const writers = [
    { Sid: "AclCheck", Effect: "Allow", Principal, Action: "s3:GetBucketAcl", Resource: arn },
    { Sid: "Write", Effect: "Allow", Principal, Action: "s3:PutObject", Resource: `${arn}/AWSLogs/*` },
  ];
  put(draft, {
    ...newBucket(name, region, draft.accountId, daysAgo(draft, 1300)),
    policy: policyOf(draft, name, writers),
    encryption: {
      Rules: [
        {
          ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "aws:kms", KMSMasterKeyID: keyArn },
          BucketKeyEnabled: true,
        },
      ],
    },
    versioning: { Status: "Enabled" },
    lifecycle: expiry,
    tags: [{ Key: "Name", Value: name }],
  });
}
