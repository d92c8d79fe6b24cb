import * as aws from "@aws-sdk/client-wafv2";
import { expect, test } from "vitest";
import { checkCalls, startWire } from "./wire-clients.ts";

const wire = startWire();
const client = () => wire.client(aws.WAFV2Client, "us-east-1");
const Scope = "REGIONAL" as const;
const VisibilityConfig = { SampledRequestsEnabled: true, CloudWatchMetricsEnabled: true, MetricName: "m" };
const acl = { Name: "shop", Scope, Id: "", LockToken: "", ARN: "" };
const create = (Name: string, scope: aws.Scope = Scope, region = "us-east-1") =>
  wire
    .client(aws.WAFV2Client, region)
    .send(
      new aws.CreateWebACLCommand({ Name, Scope: scope, DefaultAction: { Allow: {} }, VisibilityConfig }),
    );
const get = () => client().send(new aws.GetWebACLCommand(acl));
const logs = (destination: string) =>
  client().send(
    new aws.PutLoggingConfigurationCommand({
      LoggingConfiguration: { ResourceArn: acl.ARN, LogDestinationConfigs: [destination] },
    }),
  );
const logging = () => client().send(new aws.GetLoggingConfigurationCommand({ ResourceArn: acl.ARN }));
const ResourceArn = "arn:aws:apigateway:us-east-1::/restapis/abcdef1234/stages/prod";

checkCalls([
  ["a name that is none", () => create("a b"), "400 WAFInvalidParameterException"],
  ["global elsewhere", () => create("shop", "CLOUDFRONT", "eu-north-1"), "400 WAFInvalidParameterException"],
  [
    "an ACL",
    async () => {
      const { Summary } = await create("shop");
      acl.Id = Summary?.Id ?? "";
      acl.ARN = Summary?.ARN ?? "";
      return Summary;
    },
    { ARN: expect.stringMatching(/:wafv2:us-east-1:\d{12}:regional\/webacl\/shop\//) },
  ],
  ["again", () => create("shop"), "400 WAFDuplicateItemException"],
  [
    "is shown",
    async () => {
      const answer = await get();
      acl.LockToken = answer.LockToken ?? "";
      return answer;
    },
    { WebACL: { Rules: [], DefaultAction: { Allow: {} } } },
  ],
  [
    "a rule",
    () =>
      client().send(
        new aws.UpdateWebACLCommand({
          ...acl,
          DefaultAction: { Block: {} },
          VisibilityConfig,
          Rules: [
            {
              Name: "common",
              Priority: 0,
              OverrideAction: { None: {} },
              Statement: {
                ManagedRuleGroupStatement: { VendorName: "AWS", Name: "AWSManagedRulesCommonRuleSet" },
              },
              VisibilityConfig,
            },
          ],
        }),
      ),
    { NextLockToken: expect.any(String) },
  ],
  ["is shown", get, { WebACL: { Rules: [{ Name: "common" }], DefaultAction: { Block: {} } } }],
  ["an old token", () => client().send(new aws.DeleteWebACLCommand(acl)), "400 WAFOptimisticLockException"],
  ["no logs", logging, "400 WAFNonexistentItemException"],
  ["to a wrong name", () => logs("arn:aws:s3:::logs"), "400 WAFInvalidParameterException"],
  ["logs", () => logs("arn:aws:s3:::aws-waf-logs-shop"), {}],
  [
    "are shown",
    logging,
    { LoggingConfiguration: { LogDestinationConfigs: ["arn:aws:s3:::aws-waf-logs-shop"] } },
  ],
  [
    "guards a stage",
    async () => {
      await client().send(new aws.AssociateWebACLCommand({ WebACLArn: acl.ARN, ResourceArn }));
      return client().send(new aws.GetWebACLForResourceCommand({ ResourceArn }));
    },
    { WebACL: { Name: "shop" } },
  ],
  [
    "then it stays",
    async () => {
      acl.LockToken = (await get()).LockToken ?? "";
      return client().send(new aws.DeleteWebACLCommand(acl));
    },
    "400 WAFAssociatedItemException",
  ],
  ["guards nothing", () => client().send(new aws.DisassociateWebACLCommand({ ResourceArn })), {}],
  [
    "tags",
    async () => {
      await client().send(
        new aws.TagResourceCommand({ ResourceARN: acl.ARN, Tags: [{ Key: "a", Value: "1" }] }),
      );
      return client().send(new aws.ListTagsForResourceCommand({ ResourceARN: acl.ARN }));
    },
    { TagInfoForResource: { TagList: [{ Key: "a", Value: "1" }] } },
  ],
  ["deleted", () => client().send(new aws.DeleteWebACLCommand(acl)), {}],
  ["for good", get, "400 WAFNonexistentItemException"],
]);

test("pages hold every ACL once; scopes are apart", async () => {
  for (let index = 0; index < 5; index++) await create(`page-${index}`);
  await create("page-0", "CLOUDFRONT");
  const names: (string | undefined)[] = [];
  let NextMarker: string | undefined;
  do {
    const page = await client().send(new aws.ListWebACLsCommand({ Scope, Limit: 2, NextMarker }));
    names.push(...(page.WebACLs ?? []).map((each) => each.Name));
    NextMarker = page.NextMarker;
  } while (NextMarker);
  expect(names).toEqual(["page-0", "page-1", "page-2", "page-3", "page-4"]);
});
