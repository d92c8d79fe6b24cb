// Clusters and snapshots of a drawn estate: a few shared with everyone, some unprotected.
import type { StoredCluster, StoredSnapshot } from "../../services/rds/stored.ts";
import type { Place, World } from "../../world.ts";
import { derived, keyArnOf, networkOf } from "./draws.ts";

const listOf = (tags: Record<string, string>) => Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));

export const deriveClusters = (world: World, place: Place): Iterable<[string, StoredCluster]> =>
  derived(world, place, "rds:cluster", 2, (draw) => {
    const { random, isGood } = draw;
    const id = `${draw.name}-cluster`;
    const StorageEncrypted = isGood();
    const isPostgres = random.chance(0.6);
    const cluster: StoredCluster = {
      DBClusterIdentifier: id,
      DBClusterArn: draw.arn("rds", `cluster:${id}`),
      DbClusterResourceId: `cluster-${random.hex(26).toUpperCase()}`,
      Status: "available",
      Engine: isPostgres ? "aurora-postgresql" : "aurora-mysql",
      EngineVersion: isPostgres ? random.pick(["13.9", "16.6", "17.5"]) : "8.0.mysql_aurora.3.10.1",
      EngineMode: "provisioned",
      Endpoint: `${id}.cluster-${random.hex(12)}.${place.region}.rds.amazonaws.com`,
      Port: isPostgres ? 5432 : 3306,
      MasterUsername: isGood() ? "owner" : "postgres",
      AllocatedStorage: 1,
      BackupRetentionPeriod: isGood() ? random.pick([7, 14, 35]) : 1,
      PreferredBackupWindow: "02:10-02:40",
      PreferredMaintenanceWindow: "sun:03:10-sun:03:40",
      MultiAZ: isGood(),
      ClusterCreateTime: draw.daysAgo(50, 900),
      StorageEncrypted,
      ...(StorageEncrypted ? { KmsKeyId: keyArnOf(draw) } : {}),
      DeletionProtection: isGood(),
      IAMDatabaseAuthenticationEnabled: isGood(),
      CopyTagsToSnapshot: isGood(),
      AutoMinorVersionUpgrade: isGood(),
      EnabledCloudwatchLogsExports: isGood() ? [isPostgres ? "postgresql" : "audit"] : [],
      DBSubnetGroup: "default",
      DBClusterParameterGroup: isPostgres ? "default.aurora-postgresql17" : "default.aurora-mysql8.0",
      VpcSecurityGroups: [{ VpcSecurityGroupId: networkOf(draw).groupId, Status: "active" }],
      TagList: listOf(draw.tagMap),
    };
    return [id, cluster];
  });

export const deriveSnapshots = (world: World, place: Place): Iterable<[string, StoredSnapshot]> =>
  derived(world, place, "rds:snapshot", 3, (draw) => {
    const { random, isGood } = draw;
    const id = `${draw.name}-before-upgrade`;
    const at = draw.daysAgo(5, 500);
    const Encrypted = isGood();
    const snapshot: StoredSnapshot = {
      DBSnapshotIdentifier: id,
      DBSnapshotArn: draw.arn("rds", `snapshot:${id}`),
      DBInstanceIdentifier: draw.name,
      SnapshotCreateTime: at,
      OriginalSnapshotCreateTime: at,
      Engine: "postgres",
      EngineVersion: "16.6",
      AllocatedStorage: 20 * (1 + random.int(20)),
      StorageType: "gp3",
      Status: "available",
      Port: 5432,
      MasterUsername: "owner",
      SnapshotType: "manual",
      PercentProgress: 100,
      Encrypted,
      ...(Encrypted ? { KmsKeyId: keyArnOf(draw) } : {}),
      TagList: listOf(draw.tagMap),
      sharedWith: Encrypted || isGood() || isGood() ? [] : ["all"],
    };
    return [id, snapshot];
  });
