// REST APIs as the simulator keeps them, with their resources, methods, deployments and stages.
import type * as aws from "@aws-sdk/client-api-gateway";
import { chance, draw, lowerAlphanumeric } from "../../ids.ts";
import { AwsFault, type Call } from "../../operation.ts";
import type { Stored } from "../../stored.ts";
import { given, here, records, type Tagged, tagMapOf } from "../records.ts";

/** A method of a resource, by its verb. */
export type StoredMethod = Stored<aws.Method>;
/** Value of "apigateway:rest-api" under its id, with everything that belongs to it. */
export interface StoredApi extends Tagged, Omit<Stored<aws.RestApi>, "tags"> {
  id: string;
  resources: (Omit<Stored<aws.Resource>, "resourceMethods"> & {
    id: string;
    methods: Record<string, StoredMethod>;
  })[];
  deployments: Stored<aws.Deployment>[];
  stages: (Omit<Stored<aws.Stage>, "tags"> & Tagged & { stageName: string })[];
  authorizers: Stored<aws.Authorizer>[];
}

export const missing = (message: string) => new AwsFault("NotFoundException", message, 404);
export const apis = records<StoredApi>("apigateway:rest-api", "id", (id) =>
  missing(`Invalid API identifier specified ${id}`),
);
export const needed = (call: Call<{ restApiId?: string | undefined }>) =>
  apis.need(call, call.input.restApiId);
export const shown = ({
  tagMap,
  resources,
  deployments: _,
  stages: _stages,
  authorizers: _authorizers,
  ...api
}: StoredApi) => ({ ...api, rootResourceId: resources[0]?.id, tags: tagMap });
export const newId = (length: number) => draw(lowerAlphanumeric, length, chance);

export function createApi(call: Call<aws.CreateRestApiRequest>) {
  const { input } = call;
  if (!input.name?.trim()) throw new AwsFault("BadRequestException", "API name is empty");
  const api = apis.put(call, {
    id: newId(10),
    name: input.name,
    ...given(input, "description", "version", "binaryMediaTypes", "minimumCompressionSize", "policy"),
    createdDate: call.now.toISOString(),
    apiKeySource: input.apiKeySource ?? "HEADER",
    endpointConfiguration: { types: input.endpointConfiguration?.types ?? ["EDGE"], ipAddressType: "ipv4" },
    disableExecuteApiEndpoint: input.disableExecuteApiEndpoint ?? false,
    resources: [{ id: newId(10), path: "/", methods: {} }],
    deployments: [],
    stages: [],
    authorizers: [],
    tagMap: tagMapOf(input.tags),
  });
  return shown(api);
}

export const resourceOf = (
  call: Call<{ restApiId?: string | undefined; resourceId?: string | undefined }>,
) => {
  const found = needed(call).resources.find((each) => each.id === call.input.resourceId);
  if (!found) throw missing("Invalid Resource identifier specified");
  return found;
};
export const showResource = ({ methods, ...resource }: StoredApi["resources"][number]) => ({
  ...resource,
  ...(Object.keys(methods).length > 0 ? { resourceMethods: methods } : {}),
});

export function createResource(call: Call<aws.CreateResourceRequest>) {
  const api = needed(call);
  const parent = api.resources.find((each) => each.id === call.input.parentId);
  if (!parent) throw missing("Invalid Resource identifier specified");
  const { pathPart } = call.input;
  const path = `${parent.path === "/" ? "" : parent.path}/${pathPart}`;
  if (api.resources.some((each) => each.path === path))
    throw new AwsFault(
      "ConflictException",
      `Another resource with the same parent already has this name: ${pathPart}`,
      409,
    );
  const resource = { id: newId(6), parentId: parent.id, pathPart, path, methods: {} };
  apis.change(call, api, { resources: [...api.resources, resource] });
  return showResource(resource);
}

