// ECR: private repositories with policies, lifecycle, scanning and images by digest; the registry's own settings. No layers.
import { createHash } from "node:crypto";
import type * as aws from "@aws-sdk/client-ecr";
import { silentPolicy } from "../events/service-permission.ts";
import { AwsFault, type Call, type Operation, type ServiceDefinition } from "../operation.ts";
import type { Stored } from "../stored.ts";
import { checkedPolicy } from "./checked-policy.ts";
import {
  createRepository,
  deletePolicy,
  deleteRepository,
  describeRepositories,
  getPolicy,
  ids,
  lifecycle,
  needed,
  paging,
  repositories,
  type StoredRepository,
  setPolicy,
} from "./ecr/repository.ts";
import { arnIn, here, pageAs, permissionsOn, taggedAmong, tagOperations } from "./records.ts";

interface StoredRegistry {
  scanning: Stored<aws.RegistryScanningConfiguration>;
  policy?: string;
}

function putImage(call: Call<aws.PutImageRequest>) {
  const repository = needed(call);
  const { imageManifest = "", imageTag } = call.input;
  const imageDigest =
    call.input.imageDigest ?? `sha256:${createHash("sha256").update(imageManifest).digest("hex")}`;
  const holder = repository.images.find((each) => imageTag && each.imageTags?.includes(imageTag));
  if (holder && holder.imageDigest !== imageDigest && repository.imageTagMutability === "IMMUTABLE")
    throw new AwsFault(
      "ImageTagAlreadyExistsException",
      `The image tag '${imageTag}' already exists in the '${repository.repositoryName}' repository and cannot be overwritten because the repository is immutable.`,
    );
  const others = repository.images
    .filter((each) => each.imageDigest !== imageDigest)
    .map((each) => ({ ...each, imageTags: each.imageTags?.filter((tag) => tag !== imageTag) }));
  const old = repository.images.find((each) => each.imageDigest === imageDigest);
  const image = {
    ...ids(call),
    imageDigest,
    imageTags: [...new Set([...(old?.imageTags ?? []), ...(imageTag ? [imageTag] : [])])],
    imageSizeInBytes: imageManifest.length,
    imagePushedAt: call.now.toISOString(),
    manifest: imageManifest,
  };
  repositories.change(call, repository, { images: [...others, image] });
  return { image: { ...ids(call), imageId: { imageDigest, imageTag }, imageManifest } };
}

function deleteImages(call: Call<aws.BatchDeleteImageRequest>) {
  const repository = needed(call);
  const isAsked = ({ imageDigest, imageTags }: StoredRepository["images"][number]) =>
    (call.input.imageIds ?? []).some(
      (id) => id.imageDigest === imageDigest || (id.imageTag && imageTags?.includes(id.imageTag)),
    );
  repositories.change(call, repository, { images: repository.images.filter((each) => !isAsked(each)) });
  const gone = repository.images.filter(isAsked);
  return {
    imageIds: gone.map(({ imageDigest, imageTags }) => ({ imageDigest, imageTag: imageTags?.[0] })),
    failures: [],
  };
}

const registries = (call: Call) => call.world.collection<StoredRegistry>(here(call), "ecr:registry");
const registryOf = (call: Call): StoredRegistry =>
  registries(call).get("self") ?? { scanning: { scanType: "BASIC", rules: [] } };

function registryPolicy(call: Call) {
  const { policy } = registryOf(call);
  if (policy === undefined)
    throw new AwsFault(
      "RegistryPolicyNotFoundException",
      `Registry policy does not exist in the registry with id '${call.accountId}'`,
    );
  return { registryId: call.accountId, policyText: policy };
}

const onRepository =
  "CreateRepository DeleteRepository GetRepositoryPolicy SetRepositoryPolicy DeleteRepositoryPolicy GetLifecyclePolicy PutLifecyclePolicy DeleteLifecyclePolicy PutImageScanningConfiguration PutImageTagMutability PutImage DescribeImages ListImages BatchDeleteImage".split(
    " ",
  );

interface InRegistry {
  registryId?: string;
}

/** The same call in the registry that it names, another account's perhaps. */
const inRegistry = <Input>(call: Call<Input>): Call<Input> => {
  const { registryId = call.accountId } = call.input as InRegistry;
  return { ...call, accountId: registryId };
};

