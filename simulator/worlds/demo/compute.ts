// Machines of a demo account with their volumes and snapshots; and a lone volume or snapshot elsewhere.
import { addressAt, blockOf } from "../../services/ec2/cidr.ts";
import { ec2Id, macAddress, publicAddress } from "../../services/ec2/ids.ts";
import { buildInstance, type StoredInstance } from "../../services/ec2/instance-parts.ts";
import type { StoredSnapshot } from "../../services/ec2/snapshot.ts";
import type { StoredVolume } from "../../services/ec2/volume.ts";
import type { Random } from "../../world.ts";
import { add, type Draft, daysAgo, isGood, isRareFault, streamOf, tagsFor, teamOf } from "./draft.ts";
import type { Keys } from "./keys.ts";
import type { Network } from "./network.ts";

export interface InstanceProfile {
  Arn: string;
  Id: string;
}

const types = ["t3.micro", "t3.medium", "m7i.large", "m7g.large", "c7g.xlarge", "r7i.large"];

export function drawMachines(draft: Draft, network: Network, keys: Keys, profile: InstanceProfile): void {
  const random = streamOf(draft, "machines");
  const count = draft.environment === "prod" ? 3 : 2;
  const volumes: StoredVolume[] = [];
  for (let index = 0; index < count; index++) {
    volumes.push(...drawMachine(draft, random, network, keys, profile, index));
  }
  for (const volume of volumes.slice(0, 2)) drawSnapshot(draft, random, network.region, volume);
  drawCopyAbroad(draft, random);
}

function drawMachine(
  draft: Draft,
  random: Random,
  network: Network,
  keys: Keys,
  profile: InstanceProfile,
  index: number,
): StoredVolume[] {
  const isWeb = index === 0;
  const subnets = isWeb ? network.publicSubnets : network.privateSubnets;
  const subnet = subnets[index % subnets.length] ?? {};
  const block = blockOf(subnet.CidrBlock ?? "");
  const name = `${teamOf(draft)}-${isWeb ? "web" : "app"}-${index + 1}`;
  const launchedAt = daysAgo(draft, 3 + random.int(400));
  const zone = subnet.AvailabilityZone ?? "";
  const sizes = index === 1 ? [30, 200] : [30];
  const isTokenOnly = isGood(draft, random);
  const built = buildInstance({
    partition: draft.world.partition,
    region: network.region,
    ids: {
      instance: ec2Id("i", random),
      interface: ec2Id("eni", random),
      attachment: ec2Id("eni-attach", random),
      reservation: ec2Id("r", random),
      mac: macAddress(random),
    },
    imageId: imageIn(draft, network.region, random),
    instanceType: random.pick(types),
    subnet,
    groups: [isWeb ? network.groups.web : network.groups.app],
    privateAddress: block ? addressAt(block, 10 + index * 7 + random.int(5)) : "10.0.0.10",
    publicAddress: isWeb && !isGood(draft, random) ? publicAddress(random) : undefined,
    keyName: random.chance(0.3) ? `${teamOf(draft)}-key` : undefined,
    profile: isGood(draft, random) ? profile : undefined,
    metadata: {
      HttpTokens: isTokenOnly ? "required" : "optional",
      HttpPutResponseHopLimit: isTokenOnly ? 1 : 2,
      HttpEndpoint: "enabled",
      HttpProtocolIpv6: "disabled",
      InstanceMetadataTags: "disabled",
    },
    monitoring: draft.environment === "prod" && isGood(draft, random),
    launchedAt,
    volumes: sizes.map((size) => volumeOf(draft, random, zone, size, launchedAt, keys, name)),
    tags: tagsFor(draft, name, { role: isWeb ? "web" : "app" }),
  });
  const instance = random.chance(0.1) ? stopped(draft, random, built.instance) : built.instance;
  add(draft, network.region, "ec2:instance", instance.InstanceId, instance);
  add(draft, network.region, "ec2:network-interface", built.interface.NetworkInterfaceId, built.interface);
  for (const volume of built.volumes) add(draft, network.region, "ec2:volume", volume.VolumeId, volume);
  return built.volumes;
}

function stopped(
  draft: Draft,
  random: Random,
  { PublicIpAddress: _, ...instance }: StoredInstance,
): StoredInstance {
  const at = daysAgo(draft, 1 + random.int(120))
    .replace("T", " ")
    .slice(0, 19);
  return {
    ...instance,
    State: { Code: 80, Name: "stopped" },
    StateTransitionReason: `User initiated (${at} GMT)`,
    StateReason: {
      Code: "Client.UserInitiatedShutdown",
      Message: "Client.UserInitiatedShutdown: User initiated shutdown",
    },
  };
}

/** Everybody in a region starts from the same few images. */
function imageIn(draft: Draft, region: string, random: Random): string {
  return ec2Id("ami", draft.world.random("demo", "image", region, random.int(4)));
}

function volumeOf(
  draft: Draft,
  random: Random,
  zone: string,
  size: number,
  createdAt: string,
  keys: Keys,
  name: string,
): StoredVolume {
  const isEncrypted = isGood(draft, random);
  return {
    VolumeId: ec2Id("vol", random),
    AvailabilityZone: zone,
    Size: size,
    State: "available",
    CreateTime: createdAt,
    VolumeType: "gp3",
    Iops: 3000,
    Throughput: 125,
    SnapshotId: "",
    MultiAttachEnabled: false,
    Encrypted: isEncrypted,
    ...(isEncrypted ? { KmsKeyId: random.chance(0.6) ? keys.own : keys.volumes } : {}),
    Attachments: [],
    Tags: tagsFor(draft, name),
  };
}

function drawSnapshot(draft: Draft, random: Random, region: string, volume: StoredVolume): void {
  const startedAt = daysAgo(draft, 1 + random.int(90));
  const isPublic = !volume.Encrypted && random.chance(0.1);
  const snapshot: StoredSnapshot = {
    SnapshotId: ec2Id("snap", random),
    VolumeId: volume.VolumeId,
    VolumeSize: volume.Size,
    OwnerId: draft.accountId,
    Description: `Nightly copy of ${volume.VolumeId}`,
    StartTime: startedAt,
    CompletionTime: startedAt,
    State: "completed",
    Progress: "100%",
    StorageTier: "standard",
    Encrypted: volume.Encrypted,
    ...(volume.KmsKeyId ? { KmsKeyId: volume.KmsKeyId } : {}),
    Tags: tagsFor(draft, `${teamOf(draft)}-nightly`),
    sharedWith: isPublic ? ["all"] : [],
  };
  add(draft, region, "ec2:snapshot", snapshot.SnapshotId, snapshot);
}

/** A snapshot copied to the last region: its volume is unknown there, as in AWS. */
function drawCopyAbroad(draft: Draft, random: Random): void {
  const [, , , region] = draft.regions;
  const isPublic = isRareFault(draft, random, 0.03);
  const encrypted = !isPublic && isGood(draft, random);
  const at = daysAgo(draft, 5 + random.int(60));
  const id = ec2Id("snap", random);
  add(draft, region, "ec2:snapshot", id, {
    SnapshotId: id,
    VolumeId: "vol-ffffffff",
    VolumeSize: 30,
    OwnerId: draft.accountId,
    Description: `[Copied from ${draft.regions[0]}] disaster recovery`,
    StartTime: at,
    CompletionTime: at,
    State: "completed",
    Progress: "100%",
    StorageTier: "standard",
    Encrypted: encrypted,
    Tags: tagsFor(draft, `${teamOf(draft)}-recovery`),
    sharedWith: isPublic ? ["all"] : [],
  } satisfies StoredSnapshot);
}
