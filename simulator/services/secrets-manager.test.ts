import * as aws from "@aws-sdk/client-secrets-manager";
import { expect, test } from "vitest";
import { checkCalls, startWire } from "./wire-clients.ts";

const wire = startWire();
const client = () => wire.client(aws.SecretsManagerClient, "eu-north-1");
const SecretId = "app/database";
const describe = () => client().send(new aws.DescribeSecretCommand({ SecretId }));
const role = "arn:aws:lambda:eu-north-1:111111111111:function:rotate";
const open = (Condition = "") =>
  `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"secretsmanager:GetSecretValue","Resource":"*"${Condition}}]}`;

checkCalls([
  [
    "a name that is none",
    () => client().send(new aws.CreateSecretCommand({ Name: "a b" })),
    "400 ValidationException",
  ],
  [
    "a secret",
    () =>
      client().send(
        new aws.CreateSecretCommand({
          Name: SecretId,
          SecretString: "one",
          Tags: [{ Key: "a", Value: "1" }],
        }),
      ),
    { Name: SecretId, ARN: expect.stringMatching(/:secret:app\/database-[A-Za-z0-9]{6}$/) },
  ],
  [
    "the same name again",
    () => client().send(new aws.CreateSecretCommand({ Name: SecretId })),
    "400 ResourceExistsException",
  ],
  ["is described", describe, { Tags: [{ Key: "a", Value: "1" }] }],
  [
    "without rotation",
    () => describe().then((a) => ({ keys: Object.keys(a).filter((key) => key.startsWith("Rotation")) })),
    { keys: [] },
  ],
  [
    "rotation needs a function",
    () => client().send(new aws.RotateSecretCommand({ SecretId })),
    "400 InvalidRequestException",
  ],
  [
    "rotates",
    () =>
      client().send(
        new aws.RotateSecretCommand({
          SecretId,
          RotationLambdaARN: role,
          RotationRules: { AutomaticallyAfterDays: 30 },
        }),
      ),
    {},
  ],
  [
    "is shown so",
    describe,
    {
      RotationEnabled: true,
      RotationRules: { AutomaticallyAfterDays: 30 },
      LastRotatedDate: expect.any(Date),
    },
  ],
  ["stops", () => client().send(new aws.CancelRotateSecretCommand({ SecretId })), {}],
  ["is shown so", describe, { RotationEnabled: false }],
  ["a new value", () => client().send(new aws.PutSecretValueCommand({ SecretId, SecretString: "two" })), {}],
  [
    "is current",
    () => client().send(new aws.GetSecretValueCommand({ SecretId })),
    { SecretString: "two", VersionStages: ["AWSCURRENT"] },
  ],
  [
    "the old one is kept",
    () => client().send(new aws.GetSecretValueCommand({ SecretId, VersionStage: "AWSPREVIOUS" })),
    { SecretString: "one" },
  ],
  [
    "an open policy is refused",
    () =>
      client().send(
        new aws.PutResourcePolicyCommand({ SecretId, ResourcePolicy: open(), BlockPublicPolicy: true }),
      ),
    "400 PublicPolicyException",
  ],
  [
    "one that is none",
    () => client().send(new aws.PutResourcePolicyCommand({ SecretId, ResourcePolicy: "{}" })),
    "400 MalformedPolicyDocumentException",
  ],
  [
    "an open policy",
    () => client().send(new aws.PutResourcePolicyCommand({ SecretId, ResourcePolicy: open() })),
    { Name: SecretId },
  ],
  [
    "is shown",
    () => client().send(new aws.GetResourcePolicyCommand({ SecretId })),
    { ResourcePolicy: open() },
  ],
  ["and taken away", () => client().send(new aws.DeleteResourcePolicyCommand({ SecretId })), {}],
  [
    "tags",
    () => client().send(new aws.TagResourceCommand({ SecretId, Tags: [{ Key: "b", Value: "2" }] })),
    {},
  ],
  ["less of them", () => client().send(new aws.UntagResourceCommand({ SecretId, TagKeys: ["a"] })), {}],
  ["are shown", describe, { Tags: [{ Key: "b", Value: "2" }] }],
  [
    "too soon to be deleted",
    () => client().send(new aws.DeleteSecretCommand({ SecretId, RecoveryWindowInDays: 3 })),
    "400 InvalidParameterException",
  ],
  ["to be deleted", () => client().send(new aws.DeleteSecretCommand({ SecretId })), { Name: SecretId }],
  [
    "then it cannot be read",
    () => client().send(new aws.GetSecretValueCommand({ SecretId })),
    "400 InvalidRequestException",
  ],
  ["but described", describe, { DeletedDate: expect.any(Date) }],
  ["kept after all", () => client().send(new aws.RestoreSecretCommand({ SecretId })), {}],
  [
    "deleted at once",
    () => client().send(new aws.DeleteSecretCommand({ SecretId, ForceDeleteWithoutRecovery: true })),
    {},
  ],
  ["for good", describe, "400 ResourceNotFoundException"],
]);

test("pages hold every secret once", async () => {
  for (let index = 0; index < 5; index++)
    await client().send(new aws.CreateSecretCommand({ Name: `page-${index}` }));
  const names: (string | undefined)[] = [];
  for await (const page of aws.paginateListSecrets({ client: client(), pageSize: 2 }, {}))
    names.push(...(page.SecretList ?? []).map((each) => each.Name));
  expect(names.toSorted()).toEqual(["page-0", "page-1", "page-2", "page-3", "page-4"]);
});