const operations: Record<string, Operation> = {
  DescribeRepositories: describeRepositories,
  CreateRepository: createRepository,
  DeleteRepository: deleteRepository,
  GetRepositoryPolicy: getPolicy,
  SetRepositoryPolicy: setPolicy,
  DeleteRepositoryPolicy: deletePolicy,
  GetLifecyclePolicy: lifecycle,
  PutLifecyclePolicy: (call: Call<aws.PutLifecyclePolicyRequest>) => {
    const text = call.input.lifecyclePolicyText ?? "";
    if (!text.includes('"rules"'))
      throw new AwsFault(
        "InvalidParameterException",
        "Invalid parameter at 'LifecyclePolicyText' failed to satisfy constraint: 'Lifecycle policy validation failure'",
      );
    repositories.change(call, needed(call), { lifecycle: { text, at: call.now.toISOString() } });
    return { ...ids(call), lifecyclePolicyText: text };
  },
  DeleteLifecyclePolicy: (call: Call<aws.DeleteLifecyclePolicyRequest>) => {
    const found = lifecycle(call);
    const { lifecycle: _, ...repository } = needed(call);
    repositories.put(call, repository);
    return found;
  },
  PutImageScanningConfiguration: (call: Call<aws.PutImageScanningConfigurationRequest>) => {
    const imageScanningConfiguration = {
      scanOnPush: call.input.imageScanningConfiguration?.scanOnPush ?? false,
    };
    repositories.change(call, needed(call), { imageScanningConfiguration });
    return { ...ids(call), imageScanningConfiguration };
  },
  PutImageTagMutability: (call: Call<aws.PutImageTagMutabilityRequest>) => {
    const imageTagMutability = call.input.imageTagMutability ?? "MUTABLE";
    repositories.change(call, needed(call), { imageTagMutability });
    return { ...ids(call), imageTagMutability };
  },
  DescribeImages: (call: Call<aws.DescribeImagesRequest>) =>
    pageAs(call, "imageDetails", needed(call).images, paging),
  ListImages: (call: Call<aws.ListImagesRequest>) =>
    pageAs(
      call,
      "imageIds",
      needed(call).images.flatMap(({ imageDigest, imageTags }) =>
        imageTags?.length ? imageTags.map((imageTag) => ({ imageDigest, imageTag })) : [{ imageDigest }],
      ),
      paging,
    ),
  PutImage: putImage,
  BatchDeleteImage: deleteImages,
  DescribeRegistry: (call) => ({ registryId: call.accountId, replicationConfiguration: { rules: [] } }),
  GetRegistryScanningConfiguration: (call) => ({
    registryId: call.accountId,
    scanningConfiguration: registryOf(call).scanning,
  }),
  PutRegistryScanningConfiguration: (call: Call<aws.PutRegistryScanningConfigurationRequest>) => {
    const scanning = { scanType: call.input.scanType ?? "BASIC", rules: call.input.rules ?? [] };
    registries(call).put("self", { ...registryOf(call), scanning });
    return { registryScanningConfiguration: scanning };
  },
  GetRegistryPolicy: registryPolicy,
  PutRegistryPolicy: (call: Call<aws.PutRegistryPolicyRequest>) => {
    const policy = checkedPolicy(call.input.policyText ?? "", "InvalidParameterException");
    registries(call).put("self", { ...registryOf(call), policy });
    return registryPolicy(call);
  },
  DeleteRegistryPolicy: (call) => {
    const found = registryPolicy(call);
    registries(call).put("self", { scanning: registryOf(call).scanning });
    return found;
  },
  ...tagOperations(
    {
      tag: "TagResource",
      untag: "UntagResource",
      list: "ListTagsForResource",
      arn: "resourceArn",
      tags: "tags",
      keys: "tagKeys",
      invalid: "InvalidTagParameterException",
    },
    taggedAmong(
      [repositories as never],
      "repositoryArn",
      (arn, call) =>
        new AwsFault(
          "RepositoryNotFoundException",
          `The repository with name '${arn.split("repository/")[1]}' does not exist in the registry with id '${call.accountId}'`,
        ),
    ),
  ),
};

export const ecr: ServiceDefinition = {
  client: "ecr",
  operations: Object.fromEntries(
    Object.entries(operations).map(([name, operation]) => [
      name,
      (call: Call) => operation(inRegistry(call)),
    ]),
  ),
  permissions: {
    ...permissionsOn("ecr", onRepository, (call: Call<{ repositoryName: string }>) =>
      arnIn(inRegistry(call), "ecr", `repository/${call.input.repositoryName}`),
    ),
    DescribeRepositories: (call: Call<aws.DescribeRepositoriesRequest>) =>
      (call.input.repositoryNames ?? ["*"]).map((name) => ({
        action: "ecr:DescribeRepositories",
        resource: arnIn(inRegistry(call), "ecr", `repository/${name}`),
      })),
    ...permissionsOn(
      "ecr",
      ["TagResource", "UntagResource", "ListTagsForResource"],
      (call: Call<{ resourceArn: string }>) => call.input.resourceArn,
    ),
  },
  /** Nobody comes into another account's repository without its policy. */
  resourcePolicy: (call: Call, { resource }) => {
    if (!resource.includes(":repository/")) return undefined;
    const accountId = resource.split(":")[4] ?? "";
    const name = resource.slice(resource.indexOf("repository/") + "repository/".length);
    const text = repositories.find({ ...call, accountId }, name)?.policy;
    if (text !== undefined) return { text, accountId };
    return accountId === call.accountId ? undefined : { text: silentPolicy, accountId };
  },
};
