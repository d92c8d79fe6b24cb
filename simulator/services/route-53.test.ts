import * as aws from "@aws-sdk/client-route-53";
import { expect, test } from "vitest";
import { checkCalls, startWire } from "./wire-clients.ts";

const wire = startWire();
const client = () => wire.client(aws.Route53Client);
let Id = "";
let logging = "";
let changeId = "";
const create = (Name: string, CallerReference: string) =>
  client().send(new aws.CreateHostedZoneCommand({ Name, CallerReference }));
const record = (Action: aws.ChangeAction, Value: string, Name = "www.shop.example") =>
  client().send(
    new aws.ChangeResourceRecordSetsCommand({
      HostedZoneId: Id,
      ChangeBatch: {
        Changes: [{ Action, ResourceRecordSet: { Name, Type: "A", TTL: 60, ResourceRecords: [{ Value }] } }],
      },
    }),
  );
const list = () => client().send(new aws.ListResourceRecordSetsCommand({ HostedZoneId: Id }));
const logs = (region: string) =>
  client().send(
    new aws.CreateQueryLoggingConfigCommand({
      HostedZoneId: Id,
      CloudWatchLogsLogGroupArn: `arn:aws:logs:${region}:111111111111:log-group:/aws/route53/shop`,
    }),
  );
const resource = () => ({ ResourceType: "hostedzone" as const, ResourceId: Id.replace("/hostedzone/", "") });

checkCalls([
  ["a name that is none", () => create("-", "x"), "400 InvalidDomainName"],
  [
    "a zone",
    async () => {
      const answer = await create("shop.example", "one");
      Id = answer.HostedZone?.Id ?? "";
      changeId = answer.ChangeInfo?.Id ?? "";
      return answer;
    },
    {
      HostedZone: { Name: "shop.example.", ResourceRecordSetCount: 2, Config: { PrivateZone: false } },
      ChangeInfo: { Status: "INSYNC" },
    },
  ],
  [
    "its change is in sync",
    async () => client().send(new aws.GetChangeCommand({ Id: changeId })),
    { ChangeInfo: { Status: "INSYNC" } },
  ],
  [
    "a change that nobody made",
    () => client().send(new aws.GetChangeCommand({ Id: "C0000000000" })),
    "404 NoSuchChange",
  ],
  ["the same reference", () => create("shop.example", "one"), "409 HostedZoneAlreadyExists"],
  [
    "begins with two records",
    list,
    { ResourceRecordSets: [{ Type: "NS" }, { Type: "SOA" }], IsTruncated: false },
  ],
  ["a record", () => record("CREATE", "192.0.2.1"), {}],
  ["again", () => record("CREATE", "192.0.2.1"), "400 InvalidChangeBatch"],
  ["elsewhere", () => record("CREATE", "192.0.2.1", "www.other.example"), "400 InvalidChangeBatch"],
  ["moved", () => record("UPSERT", "192.0.2.2"), {}],
  [
    "is shown",
    list,
    {
      ResourceRecordSets: [{}, {}, { Name: "www.shop.example.", ResourceRecords: [{ Value: "192.0.2.2" }] }],
    },
  ],
  ["holds the zone", () => client().send(new aws.DeleteHostedZoneCommand({ Id })), "400 HostedZoneNotEmpty"],
  ["with other values", () => record("DELETE", "192.0.2.1"), "400 InvalidChangeBatch"],
  ["deleted", () => record("DELETE", "192.0.2.2"), {}],
  ["logs elsewhere", () => logs("eu-north-1"), "400 InvalidInput"],
  [
    "logs",
    async () => {
      const answer = await logs("us-east-1");
      logging = answer.QueryLoggingConfig?.Id ?? "";
      return client().send(new aws.ListQueryLoggingConfigsCommand({ HostedZoneId: Id }));
    },
    { QueryLoggingConfigs: [{ CloudWatchLogsLogGroupArn: expect.stringContaining("/aws/route53/shop") }] },
  ],
  ["no longer", () => client().send(new aws.DeleteQueryLoggingConfigCommand({ Id: logging })), {}],
  [
    "for good",
    () => client().send(new aws.GetQueryLoggingConfigCommand({ Id: logging })),
    "404 NoSuchQueryLoggingConfig",
  ],
  [
    "unsigned",
    () => client().send(new aws.GetDNSSECCommand({ HostedZoneId: Id })),
    { Status: { ServeSignature: "NOT_SIGNING" } },
  ],
  [
    "tags",
    async () => {
      await client().send(
        new aws.ChangeTagsForResourceCommand({ ...resource(), AddTags: [{ Key: "a", Value: "1" }] }),
      );
      return client().send(new aws.ListTagsForResourceCommand(resource()));
    },
    { ResourceTagSet: { Tags: [{ Key: "a", Value: "1" }] } },
  ],
  ["deleted", () => client().send(new aws.DeleteHostedZoneCommand({ Id })), {}],
  ["for good", () => client().send(new aws.GetHostedZoneCommand({ Id })), "404 NoSuchHostedZone"],
]);

test("pages hold every zone once", async () => {
  for (let index = 0; index < 5; index++) await create(`page-${index}.example`, `page-${index}`);
  const names: (string | undefined)[] = [];
  for await (const page of aws.paginateListHostedZones({ client: client(), pageSize: 2 }, {}))
    names.push(...(page.HostedZones ?? []).map((each) => each.Name));
  expect(names.length).toBe(5);
  expect(new Set(names).size).toBe(5);
});
