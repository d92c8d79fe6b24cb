// CloudTrail: trails with their status, selectors and tags, and the event history. What is recorded is decided elsewhere.
import type {
  CreateTrailRequest,
  DescribeTrailsRequest,
  Trail,
  UpdateTrailRequest,
} from "@aws-sdk/client-cloudtrail";
import { AwsFault, type Call, type NeededPermission, type ServiceDefinition } from "../operation.ts";
import type { Stored } from "../stored.ts";
import { checkLogBucket } from "./cloudtrail/log-bucket.ts";
import { lookupEvents } from "./cloudtrail/lookup.ts";
import { selectorOperations } from "./cloudtrail/selectors.ts";
import {
  changeableTrail,
  needTrail,
  putTrail,
  type SeenTrail,
  trailArn,
  trailKey,
  trailsOf,
  trailsSeen,
} from "./cloudtrail/stored-trail.ts";
import { trailTagOperations } from "./cloudtrail/tags.ts";

type NamedCall = Call<{ Name?: string }>;

/** Names match trails of this region only; ARNs also others. */
function describeTrails(call: Call<DescribeTrailsRequest>) {
  const { trailNameList, includeShadowTrails = true } = call.input;
  const seen = trailsSeen(call).filter((each) => includeShadowTrails || !each.isShadow);
  if (!trailNameList?.length) return { trailList: seen.map((each) => each.trail) };
  const named = trailNameList.flatMap((name) => {
    const pool = name.startsWith("arn:")
      ? [...seen, ...elsewhere(call, seen)]
      : seen.filter((each) => !each.isShadow);
    return pool.filter(({ trail }) => trail.Name === name || trail.TrailARN === name);
  });
  return { trailList: named.map((each) => each.trail) };
}

/** Own trails of one region only, which another region can name by ARN. */
function elsewhere(call: Call, seen: SeenTrail[]): SeenTrail[] {
  return trailsOf(call.world, call.accountId)
    .list()
    .filter(({ trail }) => !seen.some((each) => each.trail.TrailARN === trail.TrailARN))
    .map((each) => ({ ...each, ownerId: call.accountId, isShadow: true }));
}

/** Deliveries are said to have happened when the world was made: answers stay the same between runs. */
function getStatus(call: NamedCall) {
  const { isLogging, startedAt, stoppedAt } = needTrail(call, call.input.Name);
  const delivered = isLogging ? call.world.bornAt.toISOString() : stoppedAt;
  return {
    IsLogging: isLogging,
    StartLoggingTime: startedAt,
    StopLoggingTime: stoppedAt,
    LatestDeliveryTime: delivered,
    TimeLoggingStarted: startedAt ?? "",
    TimeLoggingStopped: stoppedAt ?? "",
    LatestDeliveryAttemptTime: delivered ?? "",
    LatestDeliveryAttemptSucceeded: delivered ?? "",
  };
}

