import * as aws from "@aws-sdk/client-ssm";
import { expect, test } from "vitest";
import { checkCalls, startWire } from "./wire-clients.ts";

const wire = startWire();
const client = () => wire.client(aws.SSMClient, "eu-north-1");
const Name = "/app/token";
const put = (more: Partial<aws.PutParameterCommandInput> = {}) =>
  client().send(new aws.PutParameterCommand({ Name, Value: "one", Type: "SecureString", ...more }));
const get = (WithDecryption: boolean) => client().send(new aws.GetParameterCommand({ Name, WithDecryption }));
const SettingId = "/ssm/documents/console/public-sharing-permission";
const share = (change: Partial<aws.ModifyDocumentPermissionCommandInput>) =>
  client().send(
    new aws.ModifyDocumentPermissionCommand({ Name: "restart", PermissionType: "Share", ...change }),
  );
const document = () => client().send(new aws.DescribeDocumentCommand({ Name: "restart" }));
const resource = { ResourceType: "Parameter" as const, ResourceId: Name };

checkCalls([
  ["a reserved name", () => put({ Name: "/aws/token" }), "400 ValidationException"],
  ["a parameter", () => put({ Tags: [{ Key: "a", Value: "1" }] }), { Version: 1, Tier: "Standard" }],
  ["again", () => put(), "400 ParameterAlreadyExists"],
  ["over it", () => put({ Overwrite: true, Value: "two" }), { Version: 2 }],
  [
    "is described",
    () => client().send(new aws.DescribeParametersCommand({})),
    { Parameters: [{ Name, Type: "SecureString", KeyId: "alias/aws/ssm", Version: 2 }] },
  ],
  [
    "in the clear",
    () => get(true),
    { Parameter: { Value: "two", ARN: expect.stringMatching(/:parameter\/app\/token$/) } },
  ],
  ["sealed", () => get(false).then((a) => ({ isSealed: a.Parameter?.Value !== "two" })), { isSealed: true }],
  [
    "tags",
    async () => {
      await client().send(
        new aws.AddTagsToResourceCommand({ ...resource, Tags: [{ Key: "b", Value: "2" }] }),
      );
      await client().send(new aws.RemoveTagsFromResourceCommand({ ...resource, TagKeys: ["a"] }));
      return client().send(new aws.ListTagsForResourceCommand(resource));
    },
    { TagList: [{ Key: "b", Value: "2" }] },
  ],
  ["deleted", () => client().send(new aws.DeleteParameterCommand({ Name })), {}],
  ["for good", () => get(true), "400 ParameterNotFound"],
  [
    "a document that is none",
    () => client().send(new aws.CreateDocumentCommand({ Name: "restart", Content: "{}" })),
    "400 InvalidDocumentContent",
  ],
  [
    "a document",
    () =>
      client().send(new aws.CreateDocumentCommand({ Name: "restart", Content: '{"schemaVersion":"2.2"}' })),
    { DocumentDescription: { Status: "Creating", SchemaVersion: "2.2" } },
  ],
  ["shared with all", () => share({ AccountIdsToAdd: ["all"] }), {}],
  [
    "is shown",
    () =>
      client().send(new aws.DescribeDocumentPermissionCommand({ Name: "restart", PermissionType: "Share" })),
    { AccountIds: ["all"] },
  ],
  [
    "stays while shared",
    () => client().send(new aws.DeleteDocumentCommand({ Name: "restart" })),
    "400 InvalidDocumentOperation",
  ],
  ["no longer shared", () => share({ AccountIdsToRemove: ["all"] }), {}],
  [
    "sharing is on by default",
    () => client().send(new aws.GetServiceSettingCommand({ SettingId })),
    { ServiceSetting: { SettingValue: "Enable", Status: "Default" } },
  ],
  [
    "now off",
    () => client().send(new aws.UpdateServiceSettingCommand({ SettingId, SettingValue: "Disable" })),
    {},
  ],
  ["then it is refused", () => share({ AccountIdsToAdd: ["all"] }), "400 DocumentPermissionLimit"],
  [
    "back to the default",
    () => client().send(new aws.ResetServiceSettingCommand({ SettingId })),
    { ServiceSetting: { SettingValue: "Enable", Status: "Default" } },
  ],
  [
    "no such setting",
    () => client().send(new aws.GetServiceSettingCommand({ SettingId: "/ssm/nothing" })),
    "400 ServiceSettingNotFound",
  ],
  ["deleted", () => client().send(new aws.DeleteDocumentCommand({ Name: "restart" })), {}],
  ["for good", document, "400 InvalidDocument"],
]);

test("pages hold every parameter once", async () => {
  for (let index = 0; index < 12; index++) await put({ Name: `/page/${index}` });
  const names: (string | undefined)[] = [];
  for await (const page of aws.paginateGetParametersByPath(
    { client: client(), pageSize: 5 },
    { Path: "/page" },
  ))
    names.push(...(page.Parameters ?? []).map((each) => each.Name));
  expect(names.length).toBe(12);
  expect(new Set(names).size).toBe(12);
});
