// ACM: certificates asked for, imported and deleted when nothing uses them. Validation by DNS succeeds at once.
import { createHash, randomUUID, X509Certificate } from "node:crypto";
import type * as aws from "@aws-sdk/client-acm";
import { AwsFault, type Call, type ServiceDefinition } from "../operation.ts";
import type { Stored } from "../stored.ts";
import {
  arnIn,
  here,
  pageAs,
  permissionsOn,
  records,
  type Tagged,
  taggedAmong,
  tagMapOf,
  tagOperations,
} from "./records.ts";

/** Value of "acm:certificate" under its ARN. */
export type StoredCertificate = Stored<aws.CertificateDetail> & Tagged & { CertificateArn: string };

const missing = (arn: string, call: Call) =>
  new AwsFault(
    "ResourceNotFoundException",
    `Could not find certificate ${arn} in account ${call.accountId}.`,
  );
const certificates = records<StoredCertificate>("acm:certificate", "CertificateArn", missing);
const needed = (call: Call<{ CertificateArn?: string | undefined }>) =>
  certificates.need(call, call.input.CertificateArn);
const dayMs = 86_400_000;

/** ARNs of what presents the certificate: listeners here, distributions everywhere. */
function usersOf(call: Call, arn: string): string[] {
  const listeners = call.world
    .collection<{ LoadBalancerArn?: string; Certificates?: { CertificateArn?: string }[] }>(
      here(call),
      "elbv2:listener",
    )
    .list();
  const distributions = call.world
    .collection<{ ARN: string; DistributionConfig?: { ViewerCertificate?: { ACMCertificateArn?: string } } }>(
      { accountId: call.accountId, region: "global" },
      "cloudfront:distribution",
    )
    .list();
  return [
    ...new Set([
      ...listeners
        .filter((each) => each.Certificates?.some((one) => one.CertificateArn === arn))
        .map((each) => each.LoadBalancerArn ?? ""),
      ...distributions
        .filter((each) => each.DistributionConfig?.ViewerCertificate?.ACMCertificateArn === arn)
        .map((each) => each.ARN),
    ]),
  ];
}

const shown = (call: Call, certificate: StoredCertificate) => ({
  ...certificate,
  InUseBy: usersOf(call, certificate.CertificateArn),
});

/** By DNS it has succeeded, by mail somebody must answer first. */
function validationOf(name: string, ValidationMethod: aws.ValidationMethod) {
  const hash = (text: string) => createHash("md5").update(text).digest("hex");
  const shared = { DomainName: name, ValidationDomain: name, ValidationMethod };
  if (ValidationMethod !== "DNS") return { ...shared, ValidationStatus: "PENDING_VALIDATION" as const };
  return {
    ...shared,
    ValidationStatus: "SUCCESS" as const,
    ResourceRecord: {
      Name: `_${hash(name)}.${name}.`,
      Type: "CNAME" as const,
      Value: `_${hash(`v${name}`)}.acm-validations.aws.`,
    },
  };
}

function request(call: Call<aws.RequestCertificateRequest>) {
  const {
    DomainName = "",
    SubjectAlternativeNames = [],
    ValidationMethod = "EMAIL",
    KeyAlgorithm = "RSA_2048",
    Options,
    Tags,
  } = call.input;
  if (
    !/^(\*\.)?(((?!-)[A-Za-z0-9-]{0,62}[A-Za-z0-9])\.)+((?!-)[A-Za-z0-9-]{1,62}[A-Za-z0-9])$/.test(DomainName)
  )
    throw new AwsFault(
      "ValidationException",
      `1 validation error detected: Value '${DomainName}' at 'domainName' failed to satisfy constraint: Member must satisfy regular expression pattern`,
    );
  const names = [...new Set([DomainName, ...SubjectAlternativeNames])];
  const isIssued = ValidationMethod === "DNS";
  const at = call.now.toISOString();
  const { CertificateArn } = certificates.put(call, {
    CertificateArn: arnIn(call, "acm", `certificate/${randomUUID()}`),
    DomainName,
    SubjectAlternativeNames: names,
    DomainValidationOptions: names.map((name) => validationOf(name, ValidationMethod)),
    Subject: `CN=${DomainName}`,
    Issuer: "Amazon",
    CreatedAt: at,
    Status: isIssued ? "ISSUED" : "PENDING_VALIDATION",
    ...(isIssued
      ? { IssuedAt: at, NotBefore: at, NotAfter: new Date(call.now.getTime() + 395 * dayMs).toISOString() }
      : {}),
    KeyAlgorithm,
    SignatureAlgorithm: "SHA256WITHRSA",
    Type: "AMAZON_ISSUED",
    RenewalEligibility: "INELIGIBLE",
    Options: {
      CertificateTransparencyLoggingPreference:
        Options?.CertificateTransparencyLoggingPreference ?? "ENABLED",
    },
    tagMap: tagMapOf(Tags),
  });
  return { CertificateArn };
}

