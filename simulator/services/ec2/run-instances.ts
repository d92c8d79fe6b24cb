// RunInstances: finds subnet, groups and profile, then makes volumes, interface and machine.
import type {
  InstanceMetadataOptionsResponse,
  NetworkInterface,
  RunInstancesRequest,
  Subnet,
} from "@aws-sdk/client-ec2";
import { AwsFault, type Call } from "../../operation.ts";
import type { IamInstanceProfile } from "../../shapes.ts";
import type { Stored } from "../../stored.ts";
import { blockOf } from "./cidr.ts";
import { here, tagsFrom } from "./describe.ts";
import { freeAddress } from "./free-address.ts";
import { ec2Id, macAddress, publicAddress } from "./ids.ts";
import { buildInstance, type StoredInstance } from "./instance-parts.ts";
import { defaultVpcId, needGroup } from "./security-group.ts";
import { settingsOf } from "./settings.ts";
import { needSubnet, subnetKind } from "./subnet.ts";
import { newVolume, type StoredVolume } from "./volume.ts";

type RunCall = Call<RunInstancesRequest>;

export function runInstances(call: RunCall) {
  const { ImageId, MinCount = 0, MaxCount = 0 } = call.input;
  if (!ImageId) throw new AwsFault("MissingParameter", "The request must contain the parameter ImageId");
  if (!/^ami-[0-9a-f]{8,17}$/.test(ImageId))
    throw new AwsFault("InvalidAMIID.Malformed", `Invalid id: "${ImageId}" (expecting "ami-...")`);
  if (MinCount < 1 || MaxCount < MinCount)
    throw new AwsFault("InvalidParameterValue", "minCount must be at least 1 and at most maxCount");
  const network = networkOf(call);
  const ReservationId = ec2Id("r");
  const Instances = Array.from({ length: MaxCount }, (_, index) =>
    launch(call, network, ReservationId, index),
  );
  return {
    ReservationId,
    OwnerId: call.accountId,
    Groups: [],
    Instances: Instances.map(({ ReservationId: _, ...instance }) => ({
      ...instance,
      State: { Code: 0, Name: "pending" },
    })),
  };
}

interface Network {
  subnet: Stored<Subnet>;
  groups: ReturnType<typeof needGroup>[];
  isPublic: boolean;
}

function networkOf(call: RunCall): Network {
  const asked = call.input.NetworkInterfaces?.[0];
  const subnet = subnetOf(call, asked?.SubnetId ?? call.input.SubnetId);
  const groupIds = asked?.Groups ?? call.input.SecurityGroupIds;
  const groups = groupIds?.length
    ? groupIds.map((id) => needGroup(call, id))
    : call.world
        .collection<ReturnType<typeof needGroup>>(here(call), "ec2:security-group")
        .list()
        .filter((each) => each.VpcId === subnet.VpcId && each.GroupName === "default");
  const foreign = groups.find((group) => group.VpcId !== subnet.VpcId);
  if (foreign)
    throw new AwsFault(
      "InvalidParameter",
      `Security group ${foreign.GroupId} and subnet ${subnet.SubnetId} belong to different networks.`,
    );
  return { subnet, groups, isPublic: asked?.AssociatePublicIpAddress ?? subnet.MapPublicIpOnLaunch === true };
}

function subnetOf(call: RunCall, id: string | undefined): Stored<Subnet> {
  if (id) return needSubnet(call, id);
  const vpcId = defaultVpcId(call);
  const found = call.world
    .collection<Stored<Subnet>>(here(call), subnetKind.kind)
    .list()
    .find((each) => each.VpcId === vpcId);
  if (!found) throw new AwsFault("MissingInput", `No subnets found for the default VPC '${vpcId}'.`);
  return found;
}

