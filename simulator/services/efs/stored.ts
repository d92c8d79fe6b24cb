// File systems, mount targets and access points as the simulator keeps them, and how they are made.
import { randomUUID } from "node:crypto";
import type { NetworkInterface, Subnet } from "@aws-sdk/client-ec2";
import type * as aws from "@aws-sdk/client-efs";
import { AwsFault, type Call } from "../../operation.ts";
import type { Stored } from "../../stored.ts";
import { ec2Id } from "../ec2/ids.ts";
import { managedKeyArn } from "../kms/stored-key.ts";
import { arnIn, here, records, type Tagged, tagListOf, tagMapOf } from "../records.ts";

/** Value of "efs:file-system" under its id. */
export interface StoredFileSystem extends Tagged, Stored<Omit<aws.FileSystemDescription, "Tags">> {
  FileSystemId: string;
  FileSystemArn: string;
  policy?: string;
  hasBackup: boolean;
  lifecycle: Stored<aws.LifecyclePolicy>[];
}
/** Value of "efs:mount-target" under its id. */
export type StoredMount = Stored<aws.MountTargetDescription> & { MountTargetId: string; groupIds: string[] };
/** Value of "efs:access-point" under its id. */
export type StoredPoint = Stored<Omit<aws.AccessPointDescription, "Tags">> &
  Tagged & { AccessPointId: string; AccessPointArn: string };

export const missing = (code: string, noun: string) => (id: string) =>
  new AwsFault(code, `${noun} '${id}' does not exist.`, 404);
export const systems = records<StoredFileSystem>(
  "efs:file-system",
  "FileSystemId",
  missing("FileSystemNotFound", "File system"),
);
export const mounts = records<StoredMount>(
  "efs:mount-target",
  "MountTargetId",
  missing("MountTargetNotFound", "Mount target"),
);
export const points = records<StoredPoint>(
  "efs:access-point",
  "AccessPointId",
  missing("AccessPointNotFound", "Access point"),
);
export const needed = (call: Call<{ FileSystemId?: string | undefined }>) =>
  systems.need(call, call.input.FileSystemId?.split("/").at(-1));
export const mountOf = (call: Call<{ MountTargetId?: string | undefined }>) =>
  mounts.need(call, call.input.MountTargetId);
export const shown = <T extends Tagged>({ tagMap, ...each }: T) => ({ ...each, Tags: tagListOf(tagMap) });
export const mountsOf = (call: Call, id: string) =>
  mounts.list(call).filter((each) => each.FileSystemId === id);
export const markers = {
  limit: "MaxItems",
  token: "Marker",
  standard: 100,
  most: 100,
  next: "NextMarker",
  code: "BadRequest",
};

export function showSystem(call: Call, system: StoredFileSystem) {
  return { ...shown(system), NumberOfMountTargets: mountsOf(call, system.FileSystemId).length };
}

export function createSystem(call: Call<aws.CreateFileSystemRequest>) {
  const { input } = call;
  const CreationToken = input.CreationToken ?? randomUUID();
  const old = systems.list(call).find((each) => each.CreationToken === CreationToken);
  if (old)
    throw new AwsFault(
      "FileSystemAlreadyExists",
      `File system '${old.FileSystemId}' already exists with creation token '${CreationToken}'`,
      409,
      { details: { FileSystemId: old.FileSystemId } },
    );
  if (input.KmsKeyId && !input.Encrypted)
    throw new AwsFault("BadRequest", "KmsKeyId cannot be specified without Encrypted");
  const FileSystemId = ec2Id("fs");
  const system = systems.put(call, {
    FileSystemId,
    FileSystemArn: arnIn(call, "elasticfilesystem", `file-system/${FileSystemId}`),
    CreationToken,
    OwnerId: call.accountId,
    CreationTime: call.now.toISOString(),
    LifeCycleState: "available",
    NumberOfMountTargets: 0,
    SizeInBytes: { Value: 6144, ValueInIA: 0, ValueInStandard: 6144, ValueInArchive: 0 },
    PerformanceMode: input.PerformanceMode ?? "generalPurpose",
    ThroughputMode: input.ThroughputMode ?? "bursting",
    Encrypted: input.Encrypted ?? false,
    ...(input.Encrypted
      ? { KmsKeyId: input.KmsKeyId ?? managedKeyArn(call.world, here(call), "elasticfilesystem", call.now) }
      : {}),
    FileSystemProtection: { ReplicationOverwriteProtection: "ENABLED" },
    ...(input.AvailabilityZoneName ? { AvailabilityZoneName: input.AvailabilityZoneName } : {}),
    hasBackup: input.Backup ?? input.AvailabilityZoneName !== undefined,
    lifecycle: [],
    tagMap: tagMapOf(input.Tags),
  });
  return { ...showSystem(call, system), LifeCycleState: "creating" };
}

