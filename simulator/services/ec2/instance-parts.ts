// Builds an instance with its network interface, the way DescribeInstances and
// DescribeNetworkInterfaces show one machine from two sides. Used by RunInstances and by worlds.
import type {
  Instance,
  InstanceMetadataOptionsResponse,
  NetworkInterface,
  SecurityGroup,
  Subnet,
} from "@aws-sdk/client-ec2";
import type { Stored } from "../../stored.ts";
import type { StoredVolume } from "./volume.ts";

/** As AWS shows it, and the reservation that it belongs to. */
export type StoredInstance = Stored<Instance> & { ReservationId: string };

interface InstancePlan {
  partition: string;
  region: string;
  ids: { instance: string; interface: string; attachment: string; reservation: string; mac: string };
  imageId: string;
  instanceType: string;
  subnet: Stored<Subnet>;
  groups: Stored<SecurityGroup>[];
  privateAddress: string;
  publicAddress?: string | undefined;
  keyName?: string | undefined;
  profile?: { Arn: string; Id: string } | undefined;
  metadata: Stored<InstanceMetadataOptionsResponse>;
  monitoring: boolean;
  launchedAt: string;
  /** Attached in this order; the first is the root device. */
  volumes: StoredVolume[];
  tags: { Key: string; Value: string }[];
}

interface BuiltInstance {
  instance: StoredInstance;
  interface: Stored<NetworkInterface>;
  volumes: StoredVolume[];
}

const deviceName = (index: number) => (index === 0 ? "/dev/xvda" : `/dev/sd${"fghijklmnop"[index - 1]}`);

export function buildInstance(plan: InstancePlan): BuiltInstance {
  const { region, ids, subnet, launchedAt } = plan;
  const dnsSuffix = region === "us-east-1" ? "compute-1" : `${region}.compute`;
  const privateSuffix = region === "us-east-1" ? "ec2.internal" : `${region}.compute.internal`;
  const publicDns = plan.publicAddress
    ? `ec2-${plan.publicAddress.replaceAll(".", "-")}.${dnsSuffix}.amazonaws.com`
    : "";
  const privateDns = `ip-${plan.privateAddress.replaceAll(".", "-")}.${privateSuffix}`;
  const association = plan.publicAddress
    ? { Association: { IpOwnerId: "amazon", PublicDnsName: publicDns, PublicIp: plan.publicAddress } }
    : {};
  const volumes = plan.volumes.map((volume, index) => attached(volume, plan, index));
  const networkInterface = interfaceOf(plan, privateDns, association);
  const instance: StoredInstance = {
    ReservationId: ids.reservation,
    InstanceId: ids.instance,
    ImageId: plan.imageId,
    InstanceType: plan.instanceType as NonNullable<Instance["InstanceType"]>,
    State: { Code: 16, Name: "running" },
    StateTransitionReason: "",
    Architecture: /^[a-z]+\d+g[a-z]*\./.test(plan.instanceType) ? "arm64" : "x86_64",
    AmiLaunchIndex: 0,
    BlockDeviceMappings: volumes.map((volume, index) => ({
      DeviceName: deviceName(index),
      Ebs: {
        AttachTime: launchedAt,
        DeleteOnTermination: volume.Attachments?.[0]?.DeleteOnTermination,
        Status: "attached",
        VolumeId: volume.VolumeId,
      },
    })),
    RootDeviceName: deviceName(0),
    RootDeviceType: "ebs",
    EbsOptimized: true,
    EnaSupport: true,
    Hypervisor: "xen",
    VirtualizationType: "hvm",
    ...(plan.profile ? { IamInstanceProfile: plan.profile } : {}),
    ...(plan.keyName ? { KeyName: plan.keyName } : {}),
    LaunchTime: launchedAt,
    UsageOperationUpdateTime: launchedAt,
    MetadataOptions: { State: "applied", ...plan.metadata },
    Monitoring: { State: plan.monitoring ? "enabled" : "disabled" },
    NetworkInterfaces: [networkView(networkInterface)],
    Placement: { AvailabilityZone: subnet.AvailabilityZone, GroupName: "", Tenancy: "default" },
    PlatformDetails: "Linux/UNIX",
    UsageOperation: "RunInstances",
    PrivateDnsName: privateDns,
    PrivateIpAddress: plan.privateAddress,
    PublicDnsName: publicDns,
    ...(plan.publicAddress ? { PublicIpAddress: plan.publicAddress } : {}),
    ProductCodes: [],
    SecurityGroups: plan.groups.map(({ GroupId, GroupName }) => ({ GroupId, GroupName })),
    SourceDestCheck: true,
    SubnetId: subnet.SubnetId,
    VpcId: subnet.VpcId,
    Tags: plan.tags,
  };
  return { instance, interface: networkInterface, volumes };
}

