// Clusters of Redshift of a drawn estate: public ones, unencrypted ones, silent ones.
import type { StoredCluster } from "../../services/redshift/cluster.ts";
import type { Place, World } from "../../world.ts";
import { derived, keyArnOf, networkOf } from "./draws.ts";

export const deriveWarehouses = (world: World, place: Place): Iterable<[string, StoredCluster]> =>
  derived(world, place, "redshift:cluster", 1, (draw) => {
    const { random, isGood } = draw;
    const id = `${draw.name}-dw`;
    const Encrypted = isGood();
    const isLogged = isGood();
    const cluster: StoredCluster = {
      ClusterIdentifier: id,
      NodeType: "ra3.large",
      NumberOfNodes: 2,
      ClusterStatus: "available",
      ClusterAvailabilityStatus: "Available",
      MasterUsername: isGood() ? "owner" : "awsuser",
      DBName: isGood() ? "warehouse" : "dev",
      Endpoint: { Address: `${id}.${random.hex(12)}.${place.region}.redshift.amazonaws.com`, Port: 5439 },
      ClusterCreateTime: draw.daysAgo(60, 1000),
      AutomatedSnapshotRetentionPeriod: isGood() ? 7 : 1,
      ManualSnapshotRetentionPeriod: -1,
      VpcId: networkOf(draw).vpcId,
      VpcSecurityGroups: [{ VpcSecurityGroupId: networkOf(draw).groupId, Status: "active" }],
      ClusterParameterGroups: [
        { ParameterGroupName: "default.redshift-2.0", ParameterApplyStatus: "in-sync" },
      ],
      PreferredMaintenanceWindow: "sun:04:00-sun:04:30",
      ClusterVersion: "1.0",
      AllowVersionUpgrade: isGood(),
      PubliclyAccessible: !isGood(),
      Encrypted,
      ...(Encrypted ? { KmsKeyId: keyArnOf(draw) } : {}),
      EnhancedVpcRouting: isGood(),
      MultiAZ: "Disabled",
      IamRoles: [],
      ClusterNamespaceArn: draw.arn(
        "redshift",
        `namespace:${random.hex(8)}-0000-4000-a000-${random.hex(12)}`,
      ),
      logging: isLogged
        ? { LoggingEnabled: true, BucketName: `audit-${place.accountId}` }
        : { LoggingEnabled: false },
      tagMap: draw.tagMap,
    };
    return [id, cluster];
  });
