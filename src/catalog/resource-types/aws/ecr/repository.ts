import { call, defineResourceType } from "#catalog/define.ts";

export default defineResourceType({
  type: "aws.ecr.repository",
  title: "ECR repository",
  category: "container registry",
  client: "ecr",
  scope: "regional",
  list: call("DescribeRepositories", { items: "repositories" }),
  details: [
    call("GetRepositoryPolicy", {
      input: { repositoryName: "repositoryName" },
      take: "policyText",
      into: "policyText",
      absentOn: ["RepositoryPolicyNotFoundException"],
    }),
    call("ListTagsForResource", { input: { resourceArn: "repositoryArn" }, take: "tags", into: "tags" }),
    // What the whole registry scans, whatever a repository says of itself.
    call("GetRegistryScanningConfiguration", {
      take: "scanningConfiguration",
      into: "registryScanning",
    }),
  ],
  id: "repositoryName",
  name: "repositoryName",
  arn: "@repositoryArn",
  createdAt: "createdAt",
  tags: "tags",
  json: ["policyText"],
  relations: { encryptedBy: { to: "aws.kms.key", by: "encryptionConfiguration.kmsKey" } },
  events: {
    CreateRepository: "requestParameters.repositoryName",
    DeleteRepository: "requestParameters.repositoryName",
    SetRepositoryPolicy: "requestParameters.repositoryName",
    DeleteRepositoryPolicy: "requestParameters.repositoryName",
    PutImageScanningConfiguration: "requestParameters.repositoryName",
    PutImageTagMutability: "requestParameters.repositoryName",
    TagResource: "requestParameters.resourceArn",
    UntagResource: "requestParameters.resourceArn",
  },
});
