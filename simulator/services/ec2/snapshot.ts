// EBS snapshots: read, create from a volume, delete, and with whom one is shared.
// `sharedWith` is kept beside AWS's fields; "all" makes the snapshot public.
import type {
  CopySnapshotRequest,
  CreateSnapshotRequest,
  DeleteSnapshotRequest,
  DescribeSnapshotAttributeRequest,
  ModifySnapshotAttributeRequest,
  ResetSnapshotAttributeRequest,
  Snapshot,
} from "@aws-sdk/client-ec2";
import { AwsFault, type Call, type Operation } from "../../operation.ts";
import type { Stored } from "../../stored.ts";
import { findKey, managedKeyArn } from "../kms/stored-key.ts";
import {
  applyFilters,
  type DescribedKind,
  type DescribeInput,
  here,
  missing,
  need,
  pageOf,
  tagsFrom,
} from "./describe.ts";
import { ec2Id } from "./ids.ts";
import { settingsOf } from "./settings.ts";
import { needVolume } from "./volume.ts";

const snapshotKind: DescribedKind = {
  kind: "ec2:snapshot",
  ids: "SnapshotIds",
  noun: "snapshot",
  notFound: "InvalidSnapshot.NotFound",
  filters: {
    "snapshot-id": "SnapshotId",
    "volume-id": "VolumeId",
    "volume-size": "VolumeSize",
    "owner-id": "OwnerId",
    "owner-alias": "OwnerAlias",
    "start-time": "StartTime",
    "storage-tier": "StorageTier",
    description: "Description",
    encrypted: "Encrypted",
    progress: "Progress",
    status: "State",
  },
};

export type StoredSnapshot = Stored<Snapshot> & { sharedWith: string[] };

const needSnapshot = (call: Call, id: string | undefined) =>
  need<StoredSnapshot>(
    call.world,
    here(call),
    snapshotKind.kind,
    id,
    snapshotKind.notFound,
    snapshotKind.noun,
  );

function shown({ sharedWith: _, ...snapshot }: StoredSnapshot): Stored<Snapshot> {
  return snapshot;
}

type DescribeCall = Call<
  DescribeInput & { SnapshotIds?: string[]; OwnerIds?: string[]; RestorableByUserIds?: string[] }
>;

/** Only the account's own snapshots are known here: others' public ones are not listed. */
function describeSnapshots(call: DescribeCall) {
  const { SnapshotIds, OwnerIds, RestorableByUserIds, Filters } = call.input;
  const collection = call.world.collection<StoredSnapshot>(here(call), snapshotKind.kind);
  let found = SnapshotIds?.length
    ? SnapshotIds.map((id) => collection.get(id) ?? missing(snapshotKind.notFound, snapshotKind.noun, id))
    : collection.list();
  if (OwnerIds?.length)
    found = found.filter((each) => OwnerIds.some((owner) => owner === "self" || owner === each.OwnerId));
  if (RestorableByUserIds?.length)
    found = found.filter((each) => isRestorable(each, RestorableByUserIds, call));
  const { items, next } = pageOf(applyFilters(found, Filters, snapshotKind.filters), call.input);
  return { Snapshots: items.map(shown), NextToken: next };
}

function isRestorable(snapshot: StoredSnapshot, by: string[], call: Call): boolean {
  return by.some((who) => {
    if (who === "self" || who === call.accountId) return true;
    if (who === "all")
      return (
        snapshot.sharedWith.includes("all") &&
        settingsOf(call).snapshotBlockPublicAccess !== "block-all-sharing"
      );
    return snapshot.sharedWith.includes(who);
  });
}

function createSnapshot(call: Call<CreateSnapshotRequest>) {
  const volume = needVolume(call, call.input.VolumeId);
  const snapshot: StoredSnapshot = {
    SnapshotId: ec2Id("snap"),
    VolumeId: volume.VolumeId,
    VolumeSize: volume.Size,
    OwnerId: call.accountId,
    Description: call.input.Description ?? "",
    StartTime: call.now.toISOString(),
    CompletionTime: call.now.toISOString(),
    State: "completed",
    Progress: "100%",
    Encrypted: volume.Encrypted,
    ...(volume.KmsKeyId ? { KmsKeyId: volume.KmsKeyId } : {}),
    StorageTier: "standard",
    Tags: tagsFrom(call.input.TagSpecifications, "snapshot"),
    sharedWith: [],
  };
  call.world
    .collection<StoredSnapshot>(here(call), snapshotKind.kind)
    .put(snapshot.SnapshotId ?? "", snapshot);
  return { ...shown(snapshot), State: "pending", Progress: "" };
}

function deleteSnapshot(call: Call<DeleteSnapshotRequest>) {
  const { SnapshotId: id = "" } = needSnapshot(call, call.input.SnapshotId);
  call.world.collection(here(call), snapshotKind.kind).delete(id);
  return {};
}

