// ECS: clusters, task definitions with revisions, services, account settings. Tasks never run.
import type * as aws from "@aws-sdk/client-ecs";
import { AwsFault, type Call, type ServiceDefinition } from "../operation.ts";
import type { Stored } from "../stored.ts";
import {
  clusters,
  createCluster,
  failure,
  nameFrom,
  needed,
  pair,
  putSetting,
  settingsOf,
  shown,
  standardSettings,
  updateCluster,
} from "./ecs/cluster.ts";
import { definitionOperations, needDefinition } from "./ecs/task-definition.ts";
import {
  arnIn,
  given,
  here,
  pageAs,
  permissionsOn,
  records,
  type Tagged,
  taggedAmong,
  tagListOf,
  tagMapOf,
  tagOperations,
} from "./records.ts";

/** Value of "ecs:service" under `key`, which is cluster/name. */
export type StoredService = Omit<Stored<aws.Service>, "tags"> &
  Tagged & { key: string; serviceArn: string; serviceName: string };

const services = records<StoredService>(
  "ecs:service",
  "key",
  () => new AwsFault("ServiceNotFoundException", "Service not found."),
);
const paging = {
  limit: "maxResults",
  token: "nextToken",
  standard: 100,
  most: 100,
  code: "InvalidParameterException",
};
function describeClusters(call: Call<aws.DescribeClustersRequest>) {
  const asked = (call.input.clusters ?? ["default"]).map((given) => ({
    given,
    found: clusters.find(call, nameFrom(given)),
  }));
  const count = (name: string) =>
    services.list(call).filter((each) => each.key.startsWith(`${name}/`)).length;
  return {
    clusters: asked.flatMap(({ found }) =>
      found ? [{ ...shown(found, call.input.include), activeServicesCount: count(found.clusterName) }] : [],
    ),
    failures: asked.flatMap(({ given, found }) =>
      found ? [] : [failure(given.startsWith("arn:") ? given : arnIn(call, "ecs", `cluster/${given}`))],
    ),
  };
}

function deleteCluster(call: Call<aws.DeleteClusterRequest>) {
  const cluster = needed(call);
  if (services.list(call).some((each) => each.key.startsWith(`${cluster.clusterName}/`)))
    throw new AwsFault(
      "ClusterContainsServicesException",
      "The Cluster cannot be deleted while Services are active.",
    );
  return { cluster: { ...shown(clusters.remove(call, cluster)), status: "INACTIVE" } };
}

function createService(call: Call<aws.CreateServiceRequest>) {
  const { clusterName, clusterArn } = needed(call);
  const { serviceName = "", taskDefinition, desiredCount = 1, tags } = call.input;
  const key = `${clusterName}/${serviceName}`;
  if (services.find(call, key))
    throw new AwsFault("InvalidParameterException", "Creation of service was not idempotent.");
  const definition = needDefinition(call, taskDefinition);
  if (definition.networkMode === "awsvpc" && !call.input.networkConfiguration)
    throw new AwsFault(
      "InvalidParameterException",
      "Network Configuration must be provided when networkMode 'awsvpc' is specified.",
    );
  const service = services.put(call, {
    key,
    serviceName,
    serviceArn: arnIn(call, "ecs", `service/${key}`),
    clusterArn,
    status: "ACTIVE",
    desiredCount,
    runningCount: desiredCount,
    pendingCount: 0,
    launchType: call.input.launchType ?? "EC2",
    ...(call.input.launchType === "FARGATE"
      ? { platformVersion: call.input.platformVersion ?? "LATEST", platformFamily: "Linux" }
      : {}),
    taskDefinition: definition.taskDefinitionArn,
    ...given(call.input, "networkConfiguration", "loadBalancers"),
    enableExecuteCommand: call.input.enableExecuteCommand ?? false,
    schedulingStrategy: call.input.schedulingStrategy ?? "REPLICA",
    createdAt: call.now.toISOString(),
    createdBy: call.principal.roleArn ?? call.principal.arn,
    deployments: [],
    events: [],
    tagMap: tagMapOf(tags, pair),
  });
  return { service: { ...service, tags: tagListOf(service.tagMap, pair) } };
}

const serviceOf = (call: Call<{ cluster?: string | undefined; service?: string | undefined }>) =>
  services.need(call, `${needed(call).clusterName}/${nameFrom(call.input.service)}`);