export function deleteSystem(call: Call<aws.DeleteFileSystemRequest>) {
  const system = needed(call);
  if (mountsOf(call, system.FileSystemId).length > 0)
    throw new AwsFault(
      "FileSystemInUse",
      `File system '${system.FileSystemId}' has mount targets created in it.`,
      409,
    );
  systems.remove(call, system);
  return {};
}

/** The asked ones, or the VPC's default. */
function groupsFor(call: Call<aws.CreateMountTargetRequest>, VpcId: string | undefined): string[] {
  const groups = call.world.collection<{ VpcId?: string; GroupName?: string; GroupId?: string }>(
    here(call),
    "ec2:security-group",
  );
  const groupIds =
    call.input.SecurityGroups ??
    groups
      .list()
      .filter((each) => each.VpcId === VpcId && each.GroupName === "default")
      .map((each) => each.GroupId ?? "");
  const unknown = groupIds.find((id) => !groups.get(id));
  if (unknown)
    throw new AwsFault("SecurityGroupNotFound", `One or more SecurityGroupIds do not exist: ${unknown}`);
  return groupIds;
}

export function createMount(call: Call<aws.CreateMountTargetRequest>) {
  const system = needed(call);
  const place = here(call);
  const subnet = call.world.collection<Stored<Subnet>>(place, "ec2:subnet").get(call.input.SubnetId ?? "");
  if (!subnet) throw new AwsFault("SubnetNotFound", `The subnet ID '${call.input.SubnetId}' does not exist`);
  const taken = mountsOf(call, system.FileSystemId).find(
    (each) => each.AvailabilityZoneName === subnet.AvailabilityZone,
  );
  if (taken) throw new AwsFault("MountTargetConflict", "mount target already exists in this AZ", 409);
  const groupIds = groupsFor(call, subnet.VpcId);
  const NetworkInterfaceId = ec2Id("eni");
  const MountTargetId = ec2Id("fsmt");
  call.world.collection<Stored<NetworkInterface>>(place, "ec2:network-interface").put(NetworkInterfaceId, {
    NetworkInterfaceId,
    OwnerId: call.accountId,
    VpcId: subnet.VpcId,
    SubnetId: subnet.SubnetId,
    Description: `EFS mount target for ${system.FileSystemId} (${MountTargetId})`,
    InterfaceType: "interface",
    RequesterManaged: true,
    Status: "in-use",
    Groups: groupIds.map((GroupId) => ({ GroupId })),
    TagSet: [],
  });
  return mounts.put(call, {
    MountTargetId,
    FileSystemId: system.FileSystemId,
    OwnerId: call.accountId,
    SubnetId: subnet.SubnetId,
    VpcId: subnet.VpcId,
    LifeCycleState: "available",
    NetworkInterfaceId,
    AvailabilityZoneId: subnet.AvailabilityZoneId,
    AvailabilityZoneName: subnet.AvailabilityZone,
    ...(call.input.IpAddress ? { IpAddress: call.input.IpAddress } : {}),
    groupIds,
  });
}

export function deleteMount(call: Call<aws.DeleteMountTargetRequest>) {
  const mount = mounts.remove(call, mountOf(call));
  call.world.collection(here(call), "ec2:network-interface").delete(mount.NetworkInterfaceId ?? "");
  return {};
}

export function createPoint(call: Call<aws.CreateAccessPointRequest>) {
  const system = needed(call);
  const AccessPointId = ec2Id("fsap");
  const { PosixUser, RootDirectory = { Path: "/" }, ClientToken, Tags } = call.input;
  const point = points.put(call, {
    AccessPointId,
    AccessPointArn: arnIn(call, "elasticfilesystem", `access-point/${AccessPointId}`),
    ClientToken,
    FileSystemId: system.FileSystemId,
    OwnerId: call.accountId,
    LifeCycleState: "available",
    ...(PosixUser ? { PosixUser } : {}),
    RootDirectory,
    Name: tagMapOf(Tags).Name,
    tagMap: tagMapOf(Tags),
  });
  return { ...shown(point), LifeCycleState: "creating" };
}
