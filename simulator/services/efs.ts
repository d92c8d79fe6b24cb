import type * as aws from "@aws-sdk/client-efs";
import { AwsFault, type Call, type ServiceDefinition } from "../operation.ts";
import { checkedPolicy } from "./checked-policy.ts";
import {
  createMount,
  createPoint,
  createSystem,
  deleteMount,
  deleteSystem,
  markers,
  missing,
  mountOf,
  mounts,
  mountsOf,
  needed,
  points,
  shown,
  showSystem,
  systems,
} from "./efs/stored.ts";
import { arnIn, pageAs, permissionsOn, type Tagged, tagOperations } from "./records.ts";

function describeSystems(call: Call<aws.DescribeFileSystemsRequest>) {
  const { FileSystemId, CreationToken } = call.input;
  const chosen = FileSystemId ? [needed(call)] : systems.list(call);
  const found = chosen.filter((each) => !CreationToken || each.CreationToken === CreationToken);
  return pageAs(
    call,
    "FileSystems",
    found.map((each) => showSystem(call, each)),
    markers,
  );
}

function describeMounts(call: Call<aws.DescribeMountTargetsRequest>) {
  const { FileSystemId, MountTargetId } = call.input;
  if (!FileSystemId && !MountTargetId)
    throw new AwsFault("BadRequest", "FileSystemId or MountTargetId must be specified");
  const found = MountTargetId ? [mountOf(call)] : mountsOf(call, needed(call).FileSystemId);
  return pageAs(call, "MountTargets", found, markers);
}

function policyOfSystem(call: Call<{ FileSystemId?: string | undefined }>) {
  const { FileSystemId, policy } = needed(call);
  if (policy === undefined) throw missing("PolicyNotFound", "Policy of file system")(FileSystemId);
  return { FileSystemId, Policy: policy };
}

const target = (call: Call, given: string) => {
  const id = given.split("/").at(-1);
  if (id?.startsWith("fsap-")) {
    const point = points.need(call, id);
    return {
      tags: point.tagMap,
      store: (tagMap: Tagged["tagMap"]) => void points.change(call, point, { tagMap }),
    };
  }
  const system = systems.need(call, id);
  return {
    tags: system.tagMap,
    store: (tagMap: Tagged["tagMap"]) => void systems.change(call, system, { tagMap }),
  };
};
const onSystem =
  "DeleteFileSystem UpdateFileSystem DescribeFileSystemPolicy PutFileSystemPolicy DeleteFileSystemPolicy DescribeBackupPolicy PutBackupPolicy DescribeLifecycleConfiguration PutLifecycleConfiguration CreateMountTarget CreateAccessPoint".split(
    " ",
  );

export const efs: ServiceDefinition = {
  client: "efs",
  operations: {
    DescribeFileSystems: describeSystems,
    CreateFileSystem: createSystem,
    UpdateFileSystem: (call: Call<aws.UpdateFileSystemRequest>) => {
      const ThroughputMode = call.input.ThroughputMode;
      return showSystem(call, systems.change(call, needed(call), ThroughputMode ? { ThroughputMode } : {}));
    },
    DeleteFileSystem: deleteSystem,
    DescribeMountTargets: describeMounts,
    CreateMountTarget: createMount,
    DeleteMountTarget: deleteMount,
    DescribeMountTargetSecurityGroups: (call: Call<aws.DescribeMountTargetSecurityGroupsRequest>) => ({
      SecurityGroups: mountOf(call).groupIds,
    }),
    ModifyMountTargetSecurityGroups: (call: Call<aws.ModifyMountTargetSecurityGroupsRequest>) => {
      mounts.change(call, mountOf(call), { groupIds: call.input.SecurityGroups ?? [] });
      return {};
    },
    DescribeAccessPoints: (call: Call<aws.DescribeAccessPointsRequest>) => {
      const { AccessPointId, FileSystemId } = call.input;
      const chosen = AccessPointId ? [points.need(call, AccessPointId)] : points.list(call);
      const found = chosen.filter((each) => !FileSystemId || each.FileSystemId === FileSystemId);
      return pageAs(call, "AccessPoints", found.map(shown), {
        ...markers,
        limit: "MaxResults",
        token: "NextToken",
        next: "NextToken",
      });
    },
    CreateAccessPoint: createPoint,
    DeleteAccessPoint: (call: Call<aws.DeleteAccessPointRequest>) => {
      points.remove(call, points.need(call, call.input.AccessPointId));
      return {};
    },
    DescribeFileSystemPolicy: policyOfSystem,
    PutFileSystemPolicy: (call: Call<aws.PutFileSystemPolicyRequest>) => {
      const policy = checkedPolicy(call.input.Policy ?? "", "InvalidPolicyException");
      systems.change(call, needed(call), { policy });
      return policyOfSystem(call);
    },
    DeleteFileSystemPolicy: (call: Call<aws.DeleteFileSystemPolicyRequest>) => {
      const { policy: _, ...system } = needed(call);
      systems.put(call, system);
      return {};
    },
    DescribeBackupPolicy: (call: Call<aws.DescribeBackupPolicyRequest>) => ({
      BackupPolicy: { Status: needed(call).hasBackup ? "ENABLED" : "DISABLED" },
    }),
    PutBackupPolicy: (call: Call<aws.PutBackupPolicyRequest>) => {
      const { Status } = call.input.BackupPolicy ?? {};
      systems.change(call, needed(call), { hasBackup: Status === "ENABLED" });
      return { BackupPolicy: { Status: Status === "ENABLED" ? "ENABLING" : "DISABLING" } };
    },
    DescribeLifecycleConfiguration: (call: Call<aws.DescribeLifecycleConfigurationRequest>) => ({
      LifecyclePolicies: needed(call).lifecycle,
    }),
    PutLifecycleConfiguration: (call: Call<aws.PutLifecycleConfigurationRequest>) => ({
      LifecyclePolicies: systems.change(call, needed(call), { lifecycle: call.input.LifecyclePolicies ?? [] })
        .lifecycle,
    }),
    ...tagOperations(
      {
        tag: "TagResource",
        untag: "UntagResource",
        list: "ListTagsForResource",
        arn: "ResourceId",
        invalid: "BadRequest",
      },
      target,
    ),
    ...tagOperations(
      {
        tag: "CreateTags",
        untag: "DeleteTags",
        list: "DescribeTags",
        arn: "FileSystemId",
        invalid: "BadRequest",
      },
      target,
    ),
  },
  permissions: permissionsOn("elasticfilesystem", onSystem, (call: Call<{ FileSystemId: string }>) =>
    arnIn(call, "elasticfilesystem", `file-system/${call.input.FileSystemId.split("/").at(-1)}`),
  ),
  resourcePolicy: (call: Call, { resource }) => {
    const text = systems.find(call, resource.split("file-system/")[1])?.policy;
    return text === undefined ? undefined : { text, accountId: call.accountId };
  },
};
