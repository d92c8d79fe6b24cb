// Whom a snapshot is shared with is an attribute that AWS gives one snapshot at a time. The public ones
// are found by a second listing instead (RestorableByUserIds "all"), so 1,000 snapshots cost 1 call more.
import { call, defineResourceType } from "#catalog/define.ts";

export default defineResourceType({
  type: "aws.ec2.snapshot",
  title: "EBS snapshot",
  category: "snapshot",
  client: "ec2",
  scope: "regional",
  list: call("DescribeSnapshots", { items: "Snapshots", fixed: { OwnerIds: ["self"] } }),
  marks: {
    RestorableByAll: call("DescribeSnapshots", {
      items: "Snapshots",
      fixed: { OwnerIds: ["self"], RestorableByUserIds: ["all"] },
    }),
  },
  id: "SnapshotId",
  arn: "arn:{partition}:ec2:{region}::snapshot/{SnapshotId}",
  createdAt: "StartTime",
  tags: "Tags",
  volatile: ["Progress"],
  relations: {
    takenFrom: { to: "aws.ec2.volume", by: "VolumeId" },
    encryptedBy: { to: "aws.kms.key", by: "KmsKeyId" },
  },
  events: {
    CreateSnapshot: "responseElements.snapshotId",
    CreateSnapshots: "responseElements.CreateSnapshotsResponse.snapshotSet.item[].snapshotId",
    CopySnapshot: "responseElements.snapshotId",
    DeleteSnapshot: "requestParameters.snapshotId",
    ModifySnapshotAttribute: "requestParameters.snapshotId",
    ResetSnapshotAttribute: "requestParameters.snapshotId",
    CreateTags: "requestParameters.resourcesSet.items[].resourceId",
    DeleteTags: "requestParameters.resourcesSet.items[].resourceId",
  },
});
