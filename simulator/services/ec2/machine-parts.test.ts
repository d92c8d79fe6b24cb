// Images, launch templates, key pairs, volumes, interfaces and addresses of machines.
import * as aws from "@aws-sdk/client-ec2";
import { describe, expect, test } from "vitest";
import { openIds, vpcWithSubnet } from "../network-rows.ts";
import { checkCalls, startWire } from "../wire-clients.ts";

const wire = startWire();
const ec2 = () => wire.client(aws.EC2Client, "eu-north-1");
const ids = openIds();
const { keep, id } = ids;

describe("machines, images, templates and keys", () => {
  const attribute = () =>
    ec2().send(
      new aws.DescribeImageAttributeCommand({ ImageId: id("image"), Attribute: "launchPermission" }),
    );
  const share = () =>
    ec2().send(
      new aws.ModifyImageAttributeCommand({
        ImageId: id("image"),
        LaunchPermission: { Add: [{ Group: "all" }] },
      }),
    );
  checkCalls([
    vpcWithSubnet(wire, ids),
    [
      "a machine",
      async () => {
        await ec2().send(new aws.DisableEbsEncryptionByDefaultCommand({}));
        const { Instances } = await ec2().send(
          new aws.RunInstancesCommand({
            ImageId: "ami-0123456789abcdef0",
            SubnetId: id("subnet"),
            MinCount: 1,
            MaxCount: 1,
          }),
        );
        keep("instance", Instances?.[0]?.InstanceId);
        return Instances?.[0];
      },
      { State: { Name: "pending" } },
    ],
    [
      "is kept from being terminated",
      () =>
        ec2().send(
          new aws.ModifyInstanceAttributeCommand({
            InstanceId: id("instance"),
            DisableApiTermination: { Value: true },
          }),
        ),
      {},
    ],
    [
      "which holds",
      () => ec2().send(new aws.TerminateInstancesCommand({ InstanceIds: [id("instance")] })),
      "400 OperationNotPermitted",
    ],
    [
      "an image of it",
      async () => {
        const answer = await ec2().send(
          new aws.CreateImageCommand({ InstanceId: id("instance"), Name: "golden" }),
        );
        keep("image", answer.ImageId);
        return ec2().send(new aws.DescribeImagesCommand({ Owners: ["self"] }));
      },
      { Images: [{ Name: "golden", Public: false, BlockDeviceMappings: [{ Ebs: { Encrypted: false } }] }] },
    ],
    [
      "the same name again",
      () => ec2().send(new aws.CreateImageCommand({ InstanceId: id("instance"), Name: "golden" })),
      "400 InvalidAMIName.Duplicate",
    ],
    ["public images are blocked", share, "400 OperationNotPermitted"],
    [
      "until that is off",
      async () => {
        await ec2().send(new aws.DisableImageBlockPublicAccessCommand({}));
        await share();
        return attribute();
      },
      { LaunchPermissions: [{ Group: "all" }] },
    ],
    [
      "it is private again",
      async () => {
        await ec2().send(
          new aws.ResetImageAttributeCommand({ ImageId: id("image"), Attribute: "launchPermission" }),
        );
        return attribute();
      },
      { LaunchPermissions: [] },
    ],
    ["deregistered", () => ec2().send(new aws.DeregisterImageCommand({ ImageId: id("image") })), {}],
    ["for good", attribute, "400 InvalidAMIID.NotFound"],
    [
      "a launch template",
      async () => {
        const { LaunchTemplate } = await ec2().send(
          new aws.CreateLaunchTemplateCommand({
            LaunchTemplateName: "web",
            LaunchTemplateData: { MetadataOptions: { HttpTokens: "optional" } },
          }),
        );
        keep("template", LaunchTemplate?.LaunchTemplateId);
        return LaunchTemplate;
      },
      { DefaultVersionNumber: 1, LatestVersionNumber: 1 },
    ],
    [
      "its second version",
      () =>
        ec2().send(
          new aws.CreateLaunchTemplateVersionCommand({
            LaunchTemplateName: "web",
            SourceVersion: "1",
            LaunchTemplateData: { MetadataOptions: { HttpTokens: "required" } },
          }),
        ),
      { LaunchTemplateVersion: { VersionNumber: 2, DefaultVersion: false } },
    ],
    [
      "becomes the default",
      () =>
        ec2().send(new aws.ModifyLaunchTemplateCommand({ LaunchTemplateName: "web", DefaultVersion: "2" })),
      { LaunchTemplate: { DefaultVersionNumber: 2 } },
    ],
    [
      "and is shown",
      () =>
        ec2().send(
          new aws.DescribeLaunchTemplateVersionsCommand({
            LaunchTemplateId: id("template"),
            Versions: ["$Default"],
          }),
        ),
      {
        LaunchTemplateVersions: [
          { VersionNumber: 2, LaunchTemplateData: { MetadataOptions: { HttpTokens: "required" } } },
        ],
      },
    ],
    [
      "it is deleted",
      () => ec2().send(new aws.DeleteLaunchTemplateCommand({ LaunchTemplateId: id("template") })),
      {},
    ],
    [
      "for good",
      () => ec2().send(new aws.DescribeLaunchTemplatesCommand({ LaunchTemplateIds: [id("template")] })),
      "400 InvalidLaunchTemplateId.NotFound",
    ],
    [
      "a key pair",
      () => ec2().send(new aws.CreateKeyPairCommand({ KeyName: "deploy", KeyType: "ed25519" })),
      { KeyMaterial: expect.stringContaining("PRIVATE KEY") },
    ],
    [
      "the same name again",
      () => ec2().send(new aws.CreateKeyPairCommand({ KeyName: "deploy" })),
      "400 InvalidKeyPair.Duplicate",
    ],
    ["is deleted", () => ec2().send(new aws.DeleteKeyPairCommand({ KeyName: "deploy" })), { Return: true }],
    [
      "for good",
      () => ec2().send(new aws.DescribeKeyPairsCommand({ KeyNames: ["deploy"] })),
      "400 InvalidKeyPair.NotFound",
    ],
    [
      "a volume",
      async () => {
        const { VolumeId } = await ec2().send(
          new aws.CreateVolumeCommand({ AvailabilityZone: "eu-north-1a", Size: 10 }),
        );
        keep("volume", VolumeId);
        return ec2().send(
          new aws.AttachVolumeCommand({ VolumeId, InstanceId: id("instance"), Device: "/dev/sdf" }),
        );
      },
      { State: "attaching" },
    ],
    ["in use", () => ec2().send(new aws.DeleteVolumeCommand({ VolumeId: id("volume") })), "400 VolumeInUse"],
    ["grows", () => ec2().send(new aws.ModifyVolumeCommand({ VolumeId: id("volume"), Size: 20 })), {}],
    [
      "is detached",
      async () => {
        await ec2().send(new aws.DetachVolumeCommand({ VolumeId: id("volume") }));
        return ec2().send(new aws.DescribeVolumesCommand({ VolumeIds: [id("volume")] }));
      },
      { Volumes: [{ Size: 20, State: "available", Attachments: [] }] },
    ],
  ]);

  test("an interface moves from nothing to a machine and back, and is deleted when free", async () => {
    const made = await ec2().send(new aws.CreateNetworkInterfaceCommand({ SubnetId: id("subnet") }));
    const NetworkInterfaceId = made.NetworkInterface?.NetworkInterfaceId;
    const attach = () =>
      ec2().send(
        new aws.AttachNetworkInterfaceCommand({
          NetworkInterfaceId,
          InstanceId: id("instance"),
          DeviceIndex: 1,
        }),
      );
    const { AttachmentId } = await attach();
    await expect(attach()).rejects.toMatchObject({ name: "InvalidNetworkInterface.InUse" });
    const remove = () => ec2().send(new aws.DeleteNetworkInterfaceCommand({ NetworkInterfaceId }));
    await expect(remove()).rejects.toMatchObject({ name: "InvalidParameterValue" });
    await ec2().send(new aws.DetachNetworkInterfaceCommand({ AttachmentId }));
    await remove();
    const NetworkInterfaceIds = [NetworkInterfaceId ?? ""];
    await expect(
      ec2().send(new aws.DescribeNetworkInterfacesCommand({ NetworkInterfaceIds })),
    ).rejects.toMatchObject({ name: "InvalidNetworkInterfaceID.NotFound" });
  });

  test("groups of an instance change with those of its first interface", async () => {
    const GroupName = "strict";
    const group = await ec2().send(
      new aws.CreateSecurityGroupCommand({ GroupName, Description: "d", VpcId: id("vpc") }),
    );
    const Groups = [group.GroupId ?? ""];
    await ec2().send(new aws.ModifyInstanceAttributeCommand({ InstanceId: id("instance"), Groups }));
    const shown = await ec2().send(new aws.DescribeInstancesCommand({ InstanceIds: [id("instance")] }));
    expect(shown.Reservations?.[0]?.Instances?.[0]).toMatchObject({
      SecurityGroups: [{ GroupName }],
      NetworkInterfaces: [{ Groups: [{ GroupName }] }],
    });
  });

  test("an address goes to an instance, and comes back", async () => {
    const { AllocationId, PublicIp } = await ec2().send(new aws.AllocateAddressCommand({}));
    const InstanceId = id("instance");
    const machine = async () => {
      const { Reservations } = await ec2().send(
        new aws.DescribeInstancesCommand({ InstanceIds: [InstanceId] }),
      );
      return Reservations?.[0]?.Instances?.[0]?.PublicIpAddress;
    };
    const { AssociationId } = await ec2().send(new aws.AssociateAddressCommand({ AllocationId, InstanceId }));
    expect(await machine()).toBe(PublicIp);
    await ec2().send(new aws.DisassociateAddressCommand({ AssociationId }));
    expect(await machine()).toBeUndefined();
    await ec2().send(new aws.ReleaseAddressCommand({ AllocationId }));
  });

  test("encryption by default takes the chosen key", async () => {
    await expect(
      ec2().send(new aws.ModifyEbsDefaultKmsKeyIdCommand({ KmsKeyId: "alias/none" })),
    ).rejects.toMatchObject({ name: "InvalidKmsKey.NotFound" });
    await ec2().send(new aws.EnableEbsEncryptionByDefaultCommand({}));
    const AvailabilityZone = "eu-north-1a";
    const made = await ec2().send(new aws.CreateVolumeCommand({ AvailabilityZone, Size: 1 }));
    expect(made).toMatchObject({ Encrypted: true, KmsKeyId: expect.stringContaining(":key/") });
    await ec2().send(new aws.DisableEbsEncryptionByDefaultCommand({}));
    expect(await ec2().send(new aws.CreateVolumeCommand({ AvailabilityZone, Size: 1 }))).toMatchObject({
      Encrypted: false,
    });
  });

  test("pages hold every template once", async () => {
    for (let index = 0; index < 7; index++) {
      const LaunchTemplateData = { InstanceType: "t3.micro" as const };
      const LaunchTemplateName = `page-${index}`;
      await ec2().send(new aws.CreateLaunchTemplateCommand({ LaunchTemplateName, LaunchTemplateData }));
    }
    const names: (string | undefined)[] = [];
    for await (const page of aws.paginateDescribeLaunchTemplates({ client: ec2(), pageSize: 5 }, {}))
      names.push(...(page.LaunchTemplates ?? []).map((each) => each.LaunchTemplateName));
    expect(names.length).toBe(7);
    expect(new Set(names).size).toBe(7);
  });
});
