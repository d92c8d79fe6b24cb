// KMS: keys with policy, rotation, tags and scheduled deletion, and aliases. No cryptography.
import { randomUUID } from "node:crypto";
import type {
  CreateKeyRequest,
  ListKeysRequest,
  PutKeyPolicyRequest,
  ScheduleKeyDeletionRequest,
  TagResourceRequest,
  UntagResourceRequest,
} from "@aws-sdk/client-kms";
import { AwsFault, type Call, type NeededPermission, type ServiceDefinition } from "../operation.ts";
import { MalformedPolicy, policyOf } from "../policy/document.ts";
import { aliasOperations } from "./kms/alias.ts";
import { grantOperations } from "./kms/grant.ts";
import { changeable, here, type KeyCall, keyFor, store } from "./kms/key-call.ts";
import { markers } from "./kms/markers.ts";
import { rotationOperations } from "./kms/rotation.ts";
import { buildKey, defaultKeyPolicy, findKey, keyArn, keysIn } from "./kms/stored-key.ts";

const dayMs = 86_400_000;

function listKeys(call: Call<ListKeysRequest>) {
  const all = keysIn(call.world, here(call)).list();
  const { found, rest } = markers(all, call.input, 100, 1000);
  return { Keys: found.map(({ metadata }) => ({ KeyId: metadata.KeyId, KeyArn: metadata.Arn })), ...rest };
}

function createKey(call: Call<CreateKeyRequest>) {
  const { Policy, Description = "", KeySpec, KeyUsage, MultiRegion, Tags } = call.input;
  const key = buildKey(call.world, here(call), {
    id: MultiRegion ? `mrk-${randomUUID().replaceAll("-", "")}` : randomUUID(),
    createdAt: call.now.toISOString(),
    description: Description,
    manager: "CUSTOMER",
    policy: checkedPolicy(Policy ?? defaultKeyPolicy(call.world, call.accountId)),
    ...(MultiRegion ? { multiRegion: true } : {}),
    ...(KeySpec ? { spec: KeySpec } : {}),
    ...(KeyUsage ? { usage: KeyUsage } : {}),
    tags: (Tags ?? []).map(({ TagKey = "", TagValue = "" }) => ({ TagKey, TagValue })),
  });
  store(call, key);
  return { KeyMetadata: key.metadata };
}

function checkedPolicy(text: string): string {
  try {
    policyOf(text);
    return text;
  } catch (error) {
    if (error instanceof MalformedPolicy)
      throw new AwsFault("MalformedPolicyDocumentException", "The new key policy is not a valid policy");
    throw error;
  }
}

function putKeyPolicy(call: Call<PutKeyPolicyRequest>) {
  store(call, { ...changeable(call), policy: checkedPolicy(call.input.Policy ?? "") });
  return {};
}

function scheduleDeletion(call: Call<ScheduleKeyDeletionRequest>) {
  const key = changeable(call);
  const days = call.input.PendingWindowInDays ?? 30;
  if (days < 7 || days > 30)
    throw new AwsFault("ValidationException", "PendingWindowInDays must be from 7 to 30");
  const DeletionDate = new Date(call.now.getTime() + days * dayMs).toISOString();
  const metadata = { ...key.metadata, Enabled: false, KeyState: "PendingDeletion" as const, DeletionDate };
  store(call, { ...key, metadata });
  return { KeyId: metadata.Arn, DeletionDate, KeyState: "PendingDeletion", PendingWindowInDays: days };
}

function cancelDeletion(call: KeyCall) {
  const key = keyFor(call);
  const { DeletionDate: _, ...metadata } = key.metadata;
  if (metadata.KeyState !== "PendingDeletion")
    throw new AwsFault("KMSInvalidStateException", `${metadata.Arn} is not pending deletion.`);
  store(call, { ...key, metadata: { ...metadata, Enabled: false, KeyState: "Disabled" } });
  return { KeyId: metadata.Arn };
}

const switching = (Enabled: boolean) => (call: KeyCall) => {
  const key = changeable(call);
  store(call, { ...key, metadata: { ...key.metadata, Enabled, KeyState: Enabled ? "Enabled" : "Disabled" } });
  return {};
};

function tagResource(call: Call<TagResourceRequest>) {
  const key = changeable(call);
  const added = (call.input.Tags ?? []).map(({ TagKey = "", TagValue = "" }) => ({ TagKey, TagValue }));
  const names = new Set(added.map((tag) => tag.TagKey));
  store(call, { ...key, tags: [...key.tags.filter((tag) => !names.has(tag.TagKey)), ...added] });
  return {};
}

function untagResource(call: Call<UntagResourceRequest>) {
  const key = changeable(call);
  store(call, { ...key, tags: key.tags.filter((tag) => !call.input.TagKeys?.includes(tag.TagKey)) });
  return {};
}

const onKey = [
  "ListKeyPolicies",
  "UpdateKeyDescription",
  "CreateGrant",
  "ListGrants",
  "RevokeGrant",
  "DescribeKey",
  "GetKeyPolicy",
  "GetKeyRotationStatus",
  "ListResourceTags",
  "EnableKeyRotation",
  "DisableKeyRotation",
  "RotateKeyOnDemand",
  "ListKeyRotations",
  "PutKeyPolicy",
  "ScheduleKeyDeletion",
  "CancelKeyDeletion",
  "EnableKey",
  "DisableKey",
  "TagResource",
  "UntagResource",
];

const permissionOn =
  (operation: string) =>
  (call: Call<{ KeyId?: string }>): NeededPermission[] => {
    const given = call.input.KeyId ?? "";
    const known = findKey(call.world, here(call), given)?.metadata.Arn;
    const asGiven = given.startsWith("arn:") ? given : keyArn(call.world, here(call), given);
    return [{ action: `kms:${operation}`, resource: known ?? asGiven }];
  };

export const kms: ServiceDefinition = {
  client: "kms",
  operations: {
    ListKeys: listKeys,
    DescribeKey: (call: KeyCall) => ({ KeyMetadata: keyFor(call).metadata }),
    GetKeyPolicy: (call: KeyCall) => ({ Policy: keyFor(call).policy, PolicyName: "default" }),
    ListResourceTags: (call: KeyCall) => {
      const { found, rest } = markers(keyFor(call).tags, call.input, 50, 50);
      return { Tags: found, ...rest };
    },
    CreateKey: createKey,
    ...rotationOperations,
    PutKeyPolicy: putKeyPolicy,
    ScheduleKeyDeletion: scheduleDeletion,
    CancelKeyDeletion: cancelDeletion,
    EnableKey: switching(true),
    DisableKey: switching(false),
    TagResource: tagResource,
    UntagResource: untagResource,
    UpdateKeyDescription: (call: Call<{ KeyId: string; Description: string }>) => {
      const key = changeable(call);
      store(call, { ...key, metadata: { ...key.metadata, Description: call.input.Description } });
      return {};
    },
    ListKeyPolicies: (call: KeyCall) => {
      keyFor(call);
      return { PolicyNames: ["default"], Truncated: false };
    },
    ...aliasOperations,
    ...grantOperations,
  },
  permissions: Object.fromEntries(onKey.map((operation) => [operation, permissionOn(operation)])),
  resourcePolicy: (call: Call, { resource }) => {
    const text = findKey(call.world, here(call), resource)?.policy;
    return text === undefined ? undefined : { text, accountId: call.accountId, isDecisive: true };
  },
};
