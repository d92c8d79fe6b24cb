// API Gateway: REST APIs with resources, methods, deployments and stages; the account's own settings. No request is served.
import type * as aws from "@aws-sdk/client-api-gateway";
import type { Call, NeededPermission, ServiceDefinition } from "../operation.ts";
import { applyPatches, type Patch } from "./api-gateway/patch.ts";
import {
  apis,
  createApi,
  createDeployment,
  createResource,
  createStage,
  methodOf,
  missing,
  needed,
  putMethod,
  resourceOf,
  shown,
  showResource,
  showStage,
  stageOf,
  storeMethod,
} from "./api-gateway/rest-api.ts";
import { here, pageAs, type Tagged } from "./records.ts";

const paging = { limit: "limit", token: "position", standard: 25, most: 500, code: "BadRequestException" };
function updateStage(call: Call<aws.UpdateStageRequest>) {
  const old = stageOf(call);
  const api = needed(call);
  const stage = {
    ...applyPatches(old, call.input.patchOperations as Patch[] | undefined),
    lastUpdatedDate: call.now.toISOString(),
  };
  apis.change(call, api, {
    stages: api.stages.map((each) => (each.stageName === old.stageName ? stage : each)),
  });
  return showStage(call, stage);
}

interface StoredAccount {
  cloudwatchRoleArn?: string;
}
const account = (call: Call) => call.world.collection<StoredAccount>(here(call), "apigateway:account");
const showAccount = (call: Call) => ({
  throttleSettings: { burstLimit: 5000, rateLimit: 10_000 },
  features: ["UsagePlans"],
  apiKeyVersion: "4",
  ...account(call).get("self"),
});

/** API or stage by ARN: arn:aws:apigateway:region::/restapis/id(/stages/name). */
function tagged(call: Call<{ resourceArn?: string | undefined }>) {
  const [, restApiId, stageName] =
    /\/restapis\/([^/]+)(?:\/stages\/([^/]+))?$/.exec(decodeURIComponent(call.input.resourceArn ?? "")) ?? [];
  if (!restApiId) throw missing("Invalid resource ARN");
  const api = apis.need(call, restApiId);
  if (!stageName)
    return { tags: api.tagMap, store: (tagMap: Tagged["tagMap"]) => void apis.change(call, api, { tagMap }) };
  const stage = stageOf({ ...call, input: { restApiId, stageName } });
  const store = (tagMap: Tagged["tagMap"]) =>
    void apis.change(call, api, {
      stages: api.stages.map((each) => (each === stage ? { ...each, tagMap } : each)),
    });
  return { tags: stage.tagMap, store };
}

const without = <T>(list: T[], gone: T) => list.filter((each) => each !== gone);

const verbs: [prefix: string, verb: string][] = [
  ["Get", "GET"],
  ["Create", "POST"],
  ["Put", "PUT"],
  ["Update", "PATCH"],
  ["Delete", "DELETE"],
  ["TagResource", "PUT"],
  ["UntagResource", "DELETE"],
];
/** IAM knows API Gateway's verbs and paths, not its operations. */
function permission(operation: string, path: (input: Record<string, string>) => string) {
  const verb = verbs.find(([prefix]) => operation.startsWith(prefix))?.[1] ?? "GET";
  return ({ input, world, region }: Call<Record<string, string>>): NeededPermission[] => [
    { action: `apigateway:${verb}`, resource: `arn:${world.partition}:apigateway:${region}::${path(input)}` },
  ];
}
const api = ({ restApiId }: Record<string, string>) => `/restapis/${restApiId}`;
const stage = (input: Record<string, string>) => `${api(input)}/stages/${input.stageName}`;
const resource = (input: Record<string, string>) => `${api(input)}/resources/${input.resourceId}`;
const method = (input: Record<string, string>) => `${resource(input)}/methods/${input.httpMethod}`;
const paths: Record<string, (input: Record<string, string>) => string> = {
  GetRestApis: () => "/restapis",
  CreateRestApi: () => "/restapis",
  GetRestApi: api,
  UpdateRestApi: api,
  DeleteRestApi: api,
  GetResources: (input) => `${api(input)}/resources`,
  CreateResource: (input) => `${api(input)}/resources/${input.parentId}`,
  DeleteResource: resource,
  GetMethod: method,
  PutMethod: method,
  UpdateMethod: method,
  DeleteMethod: method,
  GetDeployments: (input) => `${api(input)}/deployments`,
  CreateDeployment: (input) => `${api(input)}/deployments`,
  GetStages: (input) => `${api(input)}/stages`,
  CreateStage: (input) => `${api(input)}/stages`,
  GetStage: stage,
  UpdateStage: stage,
  DeleteStage: stage,
  GetAuthorizers: (input) => `${api(input)}/authorizers`,
  GetAccount: () => "/account",
  UpdateAccount: () => "/account",
  GetTags: ({ resourceArn = "" }) => `/tags/${encodeURIComponent(resourceArn)}`,
  TagResource: ({ resourceArn = "" }) => `/tags/${encodeURIComponent(resourceArn)}`,
  UntagResource: ({ resourceArn = "" }) => `/tags/${encodeURIComponent(resourceArn)}`,
};

