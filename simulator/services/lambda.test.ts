import * as aws from "@aws-sdk/client-lambda";
import { describe, expect, test } from "vitest";
import { checkCalls, startWire } from "./wire-clients.ts";

const wire = startWire();
const region = "eu-north-1";
const FunctionName = "work";
const lambda = () => wire.client(aws.LambdaClient, region);
const arn = () => `arn:aws:lambda:${region}:${wire.simulator.managementAccountId}:function:${FunctionName}`;
const create = (more: Partial<aws.CreateFunctionCommandInput> = {}) =>
  lambda().send(
    new aws.CreateFunctionCommand({
      FunctionName,
      Role: `arn:aws:iam::${wire.simulator.managementAccountId}:role/work`,
      Runtime: "nodejs22.x",
      Handler: "index.handler",
      Code: { ZipFile: Buffer.from("zip") },
      ...more,
    }),
  );
const allow = (more: Partial<aws.AddPermissionCommandInput>) =>
  lambda().send(
    new aws.AddPermissionCommand({
      FunctionName,
      StatementId: "one",
      Action: "lambda:InvokeFunction",
      Principal: "*",
      ...more,
    }),
  );
const policy = () =>
  lambda()
    .send(new aws.GetPolicyCommand({ FunctionName }))
    .then((a) => JSON.parse(a.Policy ?? "{}"));

describe("functions", () => {
  checkCalls([
    [
      "no such one",
      () => lambda().send(new aws.GetFunctionConfigurationCommand({ FunctionName })),
      "404 ResourceNotFoundException",
    ],
    [
      "one is made",
      () => create({ Tags: { a: "1" }, Environment: { Variables: { STAGE: "test" } } }),
      { Timeout: 3, MemorySize: 128, Version: "$LATEST", State: "Active" },
    ],
    ["twice is once too often", () => create(), "409 ResourceConflictException"],
    [
      "reads back",
      () => lambda().send(new aws.GetFunctionConfigurationCommand({ FunctionName: arn() })),
      { FunctionName, Runtime: "nodejs22.x", Environment: { Variables: { STAGE: "test" } } },
    ],
    [
      "is listed, but not its state",
      () =>
        lambda()
          .send(new aws.ListFunctionsCommand({}))
          .then((a) => a.Functions?.map((f) => [f.FunctionName, f.State]) ?? []),
      [[FunctionName, undefined]],
    ],
    ["has tags", () => lambda().send(new aws.ListTagsCommand({ Resource: arn() })), { Tags: { a: "1" } }],
    ["has no policy", policy, "404 ResourceNotFoundException"],
    [
      "has no URL",
      () => lambda().send(new aws.GetFunctionUrlConfigCommand({ FunctionName })),
      "404 ResourceNotFoundException",
    ],
    ["anybody may call it", () => allow({}), { Statement: expect.stringContaining('"Principal":"*"') }],
    ["the same statement again", () => allow({}), "409 ResourceConflictException"],
    [
      "a service may, from one source",
      () =>
        allow({
          StatementId: "two",
          Principal: "s3.amazonaws.com",
          SourceArn: "arn:aws:s3:::b",
          SourceAccount: "111122223333",
        }),
      {},
    ],
    [
      "the policy says so",
      policy,
      {
        Statement: [
          { Sid: "one", Principal: "*" },
          {
            Sid: "two",
            Principal: { Service: "s3.amazonaws.com" },
            Condition: {
              ArnLike: { "AWS:SourceArn": "arn:aws:s3:::b" },
              StringEquals: { "AWS:SourceAccount": "111122223333" },
            },
          },
        ],
      },
    ],
    [
      "a principal that is none",
      () => allow({ StatementId: "three", Principal: "somebody" }),
      "400 InvalidParameterValueException",
    ],
    [
      "one statement goes",
      () => lambda().send(new aws.RemovePermissionCommand({ FunctionName, StatementId: "one" })),
      {},
    ],
    ["and the other stays", () => policy().then((a) => ({ count: a.Statement.length })), { count: 1 }],
    [
      "what is not there",
      () => lambda().send(new aws.RemovePermissionCommand({ FunctionName, StatementId: "one" })),
      "404 ResourceNotFoundException",
    ],
    [
      "another runtime",
      () =>
        lambda().send(
          new aws.UpdateFunctionConfigurationCommand({
            FunctionName,
            Runtime: "nodejs24.x",
            Environment: { Variables: {} },
          }),
        ),
      { Runtime: "nodejs24.x", Handler: "index.handler" },
    ],
    [
      "too long",
      () => lambda().send(new aws.UpdateFunctionConfigurationCommand({ FunctionName, Timeout: 901 })),
      "400 InvalidParameterValueException",
    ],
    [
      "an outdated revision",
      () => lambda().send(new aws.UpdateFunctionConfigurationCommand({ FunctionName, RevisionId: "x" })),
      "412 PreconditionFailedException",
    ],
    [
      "a subnet that is none",
      () => create({ FunctionName: "other", VpcConfig: { SubnetIds: ["subnet-0aaaaaaaaaaaaaaaa"] } }),
      "400 InvalidParameterValueException",
    ],
    ["it goes", () => lambda().send(new aws.DeleteFunctionCommand({ FunctionName })), {}],
    [
      "and is gone",
      () => lambda().send(new aws.GetFunctionConfigurationCommand({ FunctionName })),
      "404 ResourceNotFoundException",
    ],
  ]);

  test("pages have at most 50 and hold every one once", async () => {
    const names = Array.from({ length: 55 }, (_, index) => `many-${index}`);
    for (const name of names) await create({ FunctionName: name });
    const pages: number[] = [];
    const found: (string | undefined)[] = [];
    for await (const page of aws.paginateListFunctions({ client: lambda(), pageSize: 1000 }, {})) {
      pages.push(page.Functions?.length ?? 0);
      found.push(...(page.Functions ?? []).map((each) => each.FunctionName));
    }
    expect(pages).toEqual([50, 5]);
    expect(found).toEqual(names);
  });
});
