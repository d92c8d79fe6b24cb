// Task definitions of ECS: every registration is a new revision of its family; taken back, then deleted.
import type * as aws from "@aws-sdk/client-ecs";
import { AwsFault, type Call, type Operation } from "../../operation.ts";
import type { Stored } from "../../stored.ts";
import { arnIn, given, pageAs, records, type Tagged, tagListOf, tagMapOf } from "../records.ts";

/** Value of "ecs:task-definition" under `key`, which is family:revision. */
export type StoredDefinition = Stored<aws.TaskDefinition> &
  Tagged & { key: string; family: string; revision: number; taskDefinitionArn: string };

const definitions = records<StoredDefinition>(
  "ecs:task-definition",
  "key",
  () => new AwsFault("ClientException", "Unable to describe task definition."),
);
const paging = {
  limit: "maxResults",
  token: "nextToken",
  standard: 100,
  most: 100,
  code: "InvalidParameterException",
};

/** By ARN, family:revision, or family, which means its newest active revision. */
export function needDefinition(call: Call, given = ""): StoredDefinition {
  const name = given.split("/").at(-1) ?? "";
  if (name.includes(":")) return definitions.need(call, name);
  const newest = definitions
    .list(call)
    .filter((each) => each.family === name && each.status === "ACTIVE")
    .toSorted((one, other) => other.revision - one.revision)[0];
  return newest ?? definitions.need(call, `${name}:0`);
}

function checkDefinition(input: aws.RegisterTaskDefinitionRequest): void {
  const family = input.family ?? "";
  const containers = input.containerDefinitions ?? [];
  if (!/^[\w-]{1,255}$/.test(family))
    throw new AwsFault("ClientException", "Family contains invalid characters.");
  const nameless = containers.some((each) => !each.name || !each.image);
  if (containers.length === 0 || nameless)
    throw new AwsFault("ClientException", "Container.name and Container.image should not be null or empty.");
  if (
    input.requiresCompatibilities?.includes("FARGATE") &&
    (input.networkMode !== "awsvpc" || !input.cpu || !input.memory)
  )
    throw new AwsFault(
      "ClientException",
      "Fargate requires network mode awsvpc and task definition to have cpu and memory.",
    );
}

function nextRevision(call: Call, family: string): number {
  const ofFamily = definitions.list(call).filter((each) => each.family === family);
  return 1 + Math.max(0, ...ofFamily.map(({ revision }) => revision));
}

function register(call: Call<aws.RegisterTaskDefinitionRequest>) {
  const { input } = call;
  const family = input.family ?? "";
  checkDefinition(input);
  const revision = nextRevision(call, family);
  const key = `${family}:${revision}`;
  const { tagMap, ...taskDefinition } = definitions.put(call, {
    key,
    family,
    revision,
    taskDefinitionArn: arnIn(call, "ecs", `task-definition/${key}`),
    status: "ACTIVE",
    ...given(
      input,
      "taskRoleArn",
      "executionRoleArn",
      "requiresCompatibilities",
      "cpu",
      "memory",
      "pidMode",
      "ipcMode",
      "runtimePlatform",
    ),
    networkMode: input.networkMode ?? "bridge",
    containerDefinitions: (input.containerDefinitions ?? []).map((each) => ({
      environment: [],
      mountPoints: [],
      portMappings: [],
      volumesFrom: [],
      essential: true,
      cpu: 0,
      ...each,
    })),
    volumes: input.volumes ?? [],
    placementConstraints: [],
    registeredAt: call.now.toISOString(),
    registeredBy: call.principal.arn,
    tagMap: tagMapOf(input.tags, ["key", "value"]),
  });
  return { taskDefinition, tags: tagListOf(tagMap, ["key", "value"]) };
}

function list(call: Call<aws.ListTaskDefinitionsRequest>) {
  const { familyPrefix, status = "ACTIVE", sort } = call.input;
  const found = definitions
    .list(call)
    .filter((each) => each.status === status && (!familyPrefix || each.family === familyPrefix))
    .toSorted((one, other) => one.family.localeCompare(other.family) || one.revision - other.revision)
    .map((each) => each.taskDefinitionArn);
  return pageAs(call, "taskDefinitionArns", sort === "DESC" ? found.reverse() : found, paging);
}

function deregister(call: Call<aws.DeregisterTaskDefinitionRequest>) {
  const definition = needDefinition(call, call.input.taskDefinition);
  if (definition.status === "INACTIVE")
    throw new AwsFault(
      "InvalidParameterException",
      "The specified task definition is inactive. Specify a valid task definition and try again.",
    );
  return {
    taskDefinition: definitions.change(call, definition, {
      status: "INACTIVE",
      deregisteredAt: call.now.toISOString(),
    }),
  };
}

function remove(call: Call<aws.DeleteTaskDefinitionsRequest>) {
  const taskDefinitions = [];
  const failures = [];
  for (const arn of call.input.taskDefinitions ?? []) {
    const definition = definitions.find(call, arn.split("/").at(-1));
    if (definition?.status === "INACTIVE")
      taskDefinitions.push({ ...definitions.remove(call, definition), status: "DELETE_IN_PROGRESS" });
    else
      failures.push({
        arn,
        reason: "The specified task definition must be in an INACTIVE state before it can be deleted.",
      });
  }
  return { taskDefinitions, failures };
}

export const definitionOperations: Record<string, Operation> = {
  ListTaskDefinitions: list,
  ListTaskDefinitionFamilies: (call: Call<aws.ListTaskDefinitionFamiliesRequest>) => {
    const families = new Set(
      definitions
        .list(call)
        .filter((each) => each.status === "ACTIVE")
        .map((each) => each.family),
    );
    return pageAs(call, "families", [...families].sort(), paging);
  },
  DescribeTaskDefinition: (call: Call<aws.DescribeTaskDefinitionRequest>) => {
    const { tagMap, ...taskDefinition } = needDefinition(call, call.input.taskDefinition);
    return {
      taskDefinition,
      ...(call.input.include?.includes("TAGS") ? { tags: tagListOf(tagMap, ["key", "value"]) } : {}),
    };
  },
  RegisterTaskDefinition: register,
  DeregisterTaskDefinition: deregister,
  DeleteTaskDefinitions: remove,
};