export const apiGateway: ServiceDefinition = {
  client: "api-gateway",
  operations: {
    GetRestApis: (call) => pageAs(call, "items", apis.list(call).map(shown), paging),
    GetRestApi: (call: Call<aws.GetRestApiRequest>) => shown(needed(call)),
    CreateRestApi: createApi,
    UpdateRestApi: (call: Call<aws.UpdateRestApiRequest>) =>
      shown(apis.put(call, applyPatches(needed(call), call.input.patchOperations as Patch[] | undefined))),
    DeleteRestApi: (call: Call<aws.DeleteRestApiRequest>) => {
      apis.remove(call, needed(call));
      return {};
    },
    GetResources: (call: Call<aws.GetResourcesRequest>) => {
      const found = needed(call).resources.map((each) => {
        const full = showResource(each);
        const verbsOnly = Object.fromEntries(Object.keys(each.methods).map((name) => [name, {}]));
        return call.input.embed?.includes("methods") || !full.resourceMethods
          ? full
          : { ...full, resourceMethods: verbsOnly };
      });
      return pageAs(call, "items", found, paging);
    },
    CreateResource: createResource,
    DeleteResource: (call: Call<aws.DeleteResourceRequest>) => {
      const gone = resourceOf(call);
      const owner = needed(call);
      apis.change(call, owner, {
        resources: owner.resources.filter(
          (each) => each.id !== gone.id && !each.path?.startsWith(`${gone.path}/`),
        ),
      });
      return {};
    },
    GetMethod: methodOf,
    PutMethod: putMethod,
    UpdateMethod: (call: Call<aws.UpdateMethodRequest>) => {
      const changed = applyPatches(methodOf(call), call.input.patchOperations as Patch[] | undefined);
      storeMethod(call, changed);
      return changed;
    },
    DeleteMethod: (call: Call<aws.DeleteMethodRequest>) => {
      methodOf(call);
      storeMethod(call, undefined);
      return {};
    },
    GetDeployments: (call: Call<aws.GetDeploymentsRequest>) =>
      pageAs(call, "items", needed(call).deployments, paging),
    CreateDeployment: createDeployment,
    GetStages: (call: Call<aws.GetStagesRequest>) => ({
      item: needed(call).stages.map((each) => showStage(call, each)),
    }),
    GetStage: (call: Call<aws.GetStageRequest>) => showStage(call, stageOf(call)),
    CreateStage: createStage,
    UpdateStage: updateStage,
    DeleteStage: (call: Call<aws.DeleteStageRequest>) => {
      const gone = stageOf(call);
      const owner = needed(call);
      apis.change(call, owner, { stages: without(owner.stages, gone) });
      return {};
    },
    GetAuthorizers: (call: Call<aws.GetAuthorizersRequest>) =>
      pageAs(call, "items", needed(call).authorizers, paging),
    GetAccount: showAccount,
    UpdateAccount: (call: Call<aws.UpdateAccountRequest>) => {
      account(call).put(
        "self",
        applyPatches(account(call).get("self") ?? {}, call.input.patchOperations as Patch[] | undefined),
      );
      return showAccount(call);
    },
    GetTags: (call: Call<aws.GetTagsRequest>) => ({ tags: tagged(call).tags }),
    TagResource: (call: Call<aws.TagResourceRequest>) => {
      const { tags, store } = tagged(call);
      store({ ...tags, ...call.input.tags });
      return {};
    },
    UntagResource: (call: Call<aws.UntagResourceRequest>) => {
      const { tags, store } = tagged(call);
      store(Object.fromEntries(Object.entries(tags).filter(([key]) => !call.input.tagKeys?.includes(key))));
      return {};
    },
  },
  permissions: Object.fromEntries(
    Object.entries(paths).map(([operation, path]) => [operation, permission(operation, path)]),
  ),
};
