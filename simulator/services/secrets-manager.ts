// Secrets Manager: secrets with versions, rotation, resource policy and scheduled deletion. Rotation functions are never run.
import { randomUUID } from "node:crypto";
import type * as aws from "@aws-sdk/client-secrets-manager";
import { chance, draw } from "../ids.ts";
import { AwsFault, type Call, type ServiceDefinition } from "../operation.ts";
import { arnIn, given, pageAs, permissionsOn, tagListOf, tagMapOf, tagOperations } from "./records.ts";
import {
  cancelRotation,
  deletePolicy,
  deleteSecret,
  needed,
  putPolicy,
  restoreSecret,
  rotateSecret,
} from "./secrets-manager/deletion.ts";
import { find, need, type StoredSecret, secrets, withVersion } from "./secrets-manager/stored-secret.ts";

function shown({ tagMap, ...secret }: StoredSecret) {
  return { ...secret, SecretVersionsToStages: secret.VersionIdsToStages, Tags: tagListOf(tagMap) };
}

function listSecrets(call: Call<aws.ListSecretsRequest>) {
  const { Filters, IncludePlannedDeletion } = call.input;
  const texts: Record<string, (secret: StoredSecret) => string[]> = {
    name: (secret) => [secret.Name],
    description: (secret) => [secret.Description ?? ""],
    "tag-key": (secret) => Object.keys(secret.tagMap),
    "tag-value": (secret) => Object.values(secret.tagMap),
    all: (secret) => [secret.Name, secret.Description ?? "", ...Object.entries(secret.tagMap).flat()],
  };
  const found = secrets
    .list(call)
    .filter((each) => IncludePlannedDeletion || !each.DeletedDate)
    .filter((each) =>
      (Filters ?? []).every(({ Key = "all", Values = [] }) => {
        const has = (prefix: string) => texts[Key]?.(each).some((text) => text.startsWith(prefix)) ?? false;
        return Values.some((value) => (value.startsWith("!") ? !has(value.slice(1)) : has(value)));
      }),
    );
  const paging = {
    limit: "MaxResults",
    token: "NextToken",
    standard: 100,
    most: 100,
    code: "InvalidNextTokenException",
  };
  return pageAs(call, "SecretList", found.map(shown), paging);
}

function createSecret(call: Call<aws.CreateSecretRequest>) {
  const { Name = "", SecretString, SecretBinary, ClientRequestToken = randomUUID(), Tags } = call.input;
  if (!/^[\w/+=.@-]{1,512}$/.test(Name))
    throw new AwsFault(
      "ValidationException",
      "Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@!",
    );
  const old = secrets.find(call, Name);
  if (old?.DeletedDate)
    throw new AwsFault(
      "InvalidRequestException",
      "You can't create this secret because a secret with this name is already scheduled for deletion.",
    );
  if (old)
    throw new AwsFault(
      "ResourceExistsException",
      `The operation failed because the secret ${Name} already exists.`,
    );
  const letters = draw("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789", 6, chance);
  const bare: StoredSecret = {
    Name,
    ARN: arnIn(call, "secretsmanager", `secret:${Name}-${letters}`),
    ...given(call.input, "Description", "KmsKeyId"),
    CreatedDate: call.now.toISOString(),
    LastChangedDate: call.now.toISOString(),
    VersionIdsToStages: {},
    values: {},
    tagMap: tagMapOf(Tags),
  };
  const hasValue = SecretString !== undefined || SecretBinary !== undefined;
  const secret = hasValue
    ? withVersion(call, bare, { SecretString, SecretBinary }, ClientRequestToken)
    : bare;
  secrets.put(call, secret);
  return { ARN: secret.ARN, Name, ...(hasValue ? { VersionId: ClientRequestToken } : {}) };
}

function putValue(call: Call<aws.PutSecretValueRequest>) {
  const { SecretString, SecretBinary, ClientRequestToken = randomUUID() } = call.input;
  const { ARN, Name } = secrets.put(
    call,
    withVersion(call, needed(call), { SecretString, SecretBinary }, ClientRequestToken),
  );
  return { ARN, Name, VersionId: ClientRequestToken, VersionStages: ["AWSCURRENT"] };
}

