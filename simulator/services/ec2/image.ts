// Machine images: made from an instance or copied, shared, withdrawn. `sharedWith` is kept beside AWS's
// fields; "all" makes an image public. Only the account's own images are known here.
import type {
  CopyImageRequest,
  CreateImageRequest,
  DeregisterImageRequest,
  DescribeImageAttributeRequest,
  DescribeImagesRequest,
  Image,
  ModifyImageAttributeRequest,
  ResetImageAttributeRequest,
} from "@aws-sdk/client-ec2";
import { AwsFault, type Call, type Operation } from "../../operation.ts";
import type { Stored } from "../../stored.ts";
import { applyFilters, kept, pageOf, tagsFrom } from "./describe.ts";
import { ec2Id } from "./ids.ts";
import type { StoredInstance } from "./instance-parts.ts";
import { settingsOf } from "./settings.ts";
import { snapshotOperations } from "./snapshot.ts";

export type StoredImage = Stored<Image> & { sharedWith: string[] };

const images = kept<StoredImage>({
  kind: "ec2:image",
  noun: "image id",
  notFound: "InvalidAMIID.NotFound",
});

const instances = kept<StoredInstance>({
  kind: "ec2:instance",
  noun: "instance ID",
  notFound: "InvalidInstanceID.NotFound",
});

const filters = {
  architecture: "Architecture",
  "image-id": "ImageId",
  "is-public": "Public",
  name: "Name",
  "owner-id": "OwnerId",
  state: "State",
  "creation-date": "CreationDate",
  "root-device-type": "RootDeviceType",
  "virtualization-type": "VirtualizationType",
  "block-device-mapping.snapshot-id": "BlockDeviceMappings.Ebs.SnapshotId",
  "block-device-mapping.encrypted": "BlockDeviceMappings.Ebs.Encrypted",
};

function describeImages(call: Call<DescribeImagesRequest>) {
  const { ImageIds, Owners, ExecutableUsers, Filters } = call.input;
  let found = ImageIds?.length ? ImageIds.map((id) => images.need(call, id)) : images.list(call);
  if (Owners?.length)
    found = found.filter((each) => Owners.some((owner) => owner === "self" || owner === each.OwnerId));
  if (ExecutableUsers?.length)
    found = found.filter((each) =>
      ExecutableUsers.some((who) => who === "self" || each.sharedWith.includes(who)),
    );
  const { items, next } = pageOf(applyFilters(found, Filters as never, filters), call.input as never);
  return { Images: items, NextToken: next };
}

function newImage(call: Call, wish: Partial<StoredImage>): StoredImage {
  const id = ec2Id("ami");
  return images.put(call, id, {
    ImageId: id,
    OwnerId: call.accountId,
    State: "available",
    Public: false,
    CreationDate: call.now.toISOString(),
    ImageType: "machine",
    Architecture: "x86_64",
    RootDeviceName: "/dev/xvda",
    RootDeviceType: "ebs",
    VirtualizationType: "hvm",
    Hypervisor: "xen",
    EnaSupport: true,
    PlatformDetails: "Linux/UNIX",
    UsageOperation: "RunInstances",
    BlockDeviceMappings: [],
    ...wish,
    sharedWith: [],
  });
}

