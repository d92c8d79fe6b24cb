import * as aws from "@aws-sdk/client-api-gateway";
import { expect, test } from "vitest";
import { checkCalls, startWire } from "./wire-clients.ts";

const wire = startWire();
const client = () => wire.client(aws.APIGatewayClient, "eu-north-1");
const ids = { restApiId: "", resourceId: "", deploymentId: "" };
const restApi = () => ({ restApiId: ids.restApiId });
const method = () => ({ ...restApi(), resourceId: ids.resourceId, httpMethod: "GET" });
const stage = () => ({ ...restApi(), stageName: "prod" });
const patch = (...patchOperations: aws.PatchOperation[]) =>
  client().send(new aws.UpdateStageCommand({ ...stage(), patchOperations }));
const deploy = () => client().send(new aws.CreateDeploymentCommand(restApi()));
const resourceArn = () => `arn:aws:apigateway:eu-north-1::/restapis/${ids.restApiId}/stages/prod`;

checkCalls([
  [
    "a name that is none",
    () => client().send(new aws.CreateRestApiCommand({ name: " " })),
    "400 BadRequestException",
  ],
  [
    "an API",
    async () => {
      const answer = await client().send(new aws.CreateRestApiCommand({ name: "shop", tags: { a: "1" } }));
      ids.restApiId = answer.id ?? "";
      return answer;
    },
    {
      id: expect.stringMatching(/^[a-z0-9]{10}$/),
      endpointConfiguration: { types: ["EDGE"] },
      tags: { a: "1" },
    },
  ],
  [
    "has a root",
    async () => {
      const answer = await client().send(new aws.GetResourcesCommand(restApi()));
      ids.resourceId = answer.items?.[0]?.id ?? "";
      return answer;
    },
    { items: [{ path: "/" }] },
  ],
  ["nothing to deploy", deploy, "400 BadRequestException"],
  [
    "a resource",
    async () => {
      const answer = await client().send(
        new aws.CreateResourceCommand({ ...restApi(), parentId: ids.resourceId, pathPart: "orders" }),
      );
      ids.resourceId = answer.id ?? "";
      return answer;
    },
    { path: "/orders" },
  ],
  [
    "an open method",
    () => client().send(new aws.PutMethodCommand({ ...method(), authorizationType: "NONE" })),
    { apiKeyRequired: false },
  ],
  [
    "again",
    () => client().send(new aws.PutMethodCommand({ ...method(), authorizationType: "NONE" })),
    "409 ConflictException",
  ],
  [
    "is guarded",
    () =>
      client().send(
        new aws.UpdateMethodCommand({
          ...method(),
          patchOperations: [{ op: "replace", path: "/authorizationType", value: "AWS_IAM" }],
        }),
      ),
    { authorizationType: "AWS_IAM" },
  ],
  [
    "is shown",
    () => client().send(new aws.GetResourcesCommand({ ...restApi(), embed: ["methods"] })),
    { items: [{}, { resourceMethods: { GET: { authorizationType: "AWS_IAM" } } }] },
  ],
  [
    "a deployment",
    async () => {
      const answer = await deploy();
      ids.deploymentId = answer.id ?? "";
      return answer;
    },
    { id: expect.any(String) },
  ],
  [
    "a stage of none",
    () => client().send(new aws.CreateStageCommand({ ...stage(), deploymentId: "none" })),
    "400 BadRequestException",
  ],
  [
    "a stage",
    () => client().send(new aws.CreateStageCommand({ ...stage(), deploymentId: ids.deploymentId })),
    { tracingEnabled: false, cacheClusterEnabled: false, cacheClusterStatus: "NOT_AVAILABLE" },
  ],
  [
    "logs and traces",
    () =>
      patch(
        { op: "replace", path: "/*/*/logging/loglevel", value: "ERROR" },
        { op: "replace", path: "/tracingEnabled", value: "true" },
        {
          op: "replace",
          path: "/accessLogSettings/destinationArn",
          value: "arn:aws:logs:eu-north-1:1:log-group:api",
        },
      ),
    {},
  ],
  [
    "are shown",
    () => client().send(new aws.GetStageCommand(stage())),
    {
      tracingEnabled: true,
      methodSettings: { "*/*": { loggingLevel: "ERROR", cachingEnabled: false } },
      accessLogSettings: { destinationArn: "arn:aws:logs:eu-north-1:1:log-group:api" },
    },
  ],
  ["a patch that is none", () => patch({ op: "move", path: "/x" }), "400 BadRequestException"],
  [
    "tags",
    async () => {
      await client().send(new aws.TagResourceCommand({ resourceArn: resourceArn(), tags: { b: "2" } }));
      return client().send(new aws.GetTagsCommand({ resourceArn: resourceArn() }));
    },
    { tags: { b: "2" } },
  ],
  ["the stage goes", () => client().send(new aws.DeleteStageCommand(stage())), {}],
  ["for good", () => client().send(new aws.GetStageCommand(stage())), "404 NotFoundException"],
  ["the API goes", () => client().send(new aws.DeleteRestApiCommand(restApi())), {}],
  ["for good", () => client().send(new aws.GetRestApiCommand(restApi())), "404 NotFoundException"],
]);

test("pages hold every API once", async () => {
  for (let index = 0; index < 5; index++)
    await client().send(new aws.CreateRestApiCommand({ name: `page-${index}` }));
  const names: (string | undefined)[] = [];
  for await (const page of aws.paginateGetRestApis({ client: client(), pageSize: 2 }, {}))
    names.push(...(page.items ?? []).map((each) => each.name));
  expect(names).toEqual(["page-0", "page-1", "page-2", "page-3", "page-4"]);
});
