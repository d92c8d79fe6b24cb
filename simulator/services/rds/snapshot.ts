// Snapshots of instances and clusters: made, copied, shared ("all" makes one public), deleted.
import type * as aws from "@aws-sdk/client-rds";
import { AwsFault, type Call, type Operation } from "../../operation.ts";
import {
  clusterSnapshots,
  clusters,
  instances,
  listing,
  nameOf,
  rdsArn,
  type StoredClusterSnapshot,
  type StoredSnapshot,
  snapshots,
} from "./stored.ts";

const standardTags = (tags: aws.Tag[] | undefined) => (tags ?? []) as StoredSnapshot["TagList"];

export function snapshotInstance(
  call: Call,
  from: string | undefined,
  to: string | undefined,
  tags?: aws.Tag[],
  type = "manual",
) {
  const name = nameOf(to, "DBSnapshotIdentifier");
  const instance = instances.need(call, from?.toLowerCase());
  if (snapshots.find(call, name))
    throw new AwsFault(
      "DBSnapshotAlreadyExists",
      `Cannot create the snapshot because a snapshot with the identifier ${name} already exists.`,
    );
  const at = call.now.toISOString();
  return snapshots.put(call, {
    DBSnapshotIdentifier: name,
    DBSnapshotArn: rdsArn(call, "snapshot", name),
    DBInstanceIdentifier: instance.DBInstanceIdentifier,
    DbiResourceId: instance.DbiResourceId,
    SnapshotCreateTime: at,
    OriginalSnapshotCreateTime: at,
    InstanceCreateTime: instance.InstanceCreateTime,
    Engine: instance.Engine,
    EngineVersion: instance.EngineVersion,
    AllocatedStorage: instance.AllocatedStorage,
    StorageType: instance.StorageType,
    Status: "available",
    Port: instance.Endpoint?.Port,
    AvailabilityZone: instance.AvailabilityZone,
    VpcId: instance.DBSubnetGroup?.VpcId,
    MasterUsername: instance.MasterUsername,
    LicenseModel: instance.LicenseModel,
    SnapshotType: type,
    PercentProgress: 100,
    Encrypted: instance.StorageEncrypted ?? false,
    ...(instance.KmsKeyId ? { KmsKeyId: instance.KmsKeyId } : {}),
    IAMDatabaseAuthenticationEnabled: instance.IAMDatabaseAuthenticationEnabled,
    TagList: instance.CopyTagsToSnapshot && !tags?.length ? (instance.TagList ?? []) : standardTags(tags),
    sharedWith: [],
  });
}

function describe(call: Call<aws.DescribeDBSnapshotsMessage>) {
  const { DBSnapshotIdentifier, DBInstanceIdentifier, SnapshotType, IncludePublic, IncludeShared } =
    call.input;
  const chosen = DBSnapshotIdentifier
    ? [snapshots.need(call, DBSnapshotIdentifier.split(":").at(-1)?.toLowerCase())]
    : snapshots.list(call);
  // Others' shared and public snapshots are not known here.
  const isOther =
    (SnapshotType === "public" || SnapshotType === "shared") && !IncludePublic && !IncludeShared;
  const found = chosen.filter(
    (each) =>
      !isOther &&
      (!DBInstanceIdentifier || each.DBInstanceIdentifier === DBInstanceIdentifier.toLowerCase()) &&
      (!SnapshotType || each.SnapshotType === SnapshotType),
  );
  return listing(call, "DBSnapshots", found);
}

function copy(call: Call<aws.CopyDBSnapshotMessage>) {
  const [, , , region = call.region] = (call.input.SourceDBSnapshotIdentifier ?? "").split(":");
  const source = snapshots.need(
    { ...call, region },
    call.input.SourceDBSnapshotIdentifier?.split(":").at(-1)?.toLowerCase(),
  );
  const name = nameOf(call.input.TargetDBSnapshotIdentifier, "TargetDBSnapshotIdentifier");
  if (snapshots.find(call, name))
    throw new AwsFault(
      "DBSnapshotAlreadyExists",
      `Cannot create the snapshot because a snapshot with the identifier ${name} already exists.`,
    );
  const { KmsKeyId, CopyTags, Tags } = call.input;
  const DBSnapshot = snapshots.put(call, {
    ...source,
    DBSnapshotIdentifier: name,
    DBSnapshotArn: rdsArn(call, "snapshot", name),
    SourceDBSnapshotIdentifier: source.DBSnapshotArn,
    SourceRegion: region,
    SnapshotCreateTime: call.now.toISOString(),
    SnapshotType: "manual",
    ...(KmsKeyId ? { KmsKeyId, Encrypted: true } : {}),
    TagList: CopyTags ? source.TagList : standardTags(Tags),
    sharedWith: [],
  });
  return { DBSnapshot };
}

interface Change {
  AttributeName?: string | undefined;
  ValuesToAdd?: string[] | undefined;
  ValuesToRemove?: string[] | undefined;
}

/** With whom it is shared afterwards; one encrypted with AWS's own key or shared with all is refused as AWS does. */
function shared(
  snapshot: StoredSnapshot | StoredClusterSnapshot,
  input: Change,
  isEncrypted: boolean,
): string[] {
  if (input.AttributeName !== "restore")
    throw new AwsFault("InvalidParameterValue", `Invalid attribute name: ${input.AttributeName}`);
  const added = input.ValuesToAdd ?? [];
  const wrong = added.find((who) => who !== "all" && !/^\d{12}$/.test(who));
  if (wrong) throw new AwsFault("InvalidParameterValue", `Invalid value for attribute restore: ${wrong}`);
  if (snapshot.SnapshotType !== "manual")
    throw new AwsFault("InvalidDBSnapshotState", "Only manual snapshots can be shared.");
  if (added.includes("all") && isEncrypted)
    throw new AwsFault("InvalidParameterValue", "Encrypted snapshots cannot be shared publicly.");
  return [...new Set([...snapshot.sharedWith, ...added])].filter(
    (who) => !input.ValuesToRemove?.includes(who),
  );
}

