// What an account sets once per region for all EC2 resources to come.
import { call, defineResourceType } from "#catalog/define.ts";

export default defineResourceType({
  type: "aws.ec2.region-settings",
  title: "EC2 region settings",
  category: "settings",
  client: "ec2",
  scope: "regional",
  list: null,
  details: [
    call("GetEbsEncryptionByDefault", { take: "EbsEncryptionByDefault", into: "EbsEncryptionByDefault" }),
    call("GetSnapshotBlockPublicAccessState", { into: "SnapshotBlockPublicAccess" }),
    call("GetImageBlockPublicAccessState", { into: "ImageBlockPublicAccess" }),
    call("GetInstanceMetadataDefaults", { take: "AccountLevel", into: "InstanceMetadataDefaults" }),
  ],
  id: "@region",
  arn: "arn:{partition}:ec2:{region}:{account}:region-settings",
  events: {
    EnableEbsEncryptionByDefault: "awsRegion",
    DisableEbsEncryptionByDefault: "awsRegion",
    EnableSnapshotBlockPublicAccess: "awsRegion",
    DisableSnapshotBlockPublicAccess: "awsRegion",
    EnableImageBlockPublicAccess: "awsRegion",
    DisableImageBlockPublicAccess: "awsRegion",
    ModifyInstanceMetadataDefaults: "awsRegion",
  },
});
