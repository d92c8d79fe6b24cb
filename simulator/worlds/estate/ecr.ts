// Repositories of a drawn estate: scanned or not, overwritable or not, a few open to everyone.
import type { StoredRepository } from "../../services/ecr/repository.ts";
import type { Place, World } from "../../world.ts";
import { derived, keyArnOf } from "./draws.ts";

export const deriveRepositories = (world: World, place: Place): Iterable<[string, StoredRepository]> =>
  derived(world, place, "ecr:repository", 3, (draw) => {
    const { random, isGood } = draw;
    const repositoryName = `${draw.name}/app`;
    const repository: StoredRepository = {
      repositoryName,
      repositoryArn: draw.arn("ecr", `repository/${repositoryName}`),
      registryId: place.accountId,
      repositoryUri: `${place.accountId}.dkr.ecr.${place.region}.amazonaws.com/${repositoryName}`,
      createdAt: draw.daysAgo(60, 900),
      imageTagMutability: isGood() ? "IMMUTABLE" : "MUTABLE",
      imageScanningConfiguration: { scanOnPush: isGood() },
      encryptionConfiguration: isGood()
        ? { encryptionType: "KMS", kmsKey: keyArnOf(draw) }
        : { encryptionType: "AES256" },
      ...(isGood() ? { lifecycle: { text: '{"rules":[]}', at: draw.daysAgo(1) } } : {}),
      ...(isGood() || isGood()
        ? {}
        : {
            policy: JSON.stringify({
              Version: "2008-10-17",
              Statement: [{ Effect: "Allow", Principal: "*", Action: ["ecr:BatchGetImage"] }],
            }),
          }),
      images: Array.from({ length: random.int(3) }, (_, at) => ({
        registryId: place.accountId,
        repositoryName,
        imageDigest: `sha256:${random.hex(64)}`,
        imageTags: [`v${at + 1}`],
        imageSizeInBytes: 1_000_000 + random.int(90_000_000),
        imagePushedAt: draw.daysAgo(1, 400),
      })),
      tagMap: draw.tagMap,
    };
    return [repositoryName, repository];
  });
