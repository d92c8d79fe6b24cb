// A sample of operations in each protocol, and the errors of each in its own form, through AWS's own clients.
import { AccountClient, GetAlternateContactCommand, ListRegionsCommand } from "@aws-sdk/client-account";
import {
  DescribeInstancesCommand,
  DescribeRegionsCommand,
  EC2Client,
  ModifyInstanceMetadataOptionsCommand,
} from "@aws-sdk/client-ec2";
import {
  CreateUserCommand,
  GetUserCommand,
  IAMClient,
  ListServerCertificatesCommand,
  NoSuchEntityException,
} from "@aws-sdk/client-iam";
import { KMSClient, ListAliasesCommand } from "@aws-sdk/client-kms";
import { LambdaClient, ListLayersCommand, PutFunctionRecursionConfigCommand } from "@aws-sdk/client-lambda";
import {
  AccountNotFoundException,
  DescribeAccountCommand,
  DescribeOrganizationCommand,
  OrganizationsClient,
} from "@aws-sdk/client-organizations";
import { PurchaseReservedDBInstancesOfferingCommand, RDSClient } from "@aws-sdk/client-rds";
import {
  CreateBucketCommand,
  GetBucketLocationCommand,
  GetBucketPolicyStatusCommand,
  GetBucketTaggingCommand,
  HeadBucketCommand,
  PutBucketTaggingCommand,
  PutPublicAccessBlockCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { GetCallerIdentityCommand, GetDelegatedAccessTokenCommand, STSClient } from "@aws-sdk/client-sts";
import { expect, test } from "vitest";
import { errorOf, startSmall } from "./small-clients.ts";

const wire = startSmall();

test("query: text, dates and lists come back; a request id stands in the header", async () => {
  const iam = wire.client(IAMClient);
  const Tags = [{ Key: "a&b", Value: '<"quoted"> ünïcode\r\n' }];
  await iam.send(new CreateUserCommand({ UserName: "protocol", Path: "/made/", Tags }));
  const { User, $metadata } = await iam.send(new GetUserCommand({ UserName: "protocol" }));
  expect(User).toMatchObject({ UserName: "protocol", Path: "/made/", Tags });
  expect(User?.CreateDate).toBeInstanceOf(Date);
  expect($metadata.requestId).toMatch(/^[0-9a-f-]{36}$/);
  const identity = await wire.client(STSClient).send(new GetCallerIdentityCommand({}));
  expect(identity.Arn).toBe("arn:aws:iam::111111111111:user/administrator");
});

test("EC2: nested lists and flags go there, sets come back", async () => {
  const ec2 = wire.client(EC2Client);
  const Filters = [{ Name: "region-name", Values: ["eu-west-1", "us-east-1"] }];
  const { Regions = [] } = await ec2.send(new DescribeRegionsCommand({ AllRegions: true, Filters }));
  expect(Regions.map(({ RegionName }) => RegionName).sort()).toEqual(["eu-west-1", "us-east-1"]);
  expect((await ec2.send(new DescribeInstancesCommand({ MaxResults: 5 }))).Reservations).toEqual([]);
});

test("JSON 1.1, REST-JSON and REST-XML answer objects", async () => {
  const { Organization } = await wire.client(OrganizationsClient).send(new DescribeOrganizationCommand({}));
  expect(Organization?.Id).toBe("o-smallworld1");
  expect((await wire.client(KMSClient).send(new ListAliasesCommand({ Limit: 10 }))).Aliases).toEqual(
    expect.any(Array),
  );
  const { Regions = [] } = await wire
    .client(AccountClient)
    .send(new ListRegionsCommand({ RegionOptStatusContains: ["ENABLED_BY_DEFAULT"] }));
  expect(Regions).toHaveLength(17);
});

test("S3: a bucket's sub-resources are told apart by the query, its body is XML", async () => {
  const s3 = wire.client(S3Client, undefined, "eu-west-1");
  const Bucket = "protocols-111111111111";
  await s3.send(
    new CreateBucketCommand({ Bucket, CreateBucketConfiguration: { LocationConstraint: "eu-west-1" } }),
  );
  expect((await s3.send(new GetBucketLocationCommand({ Bucket }))).LocationConstraint).toBe("eu-west-1");
  const TagSet = [{ Key: "team", Value: "a & b" }];
  await s3.send(new PutBucketTaggingCommand({ Bucket, Tagging: { TagSet } }));
  expect((await s3.send(new GetBucketTaggingCommand({ Bucket }))).TagSet).toEqual(TagSet);
  const PublicAccessBlockConfiguration = { BlockPublicAcls: true, IgnorePublicAcls: false };
  await s3.send(new PutPublicAccessBlockCommand({ Bucket, PublicAccessBlockConfiguration }));
  await s3.send(new HeadBucketCommand({ Bucket }));
  expect(await errorOf(s3.send(new GetBucketPolicyStatusCommand({ Bucket })))).toMatchObject({
    code: "NoSuchBucketPolicy",
    status: 404,
  });
});

test("typed errors arrive as their class", async () => {
  const missing = wire.client(IAMClient).send(new GetUserCommand({ UserName: "nobody" }));
  await expect(missing).rejects.toBeInstanceOf(NoSuchEntityException);
  const account = wire
    .client(OrganizationsClient)
    .send(new DescribeAccountCommand({ AccountId: "123456789012" }));
  await expect(account).rejects.toBeInstanceOf(AccountNotFoundException);
});

const errors: [title: string, ask: () => Promise<unknown>, code: string, status: number][] = [
  [
    "query",
    () => wire.client(IAMClient).send(new GetUserCommand({ UserName: "nobody" })),
    "NoSuchEntityException",
    404,
  ],
  [
    "REST-JSON",
    () =>
      wire.client(AccountClient).send(new GetAlternateContactCommand({ AlternateContactType: "BILLING" })),
    "ResourceNotFoundException",
    404,
  ],
  [
    "JSON 1.1",
    () => wire.client(OrganizationsClient).send(new DescribeAccountCommand({ AccountId: "123456789012" })),
    "AccountNotFoundException",
    400,
  ],
  [
    "S3 HEAD without a body",
    () => wire.client(S3Client).send(new HeadBucketCommand({ Bucket: "no-such-bucket-x" })),
    "NotFound",
    404,
  ],
  [
    "missing, query",
    () => wire.client(IAMClient).send(new CreateUserCommand({ UserName: undefined })),
    "ValidationError",
    400,
  ],
  [
    "missing, EC2",
    () => wire.client(EC2Client).send(new ModifyInstanceMetadataOptionsCommand({ InstanceId: undefined })),
    "MissingParameter",
    400,
  ],
  [
    "missing, JSON",
    () => wire.client(OrganizationsClient).send(new DescribeAccountCommand({ AccountId: undefined })),
    "InvalidInputException",
    400,
  ],
  [
    "write that is not implemented",
    () =>
      wire
        .client(RDSClient)
        .send(new PurchaseReservedDBInstancesOfferingCommand({ ReservedDBInstancesOfferingId: "a" })),
    "NotImplemented",
    501,
  ],
  [
    "write that is not implemented, REST",
    () =>
      wire
        .client(LambdaClient)
        .send(new PutFunctionRecursionConfigCommand({ FunctionName: "a", RecursiveLoop: "Allow" })),
    "NotImplemented",
    501,
  ],
  [
    "credentials are made, not read",
    () => wire.client(STSClient).send(new GetDelegatedAccessTokenCommand({ TradeInToken: "a" })),
    "NotImplemented",
    501,
  ],
];

test.each(errors)("error in its protocol's form: %s", async (_, ask, code, status) => {
  expect(await errorOf(ask())).toMatchObject({ code, status });
});

test("a read without state answers an empty, valid result", async () => {
  const certificates = await wire.client(IAMClient).send(new ListServerCertificatesCommand({}));
  expect(certificates.ServerCertificateMetadataList).toEqual([]);
  expect((await wire.client(LambdaClient).send(new ListLayersCommand({}))).Layers).toEqual([]);
});