function getValue(call: Call<aws.GetSecretValueRequest>) {
  const secret = needed(call);
  const { VersionId, VersionStage = "AWSCURRENT" } = call.input;
  const found =
    VersionId ??
    Object.entries(secret.VersionIdsToStages).find(([, stages]) => stages.includes(VersionStage))?.[0];
  const value = secret.values[found ?? ""];
  if (!value)
    throw new AwsFault(
      "ResourceNotFoundException",
      `Secrets Manager can't find the specified secret value for staging label: ${VersionStage}`,
    );
  const { ARN, Name, VersionIdsToStages } = secret;
  const VersionStages = VersionIdsToStages[found ?? ""] ?? [];
  secrets.change(call, secret, { LastAccessedDate: `${call.now.toISOString().slice(0, 10)}T00:00:00.000Z` });
  const SecretBinary = value.SecretBinary ? Buffer.from(value.SecretBinary, "base64") : undefined;
  return {
    ARN,
    Name,
    VersionId: found,
    VersionStages,
    SecretString: value.SecretString,
    SecretBinary,
    CreatedDate: value.createdAt,
  };
}

function updateSecret(call: Call<aws.UpdateSecretRequest>) {
  const { SecretString, SecretBinary, ClientRequestToken = randomUUID() } = call.input;
  const changed = { ...needed(call), ...given(call.input, "Description", "KmsKeyId") };
  const hasValue = SecretString !== undefined || SecretBinary !== undefined;
  const { ARN, Name } = secrets.put(
    call,
    hasValue
      ? withVersion(call, changed, { SecretString, SecretBinary }, ClientRequestToken)
      : { ...changed, LastChangedDate: call.now.toISOString() },
  );
  return { ARN, Name, ...(hasValue ? { VersionId: ClientRequestToken } : {}) };
}

const onSecret = [
  "DescribeSecret",
  "GetSecretValue",
  "PutSecretValue",
  "UpdateSecret",
  "RotateSecret",
  "CancelRotateSecret",
  "DeleteSecret",
  "RestoreSecret",
  "TagResource",
  "UntagResource",
  "GetResourcePolicy",
  "PutResourcePolicy",
  "DeleteResourcePolicy",
];
const tagTarget = (call: Call, id: string) => {
  const secret = need(call, id);
  return {
    tags: secret.tagMap,
    store: (tagMap: StoredSecret["tagMap"]) => void secrets.change(call, secret, { tagMap }),
  };
};
export const secretsManager: ServiceDefinition = {
  client: "secrets-manager",
  operations: {
    ListSecrets: listSecrets,
    DescribeSecret: (call: Call<aws.DescribeSecretRequest>) => shown(need(call, call.input.SecretId, true)),
    GetSecretValue: getValue,
    CreateSecret: createSecret,
    PutSecretValue: putValue,
    UpdateSecret: updateSecret,
    RotateSecret: rotateSecret,
    CancelRotateSecret: cancelRotation,
    DeleteSecret: deleteSecret,
    RestoreSecret: restoreSecret,
    GetResourcePolicy: (call: Call<aws.GetResourcePolicyRequest>) => {
      const { ARN, Name, policy } = needed(call);
      return { ARN, Name, ResourcePolicy: policy };
    },
    PutResourcePolicy: putPolicy,
    DeleteResourcePolicy: deletePolicy,
    ...tagOperations(
      { tag: "TagResource", untag: "UntagResource", arn: "SecretId", invalid: "InvalidParameterException" },
      tagTarget,
    ),
  },
  permissions: permissionsOn("secretsmanager", onSecret, (call: Call<{ SecretId: string }>) => {
    const { SecretId } = call.input;
    if (SecretId.startsWith("arn:")) return SecretId;
    return find(call, SecretId)?.ARN ?? arnIn(call, "secretsmanager", `secret:${SecretId}-??????`);
  }),
  resourcePolicy: (call: Call, { resource }) => {
    const text = find(call, resource)?.policy;
    return text === undefined ? undefined : { text, accountId: call.accountId };
  },
};