export function storeMethod(
  call: Call<{
    restApiId?: string | undefined;
    resourceId?: string | undefined;
    httpMethod?: string | undefined;
  }>,
  method: StoredMethod | undefined,
): void {
  const resource = resourceOf(call);
  const { [call.input.httpMethod ?? ""]: _, ...others } = resource.methods;
  const methods = method ? { ...others, [call.input.httpMethod ?? ""]: method } : others;
  const api = needed(call);
  apis.change(call, api, {
    resources: api.resources.map((each) => (each.id === resource.id ? { ...each, methods } : each)),
  });
}

export function methodOf(call: Call<aws.GetMethodRequest>): StoredMethod {
  const found = resourceOf(call).methods[call.input.httpMethod ?? ""];
  if (!found) throw missing("Invalid Method identifier specified");
  return found;
}

export function putMethod(call: Call<aws.PutMethodRequest>) {
  const {
    httpMethod = "",
    authorizationType = "NONE",
    apiKeyRequired = false,
    authorizerId,
    requestParameters,
  } = call.input;
  if (resourceOf(call).methods[httpMethod])
    throw new AwsFault("ConflictException", "Method already exists for this resource", 409);
  const method = {
    httpMethod,
    authorizationType,
    apiKeyRequired,
    ...(authorizerId ? { authorizerId } : {}),
    ...(requestParameters ? { requestParameters } : {}),
  };
  storeMethod(call, method);
  return method;
}

export function createDeployment(call: Call<aws.CreateDeploymentRequest>) {
  const api = needed(call);
  const integrated = api.resources.flatMap((each) => Object.values(each.methods));
  if (integrated.length === 0)
    throw new AwsFault("BadRequestException", "The REST API doesn't contain any methods");
  const deployment = {
    id: newId(6),
    description: call.input.description ?? "",
    createdDate: call.now.toISOString(),
  };
  apis.change(call, api, { deployments: [...api.deployments, deployment] });
  if (call.input.stageName)
    createStage({
      ...call,
      input: { restApiId: api.id, stageName: call.input.stageName, deploymentId: deployment.id },
    });
  return deployment;
}

export function createStage(call: Call<aws.CreateStageRequest>) {
  const api = needed(call);
  const {
    stageName = "",
    deploymentId,
    tracingEnabled = false,
    variables,
    tags,
    cacheClusterEnabled = false,
  } = call.input;
  if (!api.deployments.some((each) => each.id === deploymentId))
    throw new AwsFault("BadRequestException", "Deployment id does not exist");
  if (api.stages.some((each) => each.stageName === stageName))
    throw new AwsFault("ConflictException", "Stage already exists", 409);
  const at = call.now.toISOString();
  const stage = {
    stageName,
    deploymentId,
    cacheClusterEnabled,
    cacheClusterStatus: cacheClusterEnabled ? ("AVAILABLE" as const) : ("NOT_AVAILABLE" as const),
    methodSettings: {},
    tracingEnabled,
    ...(variables ? { variables } : {}),
    createdDate: at,
    lastUpdatedDate: at,
    tagMap: tagMapOf(tags),
  };
  apis.change(call, api, { stages: [...api.stages, stage] });
  return showStage(call, stage);
}

/** WAF keeps which stages it guards. */
export function showStage(
  call: Call<{ restApiId?: string | undefined }>,
  { tagMap, ...stage }: StoredApi["stages"][number],
) {
  const arn = `arn:${call.world.partition}:apigateway:${call.region}::/restapis/${call.input.restApiId}/stages/${stage.stageName}`;
  const guard = call.world
    .collection<{ ARN: string; resources: string[] }>(here(call), "wafv2:web-acl")
    .list()
    .find((each) => each.resources.includes(arn));
  return { ...stage, tags: tagMap, ...(guard ? { webAclArn: guard.ARN } : {}) };
}

export const stageOf = (call: Call<{ restApiId?: string | undefined; stageName?: string | undefined }>) => {
  const found = needed(call).stages.find((each) => each.stageName === call.input.stageName);
  if (!found) throw missing("Invalid stage identifier specified");
  return found;
};