function checkName(call: Call, name: string): void {
  if (!/^[\w()[\] ./'@-]{3,128}$/.test(name))
    throw new AwsFault(
      "InvalidAMIName.Malformed",
      "AMI names must be between 3 and 128 characters long, and may contain letters, numbers, '(', ')', '.', '-', '/' and '_'",
    );
  const taken = images.list(call).find((each) => each.Name === name);
  if (taken)
    throw new AwsFault(
      "InvalidAMIName.Duplicate",
      `AMI name ${name} is already in use by AMI ${taken.ImageId}`,
    );
}

/** Every volume of the instance becomes a snapshot of the image. */
function createImage(call: Call<CreateImageRequest>) {
  const { Name = "", Description = "", TagSpecifications } = call.input;
  const instance = instances.need(call, call.input.InstanceId);
  checkName(call, Name);
  const BlockDeviceMappings = (instance.BlockDeviceMappings ?? []).map(({ DeviceName, Ebs }) => {
    const shot = snapshotOperations.CreateSnapshot?.({
      ...call,
      input: { VolumeId: Ebs?.VolumeId, Description: `Created by CreateImage(${instance.InstanceId})` },
    }) as { SnapshotId: string; VolumeSize: number; Encrypted: boolean };
    const { SnapshotId, VolumeSize, Encrypted } = shot;
    return {
      DeviceName,
      Ebs: { SnapshotId, VolumeSize, Encrypted, DeleteOnTermination: true, VolumeType: "gp3" as const },
    };
  });
  const Tags = tagsFrom(TagSpecifications, "image");
  const { Architecture } = instance;
  const image = newImage(call, {
    Name,
    Description,
    BlockDeviceMappings,
    Tags,
    SourceInstanceId: instance.InstanceId,
    ImageLocation: `${call.accountId}/${Name}`,
    ...(Architecture ? { Architecture } : {}),
  });
  return { ImageId: image.ImageId };
}

function copyImage(call: Call<CopyImageRequest>) {
  const { Name = "", SourceImageId, SourceRegion = "", Description, Encrypted } = call.input;
  const source = images.need({ ...call, region: SourceRegion }, SourceImageId);
  checkName(call, Name);
  const mappings = source.BlockDeviceMappings?.map((each) => ({
    ...each,
    ...(each.Ebs ? { Ebs: { ...each.Ebs, Encrypted: Encrypted || each.Ebs.Encrypted } } : {}),
  }));
  const { ImageId: _, ...copied } = source;
  const Tags = tagsFrom(call.input.TagSpecifications, "image");
  const image = newImage(call, {
    ...copied,
    Name,
    Description: Description ?? `[Copied ${SourceImageId} from ${SourceRegion}] ${source.Name}`,
    BlockDeviceMappings: mappings,
    Public: false,
    CreationDate: call.now.toISOString(),
    SourceImageId,
    SourceImageRegion: SourceRegion,
    Tags,
  });
  return { ImageId: image.ImageId };
}

function deregister(call: Call<DeregisterImageRequest>) {
  images.delete(call, images.need(call, call.input.ImageId).ImageId);
  return { Return: true };
}

function describeAttribute(call: Call<DescribeImageAttributeRequest>) {
  const { ImageId, sharedWith, Description } = images.need(call, call.input.ImageId);
  if (call.input.Attribute === "description") return { ImageId, Description: { Value: Description } };
  if (call.input.Attribute !== "launchPermission") return { ImageId };
  const LaunchPermissions = sharedWith.map((who) => {
    if (who === "all") return { Group: "all" };
    if (who.includes(":ou/")) return { OrganizationalUnitArn: who };
    return who.startsWith("arn:") ? { OrganizationArn: who } : { UserId: who };
  });
  return { ImageId, LaunchPermissions };
}

type Permission = NonNullable<NonNullable<ModifyImageAttributeRequest["LaunchPermission"]>["Add"]>[number];

function modifyAttribute(call: Call<ModifyImageAttributeRequest>) {
  const { input } = call;
  const image = images.need(call, input.ImageId);
  const names = (given: Permission[] | undefined) =>
    (given ?? []).map(
      (each) => each.Group ?? each.UserId ?? each.OrganizationArn ?? each.OrganizationalUnitArn ?? "",
    );
  const listed = [
    ...(input.UserGroups ?? []),
    ...(input.UserIds ?? []),
    ...(input.OrganizationArns ?? []),
    ...(input.OrganizationalUnitArns ?? []),
  ];
  const added = [...names(input.LaunchPermission?.Add), ...(input.OperationType === "add" ? listed : [])];
  const removed = [
    ...names(input.LaunchPermission?.Remove),
    ...(input.OperationType === "remove" ? listed : []),
  ];
  if (added.includes("all")) checkPublic(call, image);
  const sharedWith = [...new Set([...image.sharedWith, ...added])].filter((who) => !removed.includes(who));
  const Description = input.Description?.Value;
  images.put(call, image.ImageId, {
    ...image,
    ...(Description === undefined ? {} : { Description }),
    sharedWith,
    Public: sharedWith.includes("all"),
  });
  return {};
}

function checkPublic(call: Call, image: StoredImage): void {
  if (settingsOf(call).imageBlockPublicAccess !== "unblocked")
    throw new AwsFault(
      "OperationNotPermitted",
      "You can't publicly share this image because block public access for AMIs is enabled in this Region",
    );
  if (image.BlockDeviceMappings?.some((each) => each.Ebs?.Encrypted))
    throw new AwsFault("InvalidParameter", "Images with encrypted snapshots cannot be made public");
}

export const imageOperations: Record<string, Operation> = {
  DescribeImages: describeImages,
  CreateImage: createImage,
  CopyImage: copyImage,
  DeregisterImage: deregister,
  DescribeImageAttribute: describeAttribute,
  ModifyImageAttribute: modifyAttribute,
  ResetImageAttribute: (call: Call<ResetImageAttributeRequest>) => {
    const image = images.need(call, call.input.ImageId);
    images.put(call, image.ImageId, { ...image, sharedWith: [], Public: false });
    return {};
  },
};
