// Clusters, task definitions and services of ECS of a drawn estate: privileged containers, secrets in the environment, public tasks.
import type { StoredCluster } from "../../services/ecs/cluster.ts";
import type { StoredDefinition } from "../../services/ecs/task-definition.ts";
import type { StoredService } from "../../services/ecs.ts";
import type { Place, World } from "../../world.ts";
import { derived, networkOf } from "./draws.ts";

export const deriveEcsClusters = (world: World, place: Place): Iterable<[string, StoredCluster]> =>
  derived(world, place, "ecs:cluster", 2, (draw) => {
    const clusterName = `${draw.name}-ecs`;
    const cluster: StoredCluster = {
      clusterName,
      clusterArn: draw.arn("ecs", `cluster/${clusterName}`),
      status: "ACTIVE",
      registeredContainerInstancesCount: 0,
      runningTasksCount: draw.random.int(9),
      pendingTasksCount: 0,
      activeServicesCount: 1,
      statistics: [],
      settings: [{ name: "containerInsights", value: draw.isGood() ? "enabled" : "disabled" }],
      capacityProviders: ["FARGATE"],
      defaultCapacityProviderStrategy: [],
      tagMap: draw.tagMap,
    };
    return [clusterName, cluster];
  });

export const deriveDefinitions = (world: World, place: Place): Iterable<[string, StoredDefinition]> =>
  derived(world, place, "ecs:task-definition", 3, (draw) => {
    const { random, isGood } = draw;
    const key = `${draw.name}:1`;
    const definition: StoredDefinition = {
      key,
      family: draw.name,
      revision: 1,
      taskDefinitionArn: draw.arn("ecs", `task-definition/${key}`),
      status: "ACTIVE",
      networkMode: isGood() ? "awsvpc" : "host",
      requiresCompatibilities: ["EC2"],
      cpu: "256",
      memory: "512",
      taskRoleArn: `arn:${world.partition}:iam::${place.accountId}:role/${draw.name}-task`,
      ...(isGood() ? {} : { pidMode: "host" as const }),
      containerDefinitions: [
        {
          name: "app",
          image: `${place.accountId}.dkr.ecr.${place.region}.amazonaws.com/${draw.name}/app:v1`,
          essential: true,
          cpu: 0,
          privileged: !isGood(),
          readonlyRootFilesystem: isGood(),
          user: isGood() ? "1000" : "root",
          environment: isGood() ? [] : [{ name: "AWS_SECRET_ACCESS_KEY", value: random.hex(40) }],
          portMappings: [{ containerPort: 8080, protocol: "tcp" }],
          mountPoints: [],
          volumesFrom: [],
          ...(isGood()
            ? {
                logConfiguration: {
                  logDriver: "awslogs" as const,
                  options: { "awslogs-group": `/ecs/${draw.name}` },
                },
              }
            : {}),
        },
      ],
      volumes: [],
      placementConstraints: [],
      registeredAt: draw.daysAgo(10, 700),
      tagMap: draw.tagMap,
    };
    return [key, definition];
  });

/** One in each cluster, running the first definition of the place. */
export function* deriveServices(world: World, place: Place): Iterable<[string, StoredService]> {
  const [definition] = deriveDefinitions(world, place);
  for (const [clusterName, { clusterArn }] of deriveEcsClusters(world, place)) {
    const random = world.random("estate", place.accountId, place.region, "ecs:service", clusterName);
    const { subnetIds, groupId } = networkOf({ world, place });
    const key = `${clusterName}/web`;
    yield [
      key,
      {
        key,
        serviceName: "web",
        serviceArn: `arn:${world.partition}:ecs:${place.region}:${place.accountId}:service/${key}`,
        clusterArn,
        status: "ACTIVE",
        desiredCount: 2,
        runningCount: 2,
        pendingCount: 0,
        launchType: "FARGATE",
        platformVersion: random.chance(0.6) ? "LATEST" : "1.3.0",
        platformFamily: "Linux",
        taskDefinition: definition?.[1].taskDefinitionArn,
        networkConfiguration: {
          awsvpcConfiguration: {
            subnets: subnetIds,
            securityGroups: [groupId],
            assignPublicIp: random.chance(0.3) ? "ENABLED" : "DISABLED",
          },
        },
        enableExecuteCommand: random.chance(0.2),
        schedulingStrategy: "REPLICA",
        createdAt: new Date(world.bornAt.getTime() - (1 + random.int(500)) * 86_400_000).toISOString(),
        deployments: [],
        events: [],
        tagMap: {},
      },
    ];
  }
}
