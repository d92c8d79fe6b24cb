// File systems of a drawn estate: encrypted or not, backed up or not, with mount targets and access points.
import { ec2Id } from "../../services/ec2/ids.ts";
import type { StoredFileSystem, StoredMount, StoredPoint } from "../../services/efs/stored.ts";
import type { Place, World } from "../../world.ts";
import { derived, drawOf, keyArnOf, networkOf } from "./draws.ts";

const kind = "efs:file-system";
const idOf = (world: World, place: Place, index: number) =>
  ec2Id("fs", drawOf(world, place, kind, index).random);

export const deriveFileSystems = (world: World, place: Place): Iterable<[string, StoredFileSystem]> =>
  derived(world, place, kind, 2, (draw) => {
    const FileSystemId = idOf(world, place, draw.index);
    const Encrypted = draw.isGood();
    const size = draw.random.int(50_000_000_000);
    const system: StoredFileSystem = {
      FileSystemId,
      FileSystemArn: draw.arn("elasticfilesystem", `file-system/${FileSystemId}`),
      CreationToken: draw.name,
      Name: draw.name,
      OwnerId: place.accountId,
      CreationTime: draw.daysAgo(50, 900),
      LifeCycleState: "available",
      NumberOfMountTargets: 1,
      SizeInBytes: { Value: size, ValueInIA: 0, ValueInStandard: size, ValueInArchive: 0 },
      PerformanceMode: "generalPurpose",
      ThroughputMode: draw.random.pick(["elastic", "bursting"] as const),
      Encrypted,
      ...(Encrypted ? { KmsKeyId: keyArnOf(draw) } : {}),
      FileSystemProtection: { ReplicationOverwriteProtection: "ENABLED" },
      hasBackup: draw.isGood(),
      lifecycle: draw.isGood() ? [{ TransitionToIA: "AFTER_30_DAYS" }] : [],
      tagMap: { ...draw.tagMap, Name: draw.name },
    };
    return [FileSystemId, system];
  });

export function* deriveMounts(world: World, place: Place): Iterable<[string, StoredMount]> {
  for (const [FileSystemId, { CreationToken }] of deriveFileSystems(world, place)) {
    const random = world.random("estate", place.accountId, place.region, "efs:mount", CreationToken ?? "");
    const { vpcId, subnetIds, groupId } = networkOf({ world, place });
    const MountTargetId = ec2Id("fsmt", random);
    yield [
      MountTargetId,
      {
        MountTargetId,
        FileSystemId,
        OwnerId: place.accountId,
        SubnetId: subnetIds[0],
        VpcId: vpcId,
        LifeCycleState: "available",
        NetworkInterfaceId: ec2Id("eni", random),
        AvailabilityZoneName: `${place.region}a`,
        groupIds: [groupId],
      },
    ];
  }
}

/** Careless ones lead to the root of the file system, as nobody in particular. */
export function* derivePoints(world: World, place: Place): Iterable<[string, StoredPoint]> {
  for (const [FileSystemId, { CreationToken = "" }] of deriveFileSystems(world, place)) {
    const random = world.random("estate", place.accountId, place.region, "efs:point", CreationToken);
    const AccessPointId = ec2Id("fsap", random);
    const isGood = random.chance(0.6);
    yield [
      AccessPointId,
      {
        AccessPointId,
        AccessPointArn: `arn:${world.partition}:elasticfilesystem:${place.region}:${place.accountId}:access-point/${AccessPointId}`,
        ClientToken: CreationToken,
        FileSystemId,
        OwnerId: place.accountId,
        LifeCycleState: "available",
        ...(isGood ? { PosixUser: { Uid: 1000, Gid: 1000 } } : {}),
        RootDirectory: { Path: isGood ? `/${CreationToken}` : "/" },
        tagMap: {},
      },
    ];
  }
}
