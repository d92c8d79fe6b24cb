import * as aws from "@aws-sdk/client-ecr";
import { expect, test } from "vitest";
import { checkCalls, startWire } from "./wire-clients.ts";

const wire = startWire();
const client = () => wire.client(aws.ECRClient, "eu-north-1");
const repositoryName = "team/app";
const describe = () =>
  client().send(new aws.DescribeRepositoriesCommand({ repositoryNames: [repositoryName] }));
const policyText = `{"Version":"2008-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"ecr:BatchGetImage"}]}`;
const put = (imageManifest: string) =>
  client().send(new aws.PutImageCommand({ repositoryName, imageManifest, imageTag: "v1" }));
let resourceArn = "";

checkCalls([
  [
    "a name that is none",
    () => client().send(new aws.CreateRepositoryCommand({ repositoryName: "Team" })),
    "400 InvalidParameterException",
  ],
  [
    "a repository",
    async () => {
      const { repository } = await client().send(new aws.CreateRepositoryCommand({ repositoryName }));
      resourceArn = repository?.repositoryArn ?? "";
      return repository;
    },
    {
      imageTagMutability: "MUTABLE",
      imageScanningConfiguration: { scanOnPush: false },
      encryptionConfiguration: { encryptionType: "AES256" },
      repositoryUri: expect.stringMatching(/^\d{12}\.dkr\.ecr\.eu-north-1\.amazonaws\.com\/team\/app$/),
    },
  ],
  [
    "again",
    () => client().send(new aws.CreateRepositoryCommand({ repositoryName })),
    "400 RepositoryAlreadyExistsException",
  ],
  [
    "without a policy",
    () => client().send(new aws.GetRepositoryPolicyCommand({ repositoryName })),
    "400 RepositoryPolicyNotFoundException",
  ],
  [
    "open to all",
    () => client().send(new aws.SetRepositoryPolicyCommand({ repositoryName, policyText })),
    {},
  ],
  ["is shown", () => client().send(new aws.GetRepositoryPolicyCommand({ repositoryName })), { policyText }],
  ["closed", () => client().send(new aws.DeleteRepositoryPolicyCommand({ repositoryName })), { policyText }],
  [
    "no lifecycle",
    () => client().send(new aws.GetLifecyclePolicyCommand({ repositoryName })),
    "400 LifecyclePolicyNotFoundException",
  ],
  [
    "a lifecycle",
    () =>
      client().send(
        new aws.PutLifecyclePolicyCommand({ repositoryName, lifecyclePolicyText: '{"rules":[]}' }),
      ),
    {},
  ],
  [
    "scans",
    () =>
      client().send(
        new aws.PutImageScanningConfigurationCommand({
          repositoryName,
          imageScanningConfiguration: { scanOnPush: true },
        }),
      ),
    {},
  ],
  [
    "cannot be overwritten",
    () =>
      client().send(
        new aws.PutImageTagMutabilityCommand({ repositoryName, imageTagMutability: "IMMUTABLE" }),
      ),
    {},
  ],
  [
    "is shown",
    describe,
    { repositories: [{ imageTagMutability: "IMMUTABLE", imageScanningConfiguration: { scanOnPush: true } }] },
  ],
  ["an image", () => put("one"), { image: { imageId: { imageDigest: expect.stringMatching(/^sha256:/) } } }],
  ["over it", () => put("two"), "400 ImageTagAlreadyExistsException"],
  [
    "is listed",
    () => client().send(new aws.ListImagesCommand({ repositoryName })),
    { imageIds: [{ imageTag: "v1" }] },
  ],
  [
    "tags",
    () => client().send(new aws.TagResourceCommand({ resourceArn, tags: [{ Key: "a", Value: "1" }] })),
    {},
  ],
  [
    "are shown",
    () => client().send(new aws.ListTagsForResourceCommand({ resourceArn })),
    { tags: [{ Key: "a", Value: "1" }] },
  ],
  [
    "the registry scans enhanced",
    async () => {
      await client().send(new aws.PutRegistryScanningConfigurationCommand({ scanType: "ENHANCED" }));
      return client().send(new aws.GetRegistryScanningConfigurationCommand({}));
    },
    { scanningConfiguration: { scanType: "ENHANCED" } },
  ],
  [
    "stays with images",
    () => client().send(new aws.DeleteRepositoryCommand({ repositoryName })),
    "400 RepositoryNotEmptyException",
  ],
  ["by force", () => client().send(new aws.DeleteRepositoryCommand({ repositoryName, force: true })), {}],
  ["for good", describe, "400 RepositoryNotFoundException"],
]);

test("pages hold every repository once", async () => {
  for (let index = 0; index < 5; index++)
    await client().send(new aws.CreateRepositoryCommand({ repositoryName: `page-${index}` }));
  const names: (string | undefined)[] = [];
  for await (const page of aws.paginateDescribeRepositories({ client: client(), pageSize: 2 }, {}))
    names.push(...(page.repositories ?? []).map((each) => each.repositoryName));
  expect(names.length).toBe(5);
  expect(new Set(names).size).toBe(5);
});
