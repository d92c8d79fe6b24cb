// Volumes attached, detached and grown; the instance shows them as the volume does.
import type { AttachVolumeRequest, DetachVolumeRequest, ModifyVolumeRequest } from "@aws-sdk/client-ec2";
import { AwsFault, type Call, type Operation } from "../../operation.ts";
import { kept } from "./describe.ts";
import type { StoredInstance } from "./instance-parts.ts";
import { needVolume, type StoredVolume } from "./volume.ts";

const instances = kept<StoredInstance>({
  kind: "ec2:instance",
  noun: "instance ID",
  notFound: "InvalidInstanceID.NotFound",
});

const volumes = kept<StoredVolume>({
  kind: "ec2:volume",
  noun: "volume",
  notFound: "InvalidVolume.NotFound",
});

function attachVolume(call: Call<AttachVolumeRequest>) {
  const volume = needVolume(call, call.input.VolumeId);
  const instance = instances.need(call, call.input.InstanceId);
  if (volume.State !== "available")
    throw new AwsFault("VolumeInUse", `${volume.VolumeId} is already attached to an instance`);
  if (volume.AvailabilityZone !== instance.Placement?.AvailabilityZone)
    throw new AwsFault(
      "InvalidVolume.ZoneMismatch",
      `The volume '${volume.VolumeId}' is not in the same availability zone as instance '${instance.InstanceId}'`,
    );
  const { VolumeId } = volume;
  const { InstanceId } = instance;
  const shared = { AttachTime: call.now.toISOString(), DeleteOnTermination: false, VolumeId };
  const attachment = { ...shared, Device: call.input.Device, InstanceId, State: "attached" as const };
  volumes.put(call, VolumeId, { ...volume, State: "in-use", Attachments: [attachment] });
  const mapping = { DeviceName: call.input.Device, Ebs: { ...shared, Status: "attached" as const } };
  instances.put(call, InstanceId, {
    ...instance,
    BlockDeviceMappings: [...(instance.BlockDeviceMappings ?? []), mapping],
  });
  return { ...attachment, State: "attaching" };
}

function detachVolume(call: Call<DetachVolumeRequest>) {
  const volume = needVolume(call, call.input.VolumeId);
  const attachment = volume.Attachments?.[0];
  if (!attachment)
    throw new AwsFault("IncorrectState", `Volume '${volume.VolumeId}' is in the 'available' state.`);
  volumes.put(call, volume.VolumeId, { ...volume, State: "available", Attachments: [] });
  const instance = instances.need(call, attachment.InstanceId);
  instances.put(call, instance.InstanceId, {
    ...instance,
    BlockDeviceMappings: instance.BlockDeviceMappings?.filter(
      (each) => each.Ebs?.VolumeId !== volume.VolumeId,
    ),
  });
  return { ...attachment, State: "detaching" };
}

function modifyVolume(call: Call<ModifyVolumeRequest>) {
  const volume = needVolume(call, call.input.VolumeId);
  const { Size = volume.Size ?? 0, VolumeType = volume.VolumeType, Iops, Throughput } = call.input;
  if (Size < (volume.Size ?? 0))
    throw new AwsFault("InvalidParameterValue", "New size cannot be smaller than existing size");
  volumes.put(call, volume.VolumeId, {
    ...volume,
    Size,
    ...(VolumeType ? { VolumeType } : {}),
    ...(Iops ? { Iops } : {}),
    ...(Throughput ? { Throughput } : {}),
  });
  return {
    VolumeModification: {
      VolumeId: volume.VolumeId,
      ModificationState: "modifying",
      OriginalSize: volume.Size,
      TargetSize: Size,
      OriginalVolumeType: volume.VolumeType,
      TargetVolumeType: VolumeType,
      StartTime: call.now.toISOString(),
      Progress: 0,
    },
  };
}

export const attachVolumeOperations: Record<string, Operation> = {
  AttachVolume: attachVolume,
  DetachVolume: detachVolume,
  ModifyVolume: modifyVolume,
};
