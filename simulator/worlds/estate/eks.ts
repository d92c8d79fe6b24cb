// Clusters of EKS of a drawn estate with one node group each: open and closed, silent and logged, old and new.
import { logTypes, type StoredCluster } from "../../services/eks/cluster.ts";
import type { StoredNodegroup } from "../../services/eks.ts";
import type { Place, World } from "../../world.ts";
import { derived, keyArnOf, networkOf } from "./draws.ts";

export const deriveEksClusters = (world: World, place: Place): Iterable<[string, StoredCluster]> =>
  derived(world, place, "eks:cluster", 2, (draw) => {
    const { random, isGood } = draw;
    const name = `${draw.name}-eks`;
    const { vpcId, subnetIds, groupId } = networkOf(draw);
    const isPublic = !isGood();
    const isLogged = isGood();
    const cluster: StoredCluster = {
      name,
      arn: draw.arn("eks", `cluster/${name}`),
      createdAt: draw.daysAgo(30, 800),
      version: random.pick(["1.29", "1.31", "1.32", "1.33"]),
      endpoint: `https://${random.hex(32).toUpperCase()}.gr7.${place.region}.eks.amazonaws.com`,
      roleArn: `arn:${world.partition}:iam::${place.accountId}:role/${name}`,
      resourcesVpcConfig: {
        subnetIds,
        securityGroupIds: [groupId],
        vpcId,
        endpointPublicAccess: isPublic,
        endpointPrivateAccess: true,
        publicAccessCidrs: isPublic && random.chance(0.4) ? ["198.51.100.0/24"] : ["0.0.0.0/0"],
      },
      logging: { clusterLogging: [{ types: [...logTypes], enabled: isLogged }] },
      status: "ACTIVE",
      platformVersion: "eks.1",
      ...(isGood()
        ? { encryptionConfig: [{ resources: ["secrets"], provider: { keyArn: keyArnOf(draw) } }] }
        : {}),
      accessConfig: { authenticationMode: isGood() ? "API" : "CONFIG_MAP" },
      deletionProtection: isGood(),
      tagMap: draw.tagMap,
    };
    return [name, cluster];
  });

export function* deriveNodegroups(world: World, place: Place): Iterable<[string, StoredNodegroup]> {
  for (const [clusterName, cluster] of deriveEksClusters(world, place)) {
    const random = world.random("estate", place.accountId, place.region, "eks:nodegroup", clusterName);
    const key = `${clusterName}/workers`;
    yield [
      key,
      {
        key,
        nodegroupName: "workers",
        nodegroupArn: `arn:${world.partition}:eks:${place.region}:${place.accountId}:nodegroup/${key}/${random.hex(8)}-0000-4000-a000-${random.hex(12)}`,
        clusterName,
        version: cluster.version,
        createdAt: cluster.createdAt,
        status: "ACTIVE",
        capacityType: "ON_DEMAND",
        scalingConfig: { minSize: 2, maxSize: 6, desiredSize: 3 },
        instanceTypes: ["m7g.large"],
        subnets: cluster.resourcesVpcConfig?.subnetIds,
        amiType: "AL2023_ARM_64_STANDARD",
        nodeRole: `arn:${world.partition}:iam::${place.accountId}:role/${clusterName}-nodes`,
        ...(random.chance(0.2) ? { remoteAccess: { ec2SshKey: "ops" } } : {}),
        diskSize: 50,
        health: { issues: [] },
        tagMap: {},
      },
    ];
  }
}