function describeServices(call: Call<aws.DescribeServicesRequest>) {
  const { clusterName } = needed(call);
  const asked = (call.input.services ?? []).map((given) => ({
    given,
    found: services.find(call, `${clusterName}/${nameFrom(given)}`),
  }));
  const withTags = call.input.include?.includes("TAGS");
  return {
    services: asked.flatMap(({ found }) =>
      found ? [{ ...found, ...(withTags ? { tags: tagListOf(found.tagMap, pair) } : {}) }] : [],
    ),
    failures: asked.flatMap(({ given, found }) =>
      found ? [] : [failure(arnIn(call, "ecs", `service/${clusterName}/${nameFrom(given)}`))],
    ),
  };
}

function updateService(call: Call<aws.UpdateServiceRequest>) {
  const old = serviceOf(call);
  const { taskDefinition } = call.input;
  return {
    service: services.change(call, old, {
      ...given(call.input, "desiredCount", "networkConfiguration", "platformVersion", "enableExecuteCommand"),
      ...(taskDefinition ? { taskDefinition: needDefinition(call, taskDefinition).taskDefinitionArn } : {}),
    }),
  };
}

function deleteService(call: Call<aws.DeleteServiceRequest>) {
  const service = serviceOf(call);
  if ((service.desiredCount ?? 0) > 0 && !call.input.force)
    throw new AwsFault(
      "InvalidParameterException",
      "The service cannot be stopped while it is scaled above 0.",
    );
  return { service: { ...services.remove(call, service), status: "DRAINING" } };
}

const arns = (items: { arn: string | undefined }[]) => items.map((each) => each.arn);
const onCluster = "DeleteCluster UpdateCluster CreateService".split(" ");

export const ecs: ServiceDefinition = {
  client: "ecs",
  operations: {
    ListClusters: (call) =>
      pageAs(
        call,
        "clusterArns",
        arns(clusters.list(call).map((each) => ({ arn: each.clusterArn }))),
        paging,
      ),
    DescribeClusters: describeClusters,
    CreateCluster: createCluster,
    UpdateCluster: updateCluster,
    UpdateClusterSettings: updateCluster as (call: Call<aws.UpdateClusterSettingsRequest>) => unknown,
    DeleteCluster: deleteCluster,
    ...definitionOperations,
    ListServices: (call: Call<aws.ListServicesRequest>) => {
      const { clusterName } = needed(call);
      const found = services.list(call).filter((each) => each.key.startsWith(`${clusterName}/`));
      return pageAs(
        call,
        "serviceArns",
        found.map((each) => each.serviceArn),
        { ...paging, standard: 10 },
      );
    },
    DescribeServices: describeServices,
    CreateService: createService,
    UpdateService: updateService,
    DeleteService: deleteService,
    ListAccountSettings: (call: Call<aws.ListAccountSettingsRequest>) => {
      const root = `arn:${call.world.partition}:iam::${call.accountId}:root`;
      const kept = Object.fromEntries(
        settingsOf(call)
          .list()
          .map(({ name, value }) => [name, value]),
      );
      const all = Object.entries(call.input.effectiveSettings ? { ...standardSettings, ...kept } : kept);
      const found = all.filter(([name]) => !call.input.name || name === call.input.name);
      return pageAs(
        call,
        "settings",
        found.map(([name, value]) => ({ name, value, principalArn: root })),
        paging,
      );
    },
    PutAccountSettingDefault: putSetting,
    PutAccountSetting: putSetting,
    DeleteAccountSetting: (call: Call<aws.DeleteAccountSettingRequest>) => {
      const { name = "" } = call.input;
      const principalArn = `arn:${call.world.partition}:iam::${call.accountId}:root`;
      if (standardSettings[name] === undefined)
        throw new AwsFault("InvalidParameterException", `Invalid setting name: ${name}`);
      settingsOf(call).delete(name);
      return { setting: { name, value: standardSettings[name], principalArn } };
    },
    ...tagOperations(
      {
        tag: "TagResource",
        untag: "UntagResource",
        list: "ListTagsForResource",
        arn: "resourceArn",
        tags: "tags",
        keys: "tagKeys",
        form: pair,
        invalid: "InvalidParameterException",
      },
      (call, arn) => {
        const absent = () =>
          new AwsFault("InvalidParameterException", "The specified resource is not valid.");
        if (arn.includes(":task-definition/")) {
          const definition = needDefinition(call, arn);
          const kept = call.world.collection<object>(here(call), "ecs:task-definition");
          return {
            tags: definition.tagMap,
            store: (tagMap) => void kept.put(definition.key, { ...definition, tagMap }),
          };
        }
        return taggedAmong(
          [clusters as never, services as never],
          arn.includes(":cluster/") ? "clusterArn" : "serviceArn",
          absent,
        )(call, arn);
      },
    ),
  },
  permissions: permissionsOn("ecs", onCluster, (call: Call<{ cluster?: string }>) =>
    arnIn(call, "ecs", `cluster/${nameFrom(call.input.cluster)}`),
  ),
};