function launch(
  call: RunCall,
  { subnet, groups, isPublic }: Network,
  reservation: string,
  index: number,
): StoredInstance {
  const { input } = call;
  const block = blockOf(subnet.CidrBlock ?? "");
  const built = buildInstance({
    partition: call.world.partition,
    region: call.region,
    ids: {
      instance: ec2Id("i"),
      interface: ec2Id("eni"),
      attachment: ec2Id("eni-attach"),
      reservation,
      mac: macAddress(),
    },
    imageId: input.ImageId ?? "",
    instanceType: input.InstanceType ?? "m1.small",
    subnet,
    groups,
    privateAddress: block ? freeAddress(call, subnet, block) : "",
    publicAddress: isPublic ? publicAddress() : undefined,
    keyName: input.KeyName,
    profile: instanceProfile(call, call.input.IamInstanceProfile),
    metadata: metadataFor(call),
    monitoring: input.Monitoring?.Enabled === true,
    launchedAt: call.now.toISOString(),
    volumes: volumesFor(call, subnet.AvailabilityZone ?? ""),
    tags: tagsFrom(input.TagSpecifications, "instance"),
  });
  const instance = { ...built.instance, AmiLaunchIndex: index };
  const place = here(call);
  for (const volume of built.volumes)
    call.world.collection<StoredVolume>(place, "ec2:volume").put(volume.VolumeId ?? "", volume);
  call.world
    .collection<Stored<NetworkInterface>>(place, "ec2:network-interface")
    .put(built.interface.NetworkInterfaceId ?? "", built.interface);
  call.world.collection<StoredInstance>(place, "ec2:instance").put(instance.InstanceId ?? "", instance);
  return instance;
}

/** The profile that a request names by name or ARN; undefined when it names none. */
export function instanceProfile(
  call: Call,
  asked: RunInstancesRequest["IamInstanceProfile"],
): { Arn: string; Id: string } | undefined {
  const name = asked?.Name ?? asked?.Arn?.split("/").at(-1);
  if (!name) return undefined;
  const found = call.world
    .collection<IamInstanceProfile>({ accountId: call.accountId, region: "global" }, "iam:instance-profile")
    .get(name);
  if (!found)
    throw new AwsFault(
      "InvalidParameterValue",
      `Value (${name}) for parameter iamInstanceProfile.name is invalid. Invalid IAM Instance Profile name`,
    );
  const { partition } = call.world;
  const Arn = `arn:${partition}:iam::${call.accountId}:instance-profile${found.Path}${name}`;
  return { Arn, Id: found.InstanceProfileId };
}

/** The request, then the account's defaults in this region, then AWS's. */
function metadataFor(call: RunCall): Stored<InstanceMetadataOptionsResponse> {
  const defaults = settingsOf(call).metadataDefaults;
  const asked = call.input.MetadataOptions ?? {};
  const hopLimit = defaults.HttpPutResponseHopLimit;
  return {
    HttpTokens: asked.HttpTokens ?? defaults.HttpTokens ?? "optional",
    HttpPutResponseHopLimit: asked.HttpPutResponseHopLimit ?? (hopLimit && hopLimit > 0 ? hopLimit : 1),
    HttpEndpoint: asked.HttpEndpoint ?? defaults.HttpEndpoint ?? "enabled",
    HttpProtocolIpv6: asked.HttpProtocolIpv6 ?? "disabled",
    InstanceMetadataTags: asked.InstanceMetadataTags ?? defaults.InstanceMetadataTags ?? "disabled",
  };
}

function volumesFor(call: RunCall, zone: string): StoredVolume[] {
  const asked = (call.input.BlockDeviceMappings ?? []).filter((each) => each.Ebs);
  const wishes = asked.length > 0 ? asked : [{ Ebs: {} }];
  return wishes.map(({ Ebs = {} }) =>
    newVolume(call, {
      AvailabilityZone: zone,
      Size: Ebs.VolumeSize ?? 8,
      VolumeType: Ebs.VolumeType ?? "gp3",
      ...(Ebs.Encrypted ? { Encrypted: true } : {}),
      ...(Ebs.KmsKeyId ? { KmsKeyId: Ebs.KmsKeyId } : {}),
      Tags: tagsFrom(call.input.TagSpecifications, "volume"),
    }),
  );
}
