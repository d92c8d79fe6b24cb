import { call, defineResourceType } from "#catalog/define.ts";

export default defineResourceType({
  type: "aws.ec2.volume",
  title: "EBS volume",
  category: "volume",
  client: "ec2",
  scope: "regional",
  list: call("DescribeVolumes", { items: "Volumes" }),
  id: "VolumeId",
  arn: "arn:{partition}:ec2:{region}:{account}:volume/{VolumeId}",
  createdAt: "CreateTime",
  tags: "Tags",
  relations: {
    encryptedBy: { to: "aws.kms.key", by: "KmsKeyId" },
    attachedTo: { to: "aws.ec2.instance", by: "Attachments[].InstanceId" },
    madeFrom: { to: "aws.ec2.snapshot", by: "SnapshotId" },
  },
  events: {
    CreateVolume: "responseElements.volumeId",
    DeleteVolume: "requestParameters.volumeId",
    ModifyVolume: "requestParameters.ModifyVolumeRequest.VolumeId",
    AttachVolume: "requestParameters.volumeId",
    DetachVolume: "requestParameters.volumeId",
    CreateTags: "requestParameters.resourcesSet.items[].resourceId",
    DeleteTags: "requestParameters.resourcesSet.items[].resourceId",
  },
});
