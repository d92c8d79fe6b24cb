import { APIGatewayClient, CreateRestApiCommand } from "@aws-sdk/client-api-gateway";
import { CreateDetectorCommand, GuardDutyClient } from "@aws-sdk/client-guardduty";
import * as aws from "@aws-sdk/client-resource-groups-tagging-api";
import { CreateSecretCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { describe, expect, test } from "vitest";
import { checkCalls, startWire } from "./wire-clients.ts";

const wire = startWire();
const tagging = (region = "us-east-1") => wire.client(aws.ResourceGroupsTaggingAPIClient, region);
const accounts = (more: aws.GetResourcesCommandInput = {}, region = "us-east-1") =>
  tagging(region).send(
    new aws.GetResourcesCommand({ ResourceTypeFilters: ["organizations:account"], ...more }),
  );
const count = (answer: Promise<aws.GetResourcesCommandOutput>) =>
  answer.then((a) => ({ count: a.ResourceTagMappingList?.length }));

describe("tags of accounts", () => {
  checkCalls([
    ["every account that has some", () => count(accounts({ ResourcesPerPage: 100 })), { count: 6 }],
    ["none in another region", () => count(accounts({}, "eu-west-1")), { count: 0 }],
    [
      "by a key that holds a colon",
      () => count(accounts({ TagFilters: [{ Key: "meridian:retention", Values: ["7y"] }] })),
      { count: 1 },
    ],
    [
      "by a key that holds an equals sign",
      () => count(accounts({ TagFilters: [{ Key: "tier=0" }] })),
      { count: 1 },
    ],
    ["too many on a page", () => accounts({ ResourcesPerPage: 101 }), "400 InvalidParameterException"],
    [
      "volumes, where there are some",
      () =>
        tagging()
          .send(new aws.GetResourcesCommand({ ResourceTypeFilters: ["ec2:volume"] }))
          .then((a) => a.ResourceTagMappingList?.[0] ?? {}),
      { ResourceARN: expect.stringContaining(":volume/vol-") },
    ],
  ]);

  test("pages end with an empty token", async () => {
    const found: (string | undefined)[] = [];
    let PaginationToken: string | undefined = "";
    do {
      const page: aws.GetResourcesCommandOutput = await accounts({ ResourcesPerPage: 4, PaginationToken });
      found.push(...(page.ResourceTagMappingList ?? []).map((each) => each.ResourceARN));
      PaginationToken = page.PaginationToken;
    } while (PaginationToken);
    expect(PaginationToken).toBe("");
    expect(new Set(found).size).toBe(6);
    const { managementAccountId } = wire.simulator;
    expect(found[0]).toMatch(
      new RegExp(`^arn:aws:organizations::${managementAccountId}:account/o-[a-z0-9]{10}/\\d{12}$`),
    );
  });

  test("a member sees none", async () => {
    const member = [...wire.simulator.world.accounts.keys()][2] ?? "";
    const client = wire.client(aws.ResourceGroupsTaggingAPIClient, "us-east-1", await wire.asMember(member));
    const found = await client.send(
      new aws.GetResourcesCommand({ ResourceTypeFilters: ["organizations:account"] }),
    );
    expect(found.ResourceTagMappingList).toEqual([]);
  });

  test("what services keep by themselves, under AWS's types", async () => {
    const tags = { team: "shop" };
    await wire
      .client(SecretsManagerClient)
      .send(new CreateSecretCommand({ Name: "app", Tags: [{ Key: "team", Value: "shop" }] }));
    const api = await wire.client(APIGatewayClient).send(new CreateRestApiCommand({ name: "app", tags }));
    await wire.client(GuardDutyClient).send(new CreateDetectorCommand({ Enable: true, Tags: tags }));
    const { ResourceTagMappingList = [] } = await tagging().send(
      new aws.GetResourcesCommand({ TagFilters: [{ Key: "team", Values: ["shop"] }] }),
    );
    expect(ResourceTagMappingList.map((each) => each.ResourceARN).sort()).toEqual([
      `arn:aws:apigateway:us-east-1::/restapis/${api.id}`,
      expect.stringMatching(/^arn:aws:guardduty:us-east-1:\d{12}:detector\/[0-9a-f]{32}$/),
      expect.stringMatching(/^arn:aws:secretsmanager:us-east-1:\d{12}:secret:app-/),
    ]);
  });
});