function attached(volume: StoredVolume, { ids, launchedAt }: InstancePlan, index: number): StoredVolume {
  return {
    ...volume,
    State: "in-use",
    Attachments: [
      {
        AttachTime: launchedAt,
        DeleteOnTermination: index === 0,
        Device: deviceName(index),
        InstanceId: ids.instance,
        State: "attached",
        VolumeId: volume.VolumeId,
      },
    ],
  };
}

function interfaceOf(
  { ids, subnet, groups, privateAddress, launchedAt }: InstancePlan,
  privateDns: string,
  association: { Association?: Stored<NonNullable<NetworkInterface["Association"]>> },
): Stored<NetworkInterface> {
  return {
    NetworkInterfaceId: ids.interface,
    OwnerId: subnet.OwnerId,
    VpcId: subnet.VpcId,
    SubnetId: subnet.SubnetId,
    AvailabilityZone: subnet.AvailabilityZone,
    Description: "",
    InterfaceType: "interface",
    Status: "in-use",
    MacAddress: ids.mac,
    Groups: groups.map(({ GroupId, GroupName }) => ({ GroupId, GroupName })),
    PrivateDnsName: privateDns,
    PrivateIpAddress: privateAddress,
    PrivateIpAddresses: [
      { Primary: true, PrivateDnsName: privateDns, PrivateIpAddress: privateAddress, ...association },
    ],
    ...association,
    Attachment: {
      AttachmentId: ids.attachment,
      AttachTime: launchedAt,
      DeleteOnTermination: true,
      DeviceIndex: 0,
      NetworkCardIndex: 0,
      InstanceId: ids.instance,
      InstanceOwnerId: subnet.OwnerId,
      Status: "attached",
    },
    Ipv6Addresses: [],
    RequesterManaged: false,
    SourceDestCheck: true,
    TagSet: [],
  };
}

/** The interface as the instance itself shows it. */
function networkView(
  from: Stored<NetworkInterface>,
): NonNullable<StoredInstance["NetworkInterfaces"]>[number] {
  const { Attachment, Association } = from;
  return {
    NetworkInterfaceId: from.NetworkInterfaceId,
    OwnerId: from.OwnerId,
    VpcId: from.VpcId,
    SubnetId: from.SubnetId,
    Description: "",
    InterfaceType: "interface",
    Status: "in-use",
    MacAddress: from.MacAddress,
    Groups: from.Groups,
    PrivateDnsName: from.PrivateDnsName,
    PrivateIpAddress: from.PrivateIpAddress,
    PrivateIpAddresses: from.PrivateIpAddresses,
    SourceDestCheck: true,
    Ipv6Addresses: [],
    Attachment: {
      AttachmentId: Attachment?.AttachmentId,
      AttachTime: Attachment?.AttachTime,
      DeleteOnTermination: true,
      DeviceIndex: 0,
      NetworkCardIndex: 0,
      Status: "attached",
    },
    ...(Association ? { Association } : {}),
  };
}
