// Trails: the organization's in the management account, writing to the log archive, and a few of single accounts.
import type { Trail } from "@aws-sdk/client-cloudtrail";
import { type StoredTrail, trailArn, trailKey } from "../../services/cloudtrail/stored-trail.ts";
import { defaultKeyPolicy, keyArn } from "../../services/kms/stored-key.ts";
import type { Stored } from "../../stored.ts";
import { chosenIds } from "./accounts.ts";
import { add, type Draft, daysAgo, isGood, streamOf, tagsFor, teamOf } from "./draft.ts";
import { drawTrailKey, type Keys, trailKeyId } from "./keys.ts";
import { bucketName, drawTrailBucket, trailBucketName } from "./storage.ts";

const organizationRegion = "us-east-1";
const organizationTrail = "meridian-organization";

export function drawTrails(draft: Draft, keys: Keys): void {
  const { logArchiveAccountId } = chosenIds(draft.world);
  if (draft.accountId === logArchiveAccountId) drawArchive(draft);
  if (draft.accountId === draft.world.managementAccountId) drawOrganizationTrail(draft);
  else if (streamOf(draft, "has-trail").chance(0.18)) drawOwnTrail(draft, keys);
}

const archiveKeyArn = (draft: Draft) =>
  keyArn(
    draft.world,
    { accountId: chosenIds(draft.world).logArchiveAccountId, region: organizationRegion },
    trailKeyId(draft.world),
  );

function drawArchive(draft: Draft): void {
  const own = JSON.parse(defaultKeyPolicy(draft.world, draft.accountId)) as { Statement: object[] };
  const encrypts = {
    Sid: "CloudTrail",
    Effect: "Allow",
    Principal: { Service: "cloudtrail.amazonaws.com" },
    Action: ["kms:GenerateDataKey*", "kms:DescribeKey"],
    Resource: "*",
    Condition: {
      StringEquals: {
        "aws:SourceArn": trailArn(
          draft.world,
          organizationRegion,
          draft.world.managementAccountId,
          organizationTrail,
        ),
      },
    },
  };
  drawTrailKey(
    draft,
    organizationRegion,
    JSON.stringify({ ...own, Statement: [...own.Statement, encrypts] }),
  );
  drawTrailBucket(draft, organizationRegion, archiveKeyArn(draft));
}

function drawOrganizationTrail(draft: Draft): void {
  put(draft, organizationRegion, organizationTrail, true, {
    S3BucketName: trailBucketName(draft),
    KmsKeyId: archiveKeyArn(draft),
    IsMultiRegionTrail: true,
    IsOrganizationTrail: true,
    LogFileValidationEnabled: true,
  });
}

function drawOwnTrail(draft: Draft, keys: Keys): void {
  const random = streamOf(draft, "trail");
  const isEncrypted = isGood(draft, random);
  put(draft, draft.regions[0], `${teamOf(draft)}-trail`, isGood(draft, random), {
    S3BucketName: bucketName(draft, "logs"),
    ...(isEncrypted ? { KmsKeyId: keys.own } : {}),
    IsMultiRegionTrail: isGood(draft, random),
    IsOrganizationTrail: false,
    LogFileValidationEnabled: isGood(draft, random),
  });
}

function put(draft: Draft, region: string, name: string, isLogging: boolean, settings: Stored<Trail>): void {
  const trail: Stored<Trail> = {
    Name: name,
    TrailARN: trailArn(draft.world, region, draft.accountId, name),
    HomeRegion: region,
    IncludeGlobalServiceEvents: true,
    HasCustomEventSelectors: false,
    HasInsightSelectors: false,
    ...settings,
  };
  const value: StoredTrail = {
    trail,
    isLogging,
    startedAt: daysAgo(draft, 1000),
    ...(isLogging ? {} : { stoppedAt: daysAgo(draft, 40) }),
    tags: tagsFor(draft, name),
  };
  add(draft, "global", "cloudtrail:trail", trailKey(trail), value);
}
