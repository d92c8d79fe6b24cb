import * as aws from "@aws-sdk/client-opensearch";
import { expect, test } from "vitest";
import { checkCalls, startWire } from "./wire-clients.ts";

const wire = startWire();
const client = () => wire.client(aws.OpenSearchClient, "eu-north-1");
const DomainName = "search";
const describe = () => client().send(new aws.DescribeDomainCommand({ DomainName }));
const update = (more: Partial<aws.UpdateDomainConfigCommandInput>) =>
  client().send(new aws.UpdateDomainConfigCommand({ DomainName, ...more }));
const open =
  '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"es:*","Resource":"*"}]}';
let ARN = "";

checkCalls([
  [
    "a name that is none",
    () => client().send(new aws.CreateDomainCommand({ DomainName: "Search" })),
    "400 ValidationException",
  ],
  [
    "guarded without encryption",
    () =>
      client().send(new aws.CreateDomainCommand({ DomainName, AdvancedSecurityOptions: { Enabled: true } })),
    "400 ValidationException",
  ],
  [
    "a domain",
    async () => {
      const { DomainStatus } = await client().send(
        new aws.CreateDomainCommand({
          DomainName,
          AccessPolicies: open,
          TagList: [{ Key: "a", Value: "1" }],
        }),
      );
      ARN = DomainStatus?.ARN ?? "";
      return DomainStatus;
    },
    { Processing: true, Endpoint: expect.stringMatching(/^search-search-/) },
  ],
  [
    "again",
    () => client().send(new aws.CreateDomainCommand({ DomainName })),
    "409 ResourceAlreadyExistsException",
  ],
  [
    "AWS's defaults",
    describe,
    {
      DomainStatus: {
        AccessPolicies: open,
        EncryptionAtRestOptions: { Enabled: false },
        NodeToNodeEncryptionOptions: { Enabled: false },
        DomainEndpointOptions: { EnforceHTTPS: false },
        AdvancedSecurityOptions: { Enabled: false },
      },
    },
  ],
  [
    "encrypted",
    () =>
      update({
        EncryptionAtRestOptions: { Enabled: true },
        NodeToNodeEncryptionOptions: { Enabled: true },
        DomainEndpointOptions: { EnforceHTTPS: true, TLSSecurityPolicy: "Policy-Min-TLS-1-2-PFS-2023-10" },
      }),
    { DomainConfig: { DomainEndpointOptions: { Options: { EnforceHTTPS: true } } } },
  ],
  ["for good", () => update({ NodeToNodeEncryptionOptions: { Enabled: false } }), "400 ValidationException"],
  ["now it can be guarded", () => update({ AdvancedSecurityOptions: { Enabled: true } }), {}],
  [
    "is shown",
    () => client().send(new aws.DescribeDomainConfigCommand({ DomainName })),
    {
      DomainConfig: {
        EncryptionAtRestOptions: { Options: { Enabled: true, KmsKeyId: expect.stringContaining(":key/") } },
        AdvancedSecurityOptions: { Options: { Enabled: true } },
      },
    },
  ],
  ["a policy that is none", () => update({ AccessPolicies: "{}" }), "400 ValidationException"],
  [
    "tags",
    async () => {
      await client().send(new aws.AddTagsCommand({ ARN, TagList: [{ Key: "b", Value: "2" }] }));
      await client().send(new aws.RemoveTagsCommand({ ARN, TagKeys: ["a"] }));
      return client().send(new aws.ListTagsCommand({ ARN }));
    },
    { TagList: [{ Key: "b", Value: "2" }] },
  ],
  ["is listed", () => client().send(new aws.ListDomainNamesCommand({})), { DomainNames: [{ DomainName }] }],
  [
    "deleted",
    () => client().send(new aws.DeleteDomainCommand({ DomainName })),
    { DomainStatus: { Deleted: true } },
  ],
  ["for good", describe, "409 ResourceNotFoundException"],
]);

test("several are described at once, unknown ones left out", async () => {
  await client().send(new aws.CreateDomainCommand({ DomainName: "one" }));
  const { DomainStatusList } = await client().send(
    new aws.DescribeDomainsCommand({ DomainNames: ["one", "none"] }),
  );
  expect(DomainStatusList?.map((each) => each.DomainName)).toEqual(["one"]);
});
