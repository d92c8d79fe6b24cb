import * as aws from "@aws-sdk/client-acm";
import { expect, test } from "vitest";
import { checkCalls, startWire } from "./wire-clients.ts";

const wire = startWire();
const client = () => wire.client(aws.ACMClient, "eu-north-1");
let CertificateArn = "";
const request = (DomainName: string, ValidationMethod: aws.ValidationMethod = "DNS") =>
  client().send(
    new aws.RequestCertificateCommand({ DomainName, ValidationMethod, Tags: [{ Key: "a", Value: "1" }] }),
  );
const describe = () => client().send(new aws.DescribeCertificateCommand({ CertificateArn }));

checkCalls([
  ["a domain that is none", () => request("nonsense"), "400 ValidationException"],
  [
    "a certificate",
    async () => {
      CertificateArn = (await request("*.shop.example")).CertificateArn ?? "";
      return { CertificateArn };
    },
    { CertificateArn: expect.stringMatching(/^arn:aws:acm:eu-north-1:\d{12}:certificate\/[0-9a-f-]{36}$/) },
  ],
  [
    "is issued",
    describe,
    {
      Certificate: {
        Status: "ISSUED",
        Type: "AMAZON_ISSUED",
        KeyAlgorithm: "RSA_2048",
        InUseBy: [],
        NotAfter: expect.any(Date),
        Options: { CertificateTransparencyLoggingPreference: "ENABLED" },
      },
    },
  ],
  [
    "by mail it waits",
    async () => {
      const made = await request("mail.example", "EMAIL");
      const answer = await client().send(
        new aws.DescribeCertificateCommand({ CertificateArn: made.CertificateArn }),
      );
      await client().send(new aws.DeleteCertificateCommand({ CertificateArn: made.CertificateArn }));
      return answer;
    },
    { Certificate: { Status: "PENDING_VALIDATION" } },
  ],
  [
    "without transparency",
    () =>
      client().send(
        new aws.UpdateCertificateOptionsCommand({
          CertificateArn,
          Options: { CertificateTransparencyLoggingPreference: "DISABLED" },
        }),
      ),
    {},
  ],
  [
    "is shown",
    describe,
    { Certificate: { Options: { CertificateTransparencyLoggingPreference: "DISABLED" } } },
  ],
  [
    "an import that is none",
    () =>
      client().send(
        new aws.ImportCertificateCommand({ Certificate: Buffer.from("x"), PrivateKey: Buffer.from("y") }),
      ),
    "400 ValidationException",
  ],
  [
    "tags",
    async () => {
      await client().send(
        new aws.AddTagsToCertificateCommand({ CertificateArn, Tags: [{ Key: "b", Value: "2" }] }),
      );
      await client().send(new aws.RemoveTagsFromCertificateCommand({ CertificateArn, Tags: [{ Key: "a" }] }));
      return client().send(new aws.ListTagsForCertificateCommand({ CertificateArn }));
    },
    { Tags: [{ Key: "b", Value: "2" }] },
  ],
  ["deleted", () => client().send(new aws.DeleteCertificateCommand({ CertificateArn })), {}],
  ["for good", describe, "400 ResourceNotFoundException"],
]);

test("pages hold every certificate once", async () => {
  for (let index = 0; index < 5; index++) await request(`page-${index}.example`);
  const names: (string | undefined)[] = [];
  for await (const page of aws.paginateListCertificates({ client: client(), pageSize: 2 }, {}))
    names.push(...(page.CertificateSummaryList ?? []).map((each) => each.DomainName));
  expect(names.length).toBe(5);
  expect(new Set(names).size).toBe(5);
});
