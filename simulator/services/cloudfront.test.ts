import { ACMClient, DeleteCertificateCommand, RequestCertificateCommand } from "@aws-sdk/client-acm";
import * as aws from "@aws-sdk/client-cloudfront";
import { expect, test } from "vitest";
import { checkCalls, startWire } from "./wire-clients.ts";

const wire = startWire();
const client = () => wire.client(aws.CloudFrontClient);
let Id = "";
let ETag = "";
let certificate = "";
const config = (more: Partial<aws.DistributionConfig> = {}): aws.DistributionConfig => ({
  CallerReference: "one",
  Comment: "",
  Enabled: true,
  Origins: {
    Quantity: 1,
    Items: [
      { Id: "site", DomainName: "site.s3.amazonaws.com", S3OriginConfig: { OriginAccessIdentity: "" } },
    ],
  },
  DefaultCacheBehavior: { TargetOriginId: "site", ViewerProtocolPolicy: "allow-all" },
  ...more,
});
const create = (DistributionConfig: aws.DistributionConfig) =>
  client().send(new aws.CreateDistributionCommand({ DistributionConfig }));
const get = () => client().send(new aws.GetDistributionCommand({ Id }));
const update = async (more: Partial<aws.DistributionConfig>, IfMatch = ETag) => {
  const answer = await client().send(
    new aws.UpdateDistributionCommand({ Id, IfMatch, DistributionConfig: config(more) }),
  );
  ETag = answer.ETag ?? "";
  return answer;
};

checkCalls([
  [
    "no such origin",
    () =>
      create(config({ DefaultCacheBehavior: { TargetOriginId: "none", ViewerProtocolPolicy: "allow-all" } })),
    "404 NoSuchOrigin",
  ],
  [
    "a wrong count",
    () => create(config({ Origins: { Quantity: 2, Items: [{ Id: "site", DomainName: "a.example" }] } })),
    "400 InconsistentQuantities",
  ],
  [
    "a name without a certificate",
    () => create(config({ Aliases: { Quantity: 1, Items: ["shop.example"] } })),
    "400 InvalidViewerCertificate",
  ],
  [
    "a distribution",
    async () => {
      const answer = await client().send(
        new aws.CreateDistributionWithTagsCommand({
          DistributionConfigWithTags: {
            DistributionConfig: config(),
            Tags: { Items: [{ Key: "a", Value: "1" }] },
          },
        }),
      );
      Id = answer.Distribution?.Id ?? "";
      ETag = answer.ETag ?? "";
      return answer;
    },
    {
      Distribution: {
        Status: "InProgress",
        DomainName: expect.stringMatching(/^d[a-z0-9]{13}\.cloudfront\.net$/),
      },
    },
  ],
  ["the same reference", () => create(config()), "409 DistributionAlreadyExists"],
  [
    "AWS's defaults",
    get,
    {
      Distribution: {
        Status: "Deployed",
        DistributionConfig: {
          Logging: { Enabled: false },
          WebACLId: "",
          ViewerCertificate: { CloudFrontDefaultCertificate: true, MinimumProtocolVersion: "TLSv1" },
        },
      },
    },
  ],
  ["changed without its tag", () => update({}, "E0000000000000"), "412 PreconditionFailed"],
  [
    "with a certificate",
    async () => {
      const acm = wire.client(ACMClient);
      const made = await acm.send(
        new RequestCertificateCommand({ DomainName: "shop.example", ValidationMethod: "DNS" }),
      );
      certificate = made.CertificateArn ?? "";
      return update({
        Aliases: { Quantity: 1, Items: ["shop.example"] },
        DefaultRootObject: "index.html",
        DefaultCacheBehavior: { TargetOriginId: "site", ViewerProtocolPolicy: "redirect-to-https" },
        ViewerCertificate: {
          ACMCertificateArn: certificate,
          SSLSupportMethod: "sni-only",
          MinimumProtocolVersion: "TLSv1.2_2021",
        },
      });
    },
    { Distribution: { DistributionConfig: { DefaultRootObject: "index.html" } } },
  ],
  [
    "is listed",
    () => client().send(new aws.ListDistributionsCommand({})),
    {
      DistributionList: {
        Quantity: 1,
        IsTruncated: false,
        Items: [{ Status: "Deployed", DefaultCacheBehavior: { ViewerProtocolPolicy: "redirect-to-https" } }],
      },
    },
  ],
  [
    "holds the certificate",
    () => wire.client(ACMClient).send(new DeleteCertificateCommand({ CertificateArn: certificate })),
    "400 ResourceInUseException",
  ],
  [
    "tags",
    async () => {
      const Resource = (await get()).Distribution?.ARN;
      await client().send(
        new aws.TagResourceCommand({ Resource, Tags: { Items: [{ Key: "b", Value: "2" }] } }),
      );
      return client().send(new aws.ListTagsForResourceCommand({ Resource }));
    },
    { Tags: { Items: [{ Key: "a" }, { Key: "b" }] } },
  ],
  [
    "stays enabled",
    () => client().send(new aws.DeleteDistributionCommand({ Id, IfMatch: ETag })),
    "409 DistributionNotDisabled",
  ],
  ["disabled", () => update({ Enabled: false }), {}],
  ["deleted", () => client().send(new aws.DeleteDistributionCommand({ Id, IfMatch: ETag })), {}],
  ["for good", get, "404 NoSuchDistribution"],
]);

test("pages hold every distribution once", async () => {
  for (let index = 0; index < 3; index++) await create(config({ CallerReference: `page-${index}` }));
  const ids: (string | undefined)[] = [];
  for await (const page of aws.paginateListDistributions({ client: client(), pageSize: 2 }, {}))
    ids.push(...(page.DistributionList?.Items ?? []).map((each) => each.Id));
  expect(ids.length).toBe(3);
  expect(new Set(ids).size).toBe(3);
});