const attributes = (sharedWith: string[]) => [{ AttributeName: "restore", AttributeValues: sharedWith }];

function snapshotCluster(call: Call<aws.CreateDBClusterSnapshotMessage>) {
  const name = nameOf(call.input.DBClusterSnapshotIdentifier, "DBClusterSnapshotIdentifier");
  const cluster = clusters.need(call, call.input.DBClusterIdentifier?.toLowerCase());
  if (clusterSnapshots.find(call, name))
    throw new AwsFault(
      "DBClusterSnapshotAlreadyExistsFault",
      `Cannot create the cluster snapshot because one with the identifier ${name} already exists.`,
    );
  const DBClusterSnapshot = clusterSnapshots.put(call, {
    DBClusterSnapshotIdentifier: name,
    DBClusterSnapshotArn: rdsArn(call, "cluster-snapshot", name),
    DBClusterIdentifier: cluster.DBClusterIdentifier,
    SnapshotCreateTime: call.now.toISOString(),
    Engine: cluster.Engine,
    EngineVersion: cluster.EngineVersion,
    AllocatedStorage: cluster.AllocatedStorage,
    Status: "available",
    Port: cluster.Port,
    MasterUsername: cluster.MasterUsername,
    SnapshotType: "manual",
    PercentProgress: 100,
    StorageEncrypted: cluster.StorageEncrypted ?? false,
    ...(cluster.KmsKeyId ? { KmsKeyId: cluster.KmsKeyId } : {}),
    TagList: standardTags(call.input.Tags),
    sharedWith: [],
  });
  return { DBClusterSnapshot };
}

const ofInstance = (call: Call<{ DBSnapshotIdentifier?: string | undefined }>) =>
  snapshots.need(call, call.input.DBSnapshotIdentifier?.toLowerCase());
const ofCluster = (call: Call<{ DBClusterSnapshotIdentifier?: string | undefined }>) =>
  clusterSnapshots.need(call, call.input.DBClusterSnapshotIdentifier?.toLowerCase());
const instanceResult = ({ DBSnapshotIdentifier, sharedWith }: StoredSnapshot) => ({
  DBSnapshotAttributesResult: { DBSnapshotIdentifier, DBSnapshotAttributes: attributes(sharedWith) },
});
const clusterResult = ({ DBClusterSnapshotIdentifier, sharedWith }: StoredClusterSnapshot) => ({
  DBClusterSnapshotAttributesResult: {
    DBClusterSnapshotIdentifier,
    DBClusterSnapshotAttributes: attributes(sharedWith),
  },
});

export const snapshotOperations: Record<string, Operation> = {
  DescribeDBSnapshots: describe,
  CreateDBSnapshot: (call: Call<aws.CreateDBSnapshotMessage>) => {
    const { DBInstanceIdentifier, DBSnapshotIdentifier, Tags } = call.input;
    return {
      DBSnapshot: {
        ...snapshotInstance(call, DBInstanceIdentifier, DBSnapshotIdentifier, Tags),
        Status: "creating",
      },
    };
  },
  CopyDBSnapshot: copy,
  DeleteDBSnapshot: (call: Call<aws.DeleteDBSnapshotMessage>) => {
    const snapshot = ofInstance(call);
    if (snapshot.SnapshotType === "automated")
      throw new AwsFault("InvalidDBSnapshotState", "Cannot delete the automated snapshot.");
    return { DBSnapshot: { ...snapshots.remove(call, snapshot), Status: "deleted" } };
  },
  DescribeDBSnapshotAttributes: (call: Call<aws.DescribeDBSnapshotAttributesMessage>) =>
    instanceResult(ofInstance(call)),
  ModifyDBSnapshotAttribute: (call: Call<aws.ModifyDBSnapshotAttributeMessage>) => {
    const snapshot = ofInstance(call);
    const sharedWith = shared(snapshot, call.input, snapshot.Encrypted === true);
    return instanceResult(snapshots.change(call, snapshot, { sharedWith }));
  },
  DescribeDBClusterSnapshots: (call: Call<aws.DescribeDBClusterSnapshotsMessage>) => {
    const { DBClusterIdentifier, DBClusterSnapshotIdentifier } = call.input;
    const chosen = DBClusterSnapshotIdentifier ? [ofCluster(call)] : clusterSnapshots.list(call);
    const found = chosen.filter(
      (each) => !DBClusterIdentifier || each.DBClusterIdentifier === DBClusterIdentifier,
    );
    return listing(call, "DBClusterSnapshots", found);
  },
  CreateDBClusterSnapshot: snapshotCluster,
  DeleteDBClusterSnapshot: (call: Call<aws.DeleteDBClusterSnapshotMessage>) => ({
    DBClusterSnapshot: { ...clusterSnapshots.remove(call, ofCluster(call)), Status: "deleted" },
  }),
  DescribeDBClusterSnapshotAttributes: (call: Call<aws.DescribeDBClusterSnapshotAttributesMessage>) =>
    clusterResult(ofCluster(call)),
  ModifyDBClusterSnapshotAttribute: (call: Call<aws.ModifyDBClusterSnapshotAttributeMessage>) => {
    const snapshot = ofCluster(call);
    const sharedWith = shared(snapshot, call.input, snapshot.StorageEncrypted === true);
    return clusterResult(clusterSnapshots.change(call, snapshot, { sharedWith }));
  },
};
