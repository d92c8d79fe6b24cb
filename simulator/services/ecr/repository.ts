import type * as aws from "@aws-sdk/client-ecr";
import { AwsFault, type Call } from "../../operation.ts";
import type { Stored } from "../../stored.ts";
import { arnIn, pageAs, records, type Tagged, tagMapOf } from "../records.ts";

/** Value of "ecr:repository" under its name. */
export interface StoredRepository extends Tagged, Stored<aws.Repository> {
  repositoryName: string;
  repositoryArn: string;
  policy?: string;
  lifecycle?: { text: string; at: string };
  images: (Stored<aws.ImageDetail> & { manifest?: string })[];
}

export const repositories = records<StoredRepository>(
  "ecr:repository",
  "repositoryName",
  (name, call) =>
    new AwsFault(
      "RepositoryNotFoundException",
      `The repository with name '${name}' does not exist in the registry with id '${call.accountId}'`,
    ),
);
export type Named = Call<{ repositoryName?: string | undefined }>;
export const needed = (call: Named) => repositories.need(call, call.input.repositoryName);
export const ids = (call: Named) => ({
  registryId: call.accountId,
  repositoryName: call.input.repositoryName,
});
export const paging = {
  limit: "maxResults",
  token: "nextToken",
  standard: 100,
  most: 1000,
  code: "InvalidParameterException",
};

export function createRepository(call: Call<aws.CreateRepositoryRequest>) {
  const { input } = call;
  const name = input.repositoryName ?? "";
  if (name.length < 2 || !/^(?:[a-z0-9]+(?:[._-][a-z0-9]+)*\/)*[a-z0-9]+(?:[._-][a-z0-9]+)*$/.test(name))
    throw new AwsFault(
      "InvalidParameterException",
      `Invalid parameter at 'repositoryName' failed to satisfy constraint: 'must satisfy regular expression '(?:[a-z0-9]+(?:[._-][a-z0-9]+)*/)*[a-z0-9]+(?:[._-][a-z0-9]+)*''`,
    );
  if (repositories.find(call, name))
    throw new AwsFault(
      "RepositoryAlreadyExistsException",
      `The repository with name '${name}' already exists in the registry with id '${call.accountId}'`,
    );
  const suffix = call.world.partition === "aws-cn" ? "amazonaws.com.cn" : "amazonaws.com";
  const repository = repositories.put(call, {
    repositoryName: name,
    repositoryArn: arnIn(call, "ecr", `repository/${name}`),
    registryId: call.accountId,
    repositoryUri: `${call.accountId}.dkr.ecr.${call.region}.${suffix}/${name}`,
    createdAt: call.now.toISOString(),
    imageTagMutability: input.imageTagMutability ?? "MUTABLE",
    imageScanningConfiguration: { scanOnPush: input.imageScanningConfiguration?.scanOnPush ?? false },
    encryptionConfiguration: input.encryptionConfiguration ?? { encryptionType: "AES256" },
    images: [],
    tagMap: tagMapOf(input.tags),
  });
  return { repository };
}

export function deleteRepository(call: Call<aws.DeleteRepositoryRequest>) {
  const repository = needed(call);
  if (repository.images.length > 0 && !call.input.force)
    throw new AwsFault(
      "RepositoryNotEmptyException",
      `The repository with name '${repository.repositoryName}' in registry with id '${call.accountId}' cannot be deleted because it still contains images`,
    );
  return { repository: repositories.remove(call, repository) };
}

export function describeRepositories(call: Call<aws.DescribeRepositoriesRequest>) {
  const { repositoryNames } = call.input;
  const found = repositoryNames?.length
    ? repositoryNames.map((name) => repositories.need(call, name))
    : repositories.list(call);
  return pageAs(call, "repositories", found, paging);
}

export function noPolicy(call: Named): AwsFault {
  const where = `'${call.input.repositoryName}' in the registry with id '${call.accountId}'`;
  return new AwsFault(
    "RepositoryPolicyNotFoundException",
    `Repository policy does not exist for the repository with name ${where}`,
  );
}

export function getPolicy(call: Call<aws.GetRepositoryPolicyRequest>) {
  const { policy } = needed(call);
  if (policy === undefined) throw noPolicy(call);
  return { ...ids(call), policyText: policy };
}

export function setPolicy(call: Call<aws.SetRepositoryPolicyRequest>) {
  const text = call.input.policyText ?? "";
  const statements = /"Resource"\s*:/.test(text) ? "" : text;
  const invalid =
    "Invalid parameter at 'PolicyText' failed to satisfy constraint: 'Invalid repository policy provided'";
  // A policy of a repository names no resource: it is the repository itself.
  if (!statements) throw new AwsFault("InvalidParameterException", invalid);
  try {
    JSON.parse(text);
  } catch (cause) {
    throw Object.assign(new AwsFault("InvalidParameterException", invalid), { cause });
  }
  repositories.change(call, needed(call), { policy: text });
  return { ...ids(call), policyText: text };
}

export function deletePolicy(call: Call<aws.DeleteRepositoryPolicyRequest>) {
  const { policy, ...repository } = needed(call);
  if (policy === undefined) throw noPolicy(call);
  repositories.put(call, repository);
  return { ...ids(call), policyText: policy };
}

export function lifecycle(call: Named) {
  const { lifecycle: found } = needed(call);
  if (!found)
    throw new AwsFault(
      "LifecyclePolicyNotFoundException",
      `Lifecycle policy does not exist for the repository with name '${call.input.repositoryName}' in the registry with id '${call.accountId}'`,
    );
  return { ...ids(call), lifecyclePolicyText: found.text, lastEvaluatedAt: found.at };
}