function describeSnapshotAttribute(call: Call<DescribeSnapshotAttributeRequest>) {
  const { SnapshotId, sharedWith } = needSnapshot(call, call.input.SnapshotId);
  if (call.input.Attribute === "productCodes") return { SnapshotId, ProductCodes: [] };
  const CreateVolumePermissions = sharedWith.map((who) =>
    who === "all" ? { Group: "all" } : { UserId: who },
  );
  return { SnapshotId, CreateVolumePermissions };
}

function modifySnapshotAttribute(call: Call<ModifySnapshotAttributeRequest>) {
  const snapshot = needSnapshot(call, call.input.SnapshotId);
  const { CreateVolumePermission, OperationType, GroupNames = [], UserIds = [] } = call.input;
  const names = (given: { Group?: string | undefined; UserId?: string | undefined }[] | undefined) =>
    (given ?? []).map((each) => each.Group ?? each.UserId ?? "");
  const listed = [...GroupNames, ...UserIds];
  const added = [...names(CreateVolumePermission?.Add), ...(OperationType === "add" ? listed : [])];
  const removed = [...names(CreateVolumePermission?.Remove), ...(OperationType === "remove" ? listed : [])];
  for (const who of [...added, ...removed]) {
    if (who !== "all" && !/^\d{12}$/.test(who))
      throw new AwsFault("InvalidParameterValue", `Value (${who}) for parameter userId is invalid.`);
  }
  if (added.includes("all")) {
    if (snapshot.Encrypted)
      throw new AwsFault("OperationNotPermitted", "Encrypted snapshots cannot be shared publicly");
    if (settingsOf(call).snapshotBlockPublicAccess !== "unblocked")
      throw new AwsFault(
        "OperationNotPermitted",
        "Public sharing of snapshots is blocked by the block public access setting of this account and region",
      );
  }
  const sharedWith = [...new Set([...snapshot.sharedWith, ...added])].filter((who) => !removed.includes(who));
  call.world
    .collection<StoredSnapshot>(here(call), snapshotKind.kind)
    .put(snapshot.SnapshotId ?? "", { ...snapshot, sharedWith });
  return {};
}

/** From any region of the account; a copy may be encrypted where its source is not, never the other way. */
function copySnapshot(call: Call<CopySnapshotRequest>) {
  const { SourceRegion = call.region, SourceSnapshotId, Encrypted, KmsKeyId, Description } = call.input;
  const source = needSnapshot({ ...call, region: SourceRegion }, SourceSnapshotId);
  const isEncrypted = source.Encrypted || Encrypted === true || settingsOf(call).ebsEncryptionByDefault;
  const id = ec2Id("snap");
  const { KmsKeyId: _, ...plain } = source;
  call.world.collection<StoredSnapshot>(here(call), snapshotKind.kind).put(id, {
    ...plain,
    SnapshotId: id,
    Description: Description ?? `[Copied ${SourceSnapshotId} from ${SourceRegion}]`,
    StartTime: call.now.toISOString(),
    CompletionTime: call.now.toISOString(),
    Encrypted: isEncrypted,
    ...(isEncrypted ? { KmsKeyId: snapshotKey(call, KmsKeyId) } : {}),
    Tags: tagsFrom(call.input.TagSpecifications, "snapshot"),
    sharedWith: [],
  });
  return { SnapshotId: id, Tags: tagsFrom(call.input.TagSpecifications, "snapshot") };
}

function snapshotKey(call: Call, asked: string | undefined): string {
  const given = asked ?? settingsOf(call).ebsKmsKeyId;
  if (!given) return managedKeyArn(call.world, here(call), "ebs", call.now);
  const arn = findKey(call.world, here(call), given)?.metadata.Arn;
  if (!arn) throw new AwsFault("InvalidKmsKey.NotFound", `The KMS key ${given} does not exist`);
  return arn;
}

function resetSnapshotAttribute(call: Call<ResetSnapshotAttributeRequest>) {
  const snapshot = needSnapshot(call, call.input.SnapshotId);
  if (call.input.Attribute !== "createVolumePermission")
    throw new AwsFault("InvalidParameterValue", `Attribute ${call.input.Attribute} cannot be reset`);
  call.world
    .collection<StoredSnapshot>(here(call), snapshotKind.kind)
    .put(snapshot.SnapshotId ?? "", { ...snapshot, sharedWith: [] });
  return {};
}

export const snapshotOperations: Record<string, Operation> = {
  DescribeSnapshots: describeSnapshots,
  CreateSnapshot: createSnapshot,
  DeleteSnapshot: deleteSnapshot,
  DescribeSnapshotAttribute: describeSnapshotAttribute,
  ModifySnapshotAttribute: modifySnapshotAttribute,
  ResetSnapshotAttribute: resetSnapshotAttribute,
  CopySnapshot: copySnapshot,
};
