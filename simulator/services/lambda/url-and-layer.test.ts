// Function URLs, concurrency, tags taken away, and layers.
import * as aws from "@aws-sdk/client-lambda";
import { expect, test } from "vitest";
import { checkCalls, startWire } from "../wire-clients.ts";

const wire = startWire();
const client = () => wire.client(aws.LambdaClient, "eu-north-1");
const FunctionName = "app";
const url = () => client().send(new aws.GetFunctionUrlConfigCommand({ FunctionName }));
const open = () => client().send(new aws.CreateFunctionUrlConfigCommand({ FunctionName, AuthType: "NONE" }));
const ZipFile = new Uint8Array([80, 75]);
const layer = { LayerName: "tools", VersionNumber: 1 };
const publish = () =>
  client().send(new aws.PublishLayerVersionCommand({ LayerName: "tools", Content: { ZipFile } }));
const Resource = () =>
  `arn:aws:lambda:eu-north-1:${wire.simulator.managementAccountId}:function:${FunctionName}`;

checkCalls([
  [
    "a function",
    () =>
      client().send(
        new aws.CreateFunctionCommand({
          FunctionName,
          Runtime: "nodejs22.x",
          Handler: "a.b",
          Role: "arn:aws:iam::111111111111:role/app",
          Code: { ZipFile },
          Tags: { a: "1", b: "2" },
        }),
      ),
    { FunctionName },
  ],
  ["without a URL", url, "404 ResourceNotFoundException"],
  [
    "an open one",
    open,
    { AuthType: "NONE", FunctionUrl: expect.stringMatching(/^https:\/\/[a-z0-9]{32}\.lambda-url\./) },
  ],
  ["one only", open, "409 ResourceConflictException"],
  [
    "closed",
    () => client().send(new aws.UpdateFunctionUrlConfigCommand({ FunctionName, AuthType: "AWS_IAM" })),
    {},
  ],
  ["is shown", url, { AuthType: "AWS_IAM", InvokeMode: "BUFFERED" }],
  ["deleted", () => client().send(new aws.DeleteFunctionUrlConfigCommand({ FunctionName })), {}],
  ["for good", url, "404 ResourceNotFoundException"],
  [
    "too much reserved",
    () =>
      client().send(
        new aws.PutFunctionConcurrencyCommand({ FunctionName, ReservedConcurrentExecutions: 950 }),
      ),
    "400 InvalidParameterValueException",
  ],
  [
    "some reserved",
    () =>
      client().send(new aws.PutFunctionConcurrencyCommand({ FunctionName, ReservedConcurrentExecutions: 5 })),
    {},
  ],
  [
    "fewer tags",
    () => client().send(new aws.UntagResourceCommand({ Resource: Resource(), TagKeys: ["a"] })),
    {},
  ],
  [
    "are shown",
    () => client().send(new aws.GetFunctionCommand({ FunctionName })),
    { Tags: { b: "2" }, Concurrency: { ReservedConcurrentExecutions: 5 } },
  ],
  ["a layer", publish, { Version: 1, LayerVersionArn: expect.stringMatching(/:layer:tools:1$/) }],
  [
    "private",
    () => client().send(new aws.GetLayerVersionPolicyCommand(layer)),
    "404 ResourceNotFoundException",
  ],
  [
    "open to all",
    () =>
      client().send(
        new aws.AddLayerVersionPermissionCommand({
          ...layer,
          StatementId: "all",
          Action: "lambda:GetLayerVersion",
          Principal: "*",
        }),
      ),
    {},
  ],
  [
    "is shown",
    () => client().send(new aws.GetLayerVersionPolicyCommand(layer)),
    { Policy: expect.stringContaining('"Principal":"*"') },
  ],
  [
    "closed",
    () => client().send(new aws.RemoveLayerVersionPermissionCommand({ ...layer, StatementId: "all" })),
    {},
  ],
  ["deleted", () => client().send(new aws.DeleteLayerVersionCommand(layer)), {}],
  ["for good", () => client().send(new aws.GetLayerVersionCommand(layer)), "404 ResourceNotFoundException"],
]);

test("pages hold every version once; numbers are not used again", async () => {
  for (let index = 0; index < 3; index++) await publish();
  const found: (number | undefined)[] = [];
  for await (const page of aws.paginateListLayerVersions(
    { client: client(), pageSize: 2 },
    { LayerName: "tools" },
  ))
    found.push(...(page.LayerVersions ?? []).map((each) => each.Version));
  expect(found).toEqual([4, 3, 2]);
});