/** What both Create and Update check and set. */
function settingsFrom(
  call: Call<CreateTrailRequest | UpdateTrailRequest>,
  arn: string,
): Stored<Partial<Trail>> {
  const { input, accountId, world } = call;
  const bucket = input.S3BucketName;
  if (bucket !== undefined) {
    const { S3KeyPrefix: prefix, IsOrganizationTrail: isOrganization = false } = input;
    checkLogBucket(call, { bucket, prefix, trailArn: arn, isOrganization });
  }
  if (input.IsOrganizationTrail && accountId !== world.managementAccountId)
    throw new AwsFault(
      "NotOrganizationMasterAccountException",
      "Only the management account can make organization trails",
    );
  if (input.CloudWatchLogsLogGroupArn && !input.CloudWatchLogsRoleArn)
    throw new AwsFault(
      "InvalidCloudWatchLogsRoleArnException",
      "You must specify a role ARN as well as a log group.",
    );
  const given = {
    S3BucketName: bucket,
    S3KeyPrefix: input.S3KeyPrefix,
    SnsTopicName: input.SnsTopicName,
    IncludeGlobalServiceEvents: input.IncludeGlobalServiceEvents,
    IsMultiRegionTrail: input.IsMultiRegionTrail,
    IsOrganizationTrail: input.IsOrganizationTrail,
    LogFileValidationEnabled: input.EnableLogFileValidation,
    CloudWatchLogsLogGroupArn: input.CloudWatchLogsLogGroupArn,
    CloudWatchLogsRoleArn: input.CloudWatchLogsRoleArn,
    KmsKeyId: input.KmsKeyId,
  };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

function createTrail(call: Call<CreateTrailRequest>) {
  const { Name = "", TagsList } = call.input;
  if (!/^[A-Za-z0-9](?!.*[._-]{2})[\w.-]{1,126}[A-Za-z0-9]$/.test(Name) || /^\d+\.\d+\.\d+\.\d+$/.test(Name))
    throw new AwsFault(
      "InvalidTrailNameException",
      "Trail name must be 3 to 128 letters, digits, periods, underscores or dashes.",
    );
  const trails = trailsOf(call.world, call.accountId);
  const TrailARN = trailArn(call.world, call.region, call.accountId, Name);
  if (trails.get(`${call.region}/${Name}`))
    throw new AwsFault(
      "TrailAlreadyExistsException",
      `Trail ${Name} already exists for customer: ${call.accountId}`,
    );
  if (trails.list().filter((each) => each.trail.HomeRegion === call.region).length >= 5)
    throw new AwsFault(
      "MaximumNumberOfTrailsExceededException",
      "An account has at most 5 trails in a region.",
    );
  const trail: Stored<Trail> = {
    Name,
    TrailARN,
    HomeRegion: call.region,
    IncludeGlobalServiceEvents: true,
    IsMultiRegionTrail: false,
    IsOrganizationTrail: false,
    LogFileValidationEnabled: false,
    HasCustomEventSelectors: false,
    HasInsightSelectors: false,
    ...settingsFrom(call as Call<CreateTrailRequest | UpdateTrailRequest>, TrailARN),
  };
  const tags = (TagsList ?? []).map(({ Key = "", Value = "" }) => ({ Key, Value }));
  trails.put(trailKey(trail), { trail, isLogging: false, tags });
  return trail;
}

function updateTrail(call: Call<UpdateTrailRequest>) {
  const found = changeableTrail(call, call.input.Name);
  const settings = settingsFrom(
    call as Call<CreateTrailRequest | UpdateTrailRequest>,
    found.trail.TrailARN ?? "",
  );
  const trail = { ...found.trail, ...settings };
  putTrail(call, { ...found, trail });
  return trail;
}

const startOrStop = (isLogging: boolean) => (call: NamedCall) => {
  const found = changeableTrail(call, call.input.Name);
  const at = call.now.toISOString();
  putTrail(call, { ...found, isLogging, ...(isLogging ? { startedAt: at } : { stoppedAt: at }) });
  return {};
};

function deleteTrail(call: NamedCall) {
  const { trail } = changeableTrail(call, call.input.Name);
  trailsOf(call.world, call.accountId).delete(trailKey(trail));
  return {};
}

const onTrail =
  (operation: string, member: string) =>
  (call: Call<Record<string, unknown>>): NeededPermission[] =>
    [call.input[member] ?? []].flat().map((given) => ({
      action: `cloudtrail:${operation}`,
      resource: String(given).startsWith("arn:")
        ? String(given)
        : trailArn(call.world, call.region, call.accountId, String(given)),
    }));

const named = ["GetTrailStatus", "CreateTrail", "UpdateTrail", "StartLogging", "StopLogging", "DeleteTrail"];

export const cloudtrail: ServiceDefinition = {
  client: "cloudtrail",
  operations: {
    DescribeTrails: describeTrails,
    GetTrailStatus: getStatus,
    ...selectorOperations,
    ...trailTagOperations,
    CreateTrail: createTrail,
    UpdateTrail: updateTrail,
    StartLogging: startOrStop(true),
    StopLogging: startOrStop(false),
    DeleteTrail: deleteTrail,
    LookupEvents: lookupEvents,
  },
  permissions: {
    ...Object.fromEntries(named.map((name) => [name, onTrail(name, "Name")])),
    GetEventSelectors: onTrail("GetEventSelectors", "TrailName"),
    PutEventSelectors: onTrail("PutEventSelectors", "TrailName"),
    GetInsightSelectors: onTrail("GetInsightSelectors", "TrailName"),
    PutInsightSelectors: onTrail("PutInsightSelectors", "TrailName"),
    ListTags: onTrail("ListTags", "ResourceIdList"),
    AddTags: onTrail("AddTags", "ResourceId"),
    RemoveTags: onTrail("RemoveTags", "ResourceId"),
  },
};
