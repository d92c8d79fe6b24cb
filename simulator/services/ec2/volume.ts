// EBS volumes: read, create with the region's default encryption, delete when detached.
import type { CreateVolumeRequest, DeleteVolumeRequest, Snapshot, Volume } from "@aws-sdk/client-ec2";
import { AwsFault, type Call, type Operation } from "../../operation.ts";
import type { Stored } from "../../stored.ts";
import { managedKeyArn } from "../kms/stored-key.ts";
import { type DescribedKind, type DescribeInput, describe, here, need, tagsFrom } from "./describe.ts";
import { ec2Id } from "./ids.ts";
import { settingsOf } from "./settings.ts";
import { zonesOf } from "./zones.ts";

const volumeKind: DescribedKind = {
  kind: "ec2:volume",
  ids: "VolumeIds",
  noun: "volume",
  notFound: "InvalidVolume.NotFound",
  filters: {
    "volume-id": "VolumeId",
    "attachment.instance-id": "Attachments.InstanceId",
    "attachment.device": "Attachments.Device",
    "attachment.status": "Attachments.State",
    "attachment.delete-on-termination": "Attachments.DeleteOnTermination",
    "availability-zone": "AvailabilityZone",
    "create-time": "CreateTime",
    "snapshot-id": "SnapshotId",
    "volume-type": "VolumeType",
    encrypted: "Encrypted",
    size: "Size",
    status: "State",
  },
};

export type StoredVolume = Stored<Volume>;

export const needVolume = (call: Call, id: string | undefined) =>
  need<StoredVolume>(call.world, here(call), volumeKind.kind, id, volumeKind.notFound, volumeKind.noun);

function describeVolumes(call: Call<DescribeInput & Record<string, unknown>>) {
  const { items, next } = describe<StoredVolume>(call, volumeKind);
  return { Volumes: items, NextToken: next };
}

/** Whether a new volume or snapshot copy is encrypted, and with which key. */
function encryptionFor(
  call: Call,
  asked: { Encrypted?: boolean | undefined; KmsKeyId?: string | undefined },
): { Encrypted: boolean; KmsKeyId?: string } {
  const Encrypted = asked.Encrypted === true || settingsOf(call).ebsEncryptionByDefault;
  if (!Encrypted) return { Encrypted };
  const standard = settingsOf(call).ebsKmsKeyId ?? managedKeyArn(call.world, here(call), "ebs", call.now);
  return { Encrypted, KmsKeyId: asked.KmsKeyId ?? standard };
}

export function newVolume(
  call: Call,
  wish: Partial<StoredVolume> & { AvailabilityZone: string; Size: number },
): StoredVolume {
  const VolumeType = wish.VolumeType ?? "gp2";
  return {
    VolumeId: ec2Id("vol"),
    State: "available",
    CreateTime: call.now.toISOString(),
    VolumeType,
    SnapshotId: "",
    Attachments: [],
    MultiAttachEnabled: false,
    ...(VolumeType === "gp3" ? { Iops: 3000, Throughput: 125 } : {}),
    Tags: [],
    ...wish,
    ...encryptionFor(call, wish),
  };
}

function createVolume(call: Call<CreateVolumeRequest>) {
  const { AvailabilityZone, Size, SnapshotId, VolumeType, Iops, Throughput, TagSpecifications } = call.input;
  if (!zonesOf(call.region).some((zone) => zone.name === AvailabilityZone))
    throw new AwsFault("InvalidZone.NotFound", `The zone '${AvailabilityZone}' does not exist.`);
  const place = here(call);
  const snapshot = SnapshotId
    ? need<Stored<Snapshot>>(
        call.world,
        place,
        "ec2:snapshot",
        SnapshotId,
        "InvalidSnapshot.NotFound",
        "snapshot",
      )
    : undefined;
  const size = Size ?? snapshot?.VolumeSize;
  if (!size) throw new AwsFault("MissingParameter", "The request must contain the parameter size/snapshot");
  if (size < (snapshot?.VolumeSize ?? 1) || size > 65_536)
    throw new AwsFault("InvalidParameterValue", `Volume of ${size}GiB is too small or too large.`);
  const Encrypted = call.input.Encrypted || snapshot?.Encrypted;
  const KmsKeyId = call.input.KmsKeyId ?? snapshot?.KmsKeyId;
  const volume = newVolume(call, {
    AvailabilityZone: AvailabilityZone ?? "",
    Size: size,
    ...(SnapshotId ? { SnapshotId } : {}),
    ...(VolumeType ? { VolumeType } : {}),
    ...(Iops ? { Iops } : {}),
    ...(Throughput ? { Throughput } : {}),
    ...(Encrypted ? { Encrypted, ...(KmsKeyId ? { KmsKeyId } : {}) } : {}),
    Tags: tagsFrom(TagSpecifications, "volume"),
  });
  call.world.collection<StoredVolume>(place, volumeKind.kind).put(volume.VolumeId ?? "", volume);
  return { ...volume, State: "creating" };
}

function deleteVolume(call: Call<DeleteVolumeRequest>) {
  const { VolumeId: id = "", Attachments } = needVolume(call, call.input.VolumeId);
  const attached = Attachments?.[0];
  if (attached)
    throw new AwsFault("VolumeInUse", `Volume ${id} is currently attached to ${attached.InstanceId}`);
  call.world.collection(here(call), volumeKind.kind).delete(id);
  return {};
}

export const volumeOperations: Record<string, Operation> = {
  DescribeVolumes: describeVolumes,
  CreateVolume: createVolume,
  DeleteVolume: deleteVolume,
};
