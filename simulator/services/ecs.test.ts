import * as aws from "@aws-sdk/client-ecs";
import { expect, test } from "vitest";
import { checkCalls, startWire } from "./wire-clients.ts";

const wire = startWire();
const client = () => wire.client(aws.ECSClient, "eu-north-1");
const clusterName = "apps";
const describe = () =>
  client().send(new aws.DescribeClustersCommand({ clusters: [clusterName], include: ["SETTINGS", "TAGS"] }));
const register = (more: Partial<aws.RegisterTaskDefinitionCommandInput> = {}) =>
  client().send(
    new aws.RegisterTaskDefinitionCommand({
      family: "web",
      containerDefinitions: [{ name: "web", image: "web:1", privileged: true }],
      ...more,
    }),
  );
const definition = () => client().send(new aws.DescribeTaskDefinitionCommand({ taskDefinition: "web" }));
const service = { cluster: clusterName, service: "web" };

checkCalls([
  [
    "a name that is none",
    () => client().send(new aws.CreateClusterCommand({ clusterName: "a b" })),
    "400 InvalidParameterException",
  ],
  [
    "a cluster",
    () => client().send(new aws.CreateClusterCommand({ clusterName, tags: [{ key: "a", value: "1" }] })),
    { cluster: { status: "ACTIVE", settings: [{ name: "containerInsights", value: "disabled" }] } },
  ],
  [
    "insights",
    () =>
      client().send(
        new aws.UpdateClusterSettingsCommand({
          cluster: clusterName,
          settings: [{ name: "containerInsights", value: "enhanced" }],
        }),
      ),
    {},
  ],
  [
    "are shown",
    describe,
    { clusters: [{ settings: [{ value: "enhanced" }], tags: [{ key: "a", value: "1" }] }], failures: [] },
  ],
  [
    "an unknown one",
    () => client().send(new aws.DescribeClustersCommand({ clusters: ["none"] })),
    { clusters: [], failures: [{ reason: "MISSING" }] },
  ],
  ["Fargate without memory", () => register({ requiresCompatibilities: ["FARGATE"] }), "400 ClientException"],
  [
    "a definition",
    () => register(),
    { taskDefinition: { revision: 1, networkMode: "bridge", status: "ACTIVE" } },
  ],
  ["its next revision", () => register({ networkMode: "awsvpc" }), { taskDefinition: { revision: 2 } }],
  [
    "the newest is shown",
    definition,
    { taskDefinition: { revision: 2, containerDefinitions: [{ privileged: true }] } },
  ],
  [
    "a service in no network",
    () =>
      client().send(
        new aws.CreateServiceCommand({ cluster: clusterName, serviceName: "web", taskDefinition: "web" }),
      ),
    "400 InvalidParameterException",
  ],
  [
    "a service",
    () =>
      client().send(
        new aws.CreateServiceCommand({
          cluster: clusterName,
          serviceName: "web",
          taskDefinition: "web",
          launchType: "FARGATE",
          networkConfiguration: {
            awsvpcConfiguration: { subnets: ["subnet-0a"], assignPublicIp: "ENABLED" },
          },
        }),
      ),
    { service: { status: "ACTIVE", platformVersion: "LATEST" } },
  ],
  [
    "holds the cluster",
    () => client().send(new aws.DeleteClusterCommand({ cluster: clusterName })),
    "400 ClusterContainsServicesException",
  ],
  [
    "without public addresses",
    () =>
      client().send(
        new aws.UpdateServiceCommand({
          ...service,
          networkConfiguration: {
            awsvpcConfiguration: { subnets: ["subnet-0a"], assignPublicIp: "DISABLED" },
          },
        }),
      ),
    {},
  ],
  [
    "is shown",
    () => client().send(new aws.DescribeServicesCommand({ cluster: clusterName, services: ["web"] })),
    { services: [{ networkConfiguration: { awsvpcConfiguration: { assignPublicIp: "DISABLED" } } }] },
  ],
  ["runs", () => client().send(new aws.DeleteServiceCommand(service)), "400 InvalidParameterException"],
  ["by force", () => client().send(new aws.DeleteServiceCommand({ ...service, force: true })), {}],
  [
    "the first revision goes",
    () => client().send(new aws.DeregisterTaskDefinitionCommand({ taskDefinition: "web:1" })),
    {},
  ],
  [
    "for good",
    () => client().send(new aws.DeleteTaskDefinitionsCommand({ taskDefinitions: ["web:1", "web:2"] })),
    { taskDefinitions: [{ revision: 1 }], failures: [{ arn: "web:2" }] },
  ],
  [
    "insights for new clusters",
    () =>
      client().send(new aws.PutAccountSettingDefaultCommand({ name: "containerInsights", value: "enabled" })),
    { setting: { value: "enabled" } },
  ],
  [
    "deleted",
    () => client().send(new aws.DeleteClusterCommand({ cluster: clusterName })),
    { cluster: { status: "INACTIVE" } },
  ],
  [
    "for good",
    () => client().send(new aws.DeleteClusterCommand({ cluster: clusterName })),
    "400 ClusterNotFoundException",
  ],
]);

test("pages hold every cluster once; new ones take the account's setting", async () => {
  for (let index = 0; index < 3; index++) {
    const made = await client().send(new aws.CreateClusterCommand({ clusterName: `page-${index}` }));
    expect(made.cluster?.settings).toEqual([{ name: "containerInsights", value: "enabled" }]);
  }
  const arns: string[] = [];
  for await (const page of aws.paginateListClusters({ client: client(), pageSize: 2 }, {}))
    arns.push(...(page.clusterArns ?? []));
  expect(arns.length).toBe(3);
  expect(new Set(arns).size).toBe(3);
});
