// What worlds draw of EC2 beside networks and machines: images, launch templates, key pairs, addresses and endpoints.
import type { Address, KeyPairInfo, State, VpcEndpoint } from "@aws-sdk/client-ec2";
import { openEndpointPolicy } from "../../services/ec2/endpoint.ts";
import { ec2Id, publicAddress } from "../../services/ec2/ids.ts";
import type { StoredImage } from "../../services/ec2/image.ts";
import type { StoredTemplate } from "../../services/ec2/launch-template.ts";
import type { Stored } from "../../stored.ts";
import type { Place, World } from "../../world.ts";
import { derived, networkOf } from "./draws.ts";

const listOf = (tags: Record<string, string>) => Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));

export const deriveImages = (world: World, place: Place): Iterable<[string, StoredImage]> =>
  derived(world, place, "ec2:image", 3, (draw) => {
    const id = ec2Id("ami", draw.random);
    const Encrypted = draw.isGood();
    const isPublic = !Encrypted && draw.random.chance(0.15);
    const image: StoredImage = {
      ImageId: id,
      Name: `${draw.name}-golden`,
      Description: "",
      ImageLocation: `${place.accountId}/${draw.name}-golden`,
      OwnerId: place.accountId,
      State: "available",
      Public: isPublic,
      CreationDate: draw.daysAgo(5, 900),
      ImageType: "machine",
      Architecture: "x86_64",
      RootDeviceName: "/dev/xvda",
      RootDeviceType: "ebs",
      VirtualizationType: "hvm",
      Hypervisor: "xen",
      EnaSupport: true,
      PlatformDetails: "Linux/UNIX",
      UsageOperation: "RunInstances",
      ...(draw.isGood() ? { ImdsSupport: "v2.0" as const } : {}),
      BlockDeviceMappings: [
        {
          DeviceName: "/dev/xvda",
          Ebs: {
            SnapshotId: ec2Id("snap", draw.random),
            VolumeSize: 30,
            VolumeType: "gp3",
            Encrypted,
            DeleteOnTermination: true,
          },
        },
      ],
      Tags: listOf(draw.tagMap),
      sharedWith: isPublic ? ["all"] : [],
    };
    return [id, image];
  });

export const deriveTemplates = (world: World, place: Place): Iterable<[string, StoredTemplate]> =>
  derived(world, place, "ec2:launch-template", 2, (draw) => {
    const id = ec2Id("lt", draw.random);
    const head = {
      LaunchTemplateId: id,
      LaunchTemplateName: `${draw.name}-nodes`,
      CreateTime: draw.daysAgo(20, 900),
      CreatedBy: `arn:${world.partition}:iam::${place.accountId}:root`,
    };
    const isTokenOnly = draw.isGood();
    const template: StoredTemplate = {
      ...head,
      DefaultVersionNumber: 1,
      LatestVersionNumber: 1,
      Tags: listOf(draw.tagMap),
      versions: [
        {
          ...head,
          VersionNumber: 1,
          DefaultVersion: true,
          LaunchTemplateData: {
            ImageId: ec2Id("ami", draw.random),
            InstanceType: "m7i.large",
            MetadataOptions: {
              HttpTokens: isTokenOnly ? "required" : "optional",
              HttpPutResponseHopLimit: isTokenOnly ? 1 : 2,
            },
            NetworkInterfaces: [
              { DeviceIndex: 0, AssociatePublicIpAddress: !draw.isGood(), Groups: [networkOf(draw).groupId] },
            ],
          },
        },
      ],
    };
    return [id, template];
  });

export const deriveKeyPairs = (world: World, place: Place): Iterable<[string, Stored<KeyPairInfo>]> =>
  derived(world, place, "ec2:key-pair", 2, (draw) => {
    const id = ec2Id("key", draw.random);
    const fingerprint = (draw.random.hex(40).match(/../g) ?? []).join(":");
    return [
      id,
      {
        KeyPairId: id,
        KeyName: `${draw.name}-key`,
        KeyType: "rsa",
        KeyFingerprint: fingerprint,
        CreateTime: draw.daysAgo(50, 1500),
        Tags: listOf(draw.tagMap),
      },
    ];
  });

/** Addresses that nobody uses. */
export const deriveAddresses = (world: World, place: Place): Iterable<[string, Stored<Address>]> =>
  derived(world, place, "ec2:address", 2, (draw) => {
    const AllocationId = ec2Id("eipalloc", draw.random);
    return [
      AllocationId,
      {
        AllocationId,
        PublicIp: publicAddress(draw.random),
        PublicIpv4Pool: "amazon",
        Domain: "vpc",
        NetworkBorderGroup: place.region,
        Tags: listOf(draw.tagMap),
      },
    ];
  });

export const deriveEndpoints = (world: World, place: Place): Iterable<[string, Stored<VpcEndpoint>]> =>
  derived(world, place, "ec2:vpc-endpoint", 2, (draw) => {
    const id = ec2Id("vpce", draw.random);
    const narrow = JSON.stringify({
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Principal: { AWS: place.accountId }, Action: "s3:*", Resource: "*" }],
    });
    return [
      id,
      {
        VpcEndpointId: id,
        VpcEndpointType: "Gateway",
        VpcId: networkOf(draw).vpcId,
        ServiceName: `com.amazonaws.${place.region}.${draw.index === 0 ? "s3" : "dynamodb"}`,
        // As in services/ec2/endpoint.ts: AWS answers in small letters.
        State: "available" as State,
        PolicyDocument: draw.isGood() ? narrow : openEndpointPolicy,
        RouteTableIds: [],
        SubnetIds: [],
        Groups: [],
        PrivateDnsEnabled: false,
        RequesterManaged: false,
        NetworkInterfaceIds: [],
        DnsEntries: [],
        CreationTimestamp: draw.daysAgo(50, 900),
        OwnerId: place.accountId,
        Tags: listOf(draw.tagMap),
      },
    ];
  });