function importCertificate(call: Call<aws.ImportCertificateRequest>) {
  const { Certificate, CertificateArn, Tags } = call.input;
  let parsed: X509Certificate;
  try {
    parsed = new X509Certificate(Buffer.from(Certificate ?? []));
  } catch (cause) {
    throw Object.assign(
      new AwsFault(
        "ValidationException",
        "The certificate field contains more than one certificate. You can specify only one certificate in this field, or it is not PEM.",
      ),
      { cause },
    );
  }
  const old = CertificateArn ? needed(call) : undefined;
  const name = /CN=([^\n]+)/.exec(parsed.subject)?.[1] ?? "";
  const { type, asymmetricKeyDetails: details } = {
    type: parsed.publicKey.asymmetricKeyType,
    asymmetricKeyDetails: parsed.publicKey.asymmetricKeyDetails,
  };
  const algorithm = type === "rsa" ? `RSA_${details?.modulusLength}` : `EC_${details?.namedCurve}`;
  return {
    CertificateArn: certificates.put(call, {
      CertificateArn: old?.CertificateArn ?? arnIn(call, "acm", `certificate/${randomUUID()}`),
      DomainName: name,
      SubjectAlternativeNames: [name],
      Subject: parsed.subject.replaceAll("\n", ","),
      Issuer: parsed.issuer.replaceAll("\n", ","),
      Serial: parsed.serialNumber,
      ImportedAt: call.now.toISOString(),
      Status: Date.parse(parsed.validTo) < call.now.getTime() ? "EXPIRED" : "ISSUED",
      NotBefore: new Date(parsed.validFrom).toISOString(),
      NotAfter: new Date(parsed.validTo).toISOString(),
      KeyAlgorithm: algorithm as "RSA_2048",
      Type: "IMPORTED",
      RenewalEligibility: "INELIGIBLE",
      Options: { CertificateTransparencyLoggingPreference: "DISABLED" },
      tagMap: old?.tagMap ?? tagMapOf(Tags),
    }).CertificateArn,
  };
}

function list(call: Call<aws.ListCertificatesRequest>) {
  const { CertificateStatuses, Includes } = call.input;
  // Unless asked, AWS lists only RSA keys of 1024 and 2048 bits.
  const keyTypes: string[] = Includes?.keyTypes ?? ["RSA_1024", "RSA_2048"];
  const found = certificates
    .list(call)
    .filter(
      (each) =>
        (!CertificateStatuses?.length || CertificateStatuses.includes(each.Status ?? "ISSUED")) &&
        keyTypes.includes(each.KeyAlgorithm ?? "RSA_2048"),
    )
    .map((each) => ({
      ...each,
      InUse: usersOf(call, each.CertificateArn).length > 0,
      SubjectAlternativeNameSummaries: each.SubjectAlternativeNames,
    }));
  return pageAs(call, "CertificateSummaryList", found, {
    limit: "MaxItems",
    token: "NextToken",
    standard: 100,
    most: 1000,
    code: "ValidationException",
  });
}

function remove(call: Call<aws.DeleteCertificateRequest>) {
  const certificate = needed(call);
  if (usersOf(call, certificate.CertificateArn).length > 0)
    throw new AwsFault(
      "ResourceInUseException",
      `Certificate ${certificate.CertificateArn} in account ${call.accountId} is in use.`,
    );
  certificates.remove(call, certificate);
  return {};
}

function updateOptions(call: Call<aws.UpdateCertificateOptionsRequest>) {
  const certificate = needed(call);
  if (certificate.Type === "IMPORTED")
    throw new AwsFault("InvalidStateException", "Imported certificates have no transparency options.");
  certificates.change(call, certificate, { Options: { ...certificate.Options, ...call.input.Options } });
  return {};
}

const target = taggedAmong([certificates as never], "CertificateArn", missing);
const tags = tagOperations(
  {
    tag: "AddTagsToCertificate",
    untag: "RemoveTagsFromCertificate",
    list: "ListTagsForCertificate",
    arn: "CertificateArn",
    keys: "Tags",
    invalid: "InvalidTagException",
  },
  target,
);
const onCertificate =
  "DescribeCertificate DeleteCertificate UpdateCertificateOptions AddTagsToCertificate RemoveTagsFromCertificate ListTagsForCertificate".split(
    " ",
  );

export const acm: ServiceDefinition = {
  client: "acm",
  operations: {
    ListCertificates: list,
    DescribeCertificate: (call: Call<aws.DescribeCertificateRequest>) => ({
      Certificate: shown(call, needed(call)),
    }),
    RequestCertificate: request,
    ImportCertificate: importCertificate,
    DeleteCertificate: remove,
    UpdateCertificateOptions: updateOptions,
    ...tags,
  },
  permissions: permissionsOn(
    "acm",
    onCertificate,
    (call: Call<{ CertificateArn: string }>) => call.input.CertificateArn,
  ),
};
