// Secrets and image repositories of a demo account, and who of other accounts gets at them.
import type { StoredRepository } from "../../services/ecr/repository.ts";
import type { StoredGrant } from "../../services/kms/stored-key.ts";
import type { StoredSecret } from "../../services/secrets-manager/stored-secret.ts";
import type { Random } from "../../world.ts";
import { chosenIds } from "./accounts.ts";
import { add, type Draft, daysAgo, isGood, isRareFault, streamOf, tagsFor, teamOf, uuid } from "./draft.ts";
import type { Keys } from "./keys.ts";

const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
const tagMap = (draft: Draft, name: string) =>
  Object.fromEntries(tagsFor(draft, name).map(({ Key, Value }) => [Key, Value]));
const policyText = (statement: object) =>
  JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", ...statement }] });

export function drawVault(draft: Draft, keys: Keys): void {
  const random = streamOf(draft, "vault");
  drawSecret(draft, random, keys);
  if (random.chance(0.7)) drawRepository(draft, random, keys);
  if (random.chance(0.3)) drawGrant(draft, random, keys);
}

function drawSecret(draft: Draft, random: Random, keys: Keys): void {
  const region = draft.regions[0];
  const Name = `${teamOf(draft)}/database`;
  const arn = `arn:${draft.world.partition}:secretsmanager:${region}:${draft.accountId}:secret:${Name}`;
  const version = uuid(random);
  const rotates = isGood(draft, random);
  const created = daysAgo(draft, 200 + random.int(600));
  const changed = rotates ? daysAgo(draft, 1 + random.int(28)) : created;
  const secret: StoredSecret = {
    Name,
    ARN: `${arn}-${Array.from({ length: 6 }, () => random.pick([...letters])).join("")}`,
    Description: `Database of ${teamOf(draft)}`,
    ...(isGood(draft, random) ? { KmsKeyId: keys.own } : {}),
    CreatedDate: created,
    LastChangedDate: changed,
    ...(isGood(draft, random)
      ? { LastAccessedDate: `${daysAgo(draft, random.int(20)).slice(0, 10)}T00:00:00.000Z` }
      : {}),
    ...(rotates
      ? {
          RotationEnabled: true,
          RotationLambdaARN: `arn:${draft.world.partition}:lambda:${region}:${draft.accountId}:function:${teamOf(draft)}-worker`,
          RotationRules: { AutomaticallyAfterDays: 30 },
          LastRotatedDate: changed,
        }
      : {}),
    VersionIdsToStages: { [version]: ["AWSCURRENT"] },
    values: { [version]: { SecretString: `FAKE-${random.hex(16)}`, createdAt: changed } },
    ...secretPolicy(draft, random),
    tagMap: tagMap(draft, Name),
  };
  add(draft, region, "secrets-manager:secret", Name, secret);
}

/** The pipeline may read some; one in a hundred careless ones is for everybody. */
function secretPolicy(draft: Draft, random: Random): Pick<StoredSecret, "policy"> {
  const Action = "secretsmanager:GetSecretValue";
  if (isRareFault(draft, random, 0.1))
    return { policy: policyText({ Sid: "Everybody", Principal: "*", Action, Resource: "*" }) };
  if (!random.chance(0.25)) return {};
  const { pipelineAccountId } = chosenIds(draft.world);
  const AWS = `arn:${draft.world.partition}:iam::${pipelineAccountId}:root`;
  return { policy: policyText({ Sid: "Pipeline", Principal: { AWS }, Action, Resource: "*" }) };
}

function drawRepository(draft: Draft, random: Random, keys: Keys): void {
  const region = draft.regions[0];
  const repositoryName = `${teamOf(draft)}/app`;
  const repository: StoredRepository = {
    repositoryName,
    repositoryArn: `arn:${draft.world.partition}:ecr:${region}:${draft.accountId}:repository/${repositoryName}`,
    registryId: draft.accountId,
    repositoryUri: `${draft.accountId}.dkr.ecr.${region}.amazonaws.com/${repositoryName}`,
    createdAt: daysAgo(draft, 60 + random.int(700)),
    imageTagMutability: isGood(draft, random) ? "IMMUTABLE" : "MUTABLE",
    imageScanningConfiguration: { scanOnPush: isGood(draft, random) },
    encryptionConfiguration: isGood(draft, random)
      ? { encryptionType: "KMS", kmsKey: keys.own }
      : { encryptionType: "AES256" },
    images: [],
    ...repositoryPolicy(draft, random),
    tagMap: tagMap(draft, repositoryName),
  };
  add(draft, region, "ecr:repository", repositoryName, repository);
}

/** Pulled by the organization; carelessly by the world. */
function repositoryPolicy(draft: Draft, random: Random): Pick<StoredRepository, "policy"> {
  const pull = { Principal: "*", Action: ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"] };
  if (isRareFault(draft, random, 0.12)) return { policy: policyText({ Sid: "Everybody", ...pull }) };
  if (!random.chance(0.5)) return {};
  const { pipelineAccountId } = chosenIds(draft.world);
  const AWS = `arn:${draft.world.partition}:iam::${pipelineAccountId}:root`;
  return { policy: policyText({ Sid: "Pipeline", ...pull, Principal: { AWS } }) };
}

/** The key lent to the pipeline's role, which no policy of the key shows. */
function drawGrant(draft: Draft, random: Random, keys: Keys): void {
  const { pipelineAccountId } = chosenIds(draft.world);
  const grant: StoredGrant = {
    KeyId: keys.own,
    GrantId: random.hex(64),
    Name: "pipeline",
    CreationDate: daysAgo(draft, random.int(300)),
    GranteePrincipal: `arn:${draft.world.partition}:iam::${pipelineAccountId}:role/meridian-pipeline`,
    IssuingAccount: `arn:${draft.world.partition}:iam::${draft.accountId}:root`,
    Operations: ["Decrypt", "DescribeKey"],
  };
  add(draft, draft.regions[0], "kms:grant", grant.GrantId, grant);
}
