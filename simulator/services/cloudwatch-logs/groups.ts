// Log groups and their streams: made, described, kept for so long, encrypted, tagged, deleted.
import type {
  AssociateKmsKeyRequest,
  CreateLogGroupRequest,
  DescribeLogGroupsRequest,
  DescribeLogStreamsRequest,
  PutRetentionPolicyRequest,
} from "@aws-sdk/client-cloudwatch-logs";
import { AwsFault, type Call, type Operation } from "../../operation.ts";
import { page } from "../../paging.ts";
import {
  changeGroup,
  groupArn,
  groupsIn,
  invalid,
  needGroup,
  notFound,
  type StoredGroup,
} from "./stored-group.ts";

type NamedCall = Call<{ logGroupName?: string; logStreamName?: string }>;
type TagCall = Call<{
  resourceArn?: string;
  logGroupName?: string;
  tags?: Record<string, string> | string[];
  tagKeys?: string[];
}>;

function createGroup(call: Call<CreateLogGroupRequest>) {
  const { logGroupName = "", kmsKeyId, tags = {}, logGroupClass = "STANDARD" } = call.input;
  if (!/^[.\-_/#A-Za-z0-9]{1,512}$/.test(logGroupName))
    throw invalid(
      `1 validation error detected: Value '${logGroupName}' at 'logGroupName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\.\\-_/#A-Za-z0-9]+`,
    );
  const groups = groupsIn(call.world, call);
  if (groups.get(logGroupName))
    throw new AwsFault("ResourceAlreadyExistsException", "The specified log group already exists");
  groups.put(logGroupName, {
    name: logGroupName,
    createdAt: call.now.toISOString(),
    ...(kmsKeyId ? { kmsKeyId } : {}),
    logGroupClass,
    isDeletionProtected: call.input.deletionProtectionEnabled ?? false,
    metricFilters: [],
    subscriptionFilters: [],
    streams: [],
    tags,
  });
  return {};
}

function deleteGroup(call: NamedCall) {
  const group = needGroup(call, call.input.logGroupName);
  if (group.isDeletionProtected)
    throw new AwsFault("ValidationException", "The log group is protected against deletion.");
  groupsIn(call.world, call).delete(group.name);
  return {};
}

function shown(call: Call, group: StoredGroup) {
  const arn = groupArn(call.world, call, group.name);
  return {
    logGroupName: group.name,
    creationTime: Date.parse(group.createdAt),
    retentionInDays: group.retentionInDays,
    metricFilterCount: group.metricFilters.length,
    arn: `${arn}:*`,
    logGroupArn: arn,
    storedBytes: 0,
    kmsKeyId: group.kmsKeyId,
    logGroupClass: group.logGroupClass,
    deletionProtectionEnabled: group.isDeletionProtected,
  };
}

const byName = <T extends { name: string }>(one: T, other: T) => (one.name < other.name ? -1 : 1);

function describeGroups(call: Call<DescribeLogGroupsRequest>) {
  const { logGroupNamePrefix, logGroupNamePattern, logGroupClass, limit = 50, nextToken } = call.input;
  if (logGroupNamePrefix !== undefined && logGroupNamePattern !== undefined)
    throw invalid("LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters.");
  const found = groupsIn(call.world, call)
    .list()
    .filter(
      ({ name, logGroupClass: own }) =>
        name.startsWith(logGroupNamePrefix ?? "") &&
        name.toLowerCase().includes((logGroupNamePattern ?? "").toLowerCase()) &&
        (logGroupClass ?? own) === own,
    )
    .sort(byName);
  const { items, next } = page(found, Math.min(limit, 50), nextToken, "InvalidParameterException");
  return { logGroups: items.map((group) => shown(call, group)), nextToken: next };
}

const retentions = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

function putRetention(call: Call<PutRetentionPolicyRequest>) {
  const { logGroupName, retentionInDays = 0 } = call.input;
  if (!retentions.includes(retentionInDays))
    throw invalid(`Invalid retention value. Valid values are: [${retentions.join(", ")}]`);
  return changeGroup(call, logGroupName, (group) => ({ ...group, retentionInDays }));
}

function associateKey(call: Call<AssociateKmsKeyRequest>) {
  const { logGroupName, resourceIdentifier, kmsKeyId = "" } = call.input;
  if (!/^arn:[^:]+:kms:[^:]+:\d{12}:key\/.+/.test(kmsKeyId))
    throw invalid("The KMS Key Id could not be found or is invalid.");
  return changeGroup(call, logGroupName ?? resourceIdentifier, (group) => ({ ...group, kmsKeyId }));
}

function describeStreams(call: Call<DescribeLogStreamsRequest>) {
  const { logGroupName, logGroupIdentifier, logStreamNamePrefix = "", limit = 50, nextToken } = call.input;
  const group = needGroup(call, logGroupName ?? logGroupIdentifier);
  const found = group.streams.filter(({ name }) => name.startsWith(logStreamNamePrefix)).sort(byName);
  const { items, next } = page(found, Math.min(limit, 50), nextToken, "InvalidParameterException");
  return {
    logStreams: items.map(({ name, createdAt }) => ({
      logStreamName: name,
      creationTime: Date.parse(createdAt),
      arn: `${groupArn(call.world, call, group.name)}:log-stream:${name}`,
      storedBytes: 0,
    })),
    nextToken: next,
  };
}

const createStream = (call: NamedCall) =>
  changeGroup(call, call.input.logGroupName, (group) => {
    const name = call.input.logStreamName ?? "";
    if (group.streams.some((stream) => stream.name === name))
      throw new AwsFault("ResourceAlreadyExistsException", "The specified log stream already exists");
    return { ...group, streams: [...group.streams, { name, createdAt: call.now.toISOString() }] };
  });

const deleteStream = (call: NamedCall) =>
  changeGroup(call, call.input.logGroupName, (group) => {
    const streams = group.streams.filter(({ name }) => name !== call.input.logStreamName);
    if (streams.length === group.streams.length) throw notFound("log stream");
    return { ...group, streams };
  });

const given = ({ input }: TagCall) => input.resourceArn ?? input.logGroupName;

const tag = (call: TagCall) =>
  changeGroup(call, given(call), (group) => ({
    ...group,
    tags: { ...group.tags, ...(call.input.tags as Record<string, string>) },
  }));

const untag = (call: TagCall) =>
  changeGroup(call, given(call), (group) => {
    const names = call.input.tagKeys ?? (call.input.tags as string[]);
    return {
      ...group,
      tags: Object.fromEntries(Object.entries(group.tags).filter(([key]) => !names.includes(key))),
    };
  });

const tagsOf = (call: TagCall) => ({ tags: needGroup(call, given(call)).tags });

export const groupOperations: Record<string, Operation> = {
  CreateLogGroup: createGroup,
  DeleteLogGroup: deleteGroup,
  DescribeLogGroups: describeGroups,
  PutRetentionPolicy: putRetention,
  DeleteRetentionPolicy: (call: NamedCall) =>
    changeGroup(call, call.input.logGroupName, ({ retentionInDays: _, ...group }) => group),
  AssociateKmsKey: associateKey,
  DisassociateKmsKey: (call: Call<AssociateKmsKeyRequest>) =>
    changeGroup(
      call,
      call.input.logGroupName ?? call.input.resourceIdentifier,
      ({ kmsKeyId: _, ...group }) => group,
    ),
  PutLogGroupDeletionProtection: (
    call: Call<{ logGroupIdentifier?: string; deletionProtectionEnabled?: boolean }>,
  ) =>
    changeGroup(call, call.input.logGroupIdentifier, (group) => ({
      ...group,
      isDeletionProtected: call.input.deletionProtectionEnabled ?? false,
    })),
  CreateLogStream: createStream,
  DeleteLogStream: deleteStream,
  DescribeLogStreams: describeStreams,
  TagResource: tag,
  UntagResource: untag,
  ListTagsForResource: tagsOf,
  TagLogGroup: tag,
  UntagLogGroup: untag,
  ListTagsLogGroup: tagsOf,
};
