import * as aws from "@aws-sdk/client-kms";
import { describe, expect, test } from "vitest";
import { checkCalls, startWire } from "./wire-clients.ts";

const wire = startWire();
const kms = () => wire.client(aws.KMSClient, "eu-north-1");
let KeyId = "";
const days = (count: number) => Date.now() + count * 86_400_000;

describe("keys", () => {
  const policyOf = (Action: string) =>
    JSON.stringify({
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Allow",
          Principal: { AWS: `arn:aws:iam::${wire.simulator.managementAccountId}:root` },
          Action,
          Resource: "*",
        },
      ],
    });
  checkCalls([
    [
      "one is made",
      async () => {
        const { KeyMetadata } = await kms().send(
          new aws.CreateKeyCommand({ Description: "d", Tags: [{ TagKey: "a", TagValue: "1" }] }),
        );
        KeyId = KeyMetadata?.KeyId ?? "";
        return KeyMetadata;
      },
      { KeyState: "Enabled", KeyManager: "CUSTOMER", KeySpec: "SYMMETRIC_DEFAULT", MultiRegion: false },
    ],
    [
      "is listed",
      () =>
        kms()
          .send(new aws.ListKeysCommand({}))
          .then((a) => ({ found: a.Keys?.some((key) => key.KeyId === KeyId) })),
      { found: true },
    ],
    [
      "has the policy of the account",
      () => kms().send(new aws.GetKeyPolicyCommand({ KeyId })),
      { PolicyName: "default", Policy: expect.stringContaining(":root") },
    ],
    [
      "does not rotate",
      () => kms().send(new aws.GetKeyRotationStatusCommand({ KeyId })),
      { KeyRotationEnabled: false },
    ],
    [
      "rotates too often",
      () => kms().send(new aws.EnableKeyRotationCommand({ KeyId, RotationPeriodInDays: 30 })),
      "400 ValidationException",
    ],
    ["rotates", () => kms().send(new aws.EnableKeyRotationCommand({ KeyId })), {}],
    [
      "once a year",
      () => kms().send(new aws.GetKeyRotationStatusCommand({ KeyId })),
      { KeyRotationEnabled: true, RotationPeriodInDays: 365 },
    ],
    ["stops rotating", () => kms().send(new aws.DisableKeyRotationCommand({ KeyId })), {}],
    [
      "has tags",
      () => kms().send(new aws.TagResourceCommand({ KeyId, Tags: [{ TagKey: "b", TagValue: "2" }] })),
      {},
    ],
    [
      "shows them",
      () => kms().send(new aws.ListResourceTagsCommand({ KeyId })),
      { Truncated: false, Tags: [{ TagKey: "a" }, { TagKey: "b" }] },
    ],
    [
      "has a name",
      () => kms().send(new aws.CreateAliasCommand({ AliasName: "alias/test", TargetKeyId: KeyId })),
      {},
    ],
    [
      "is found by it",
      () =>
        kms()
          .send(new aws.DescribeKeyCommand({ KeyId: "alias/test" }))
          .then((a) => ({ same: a.KeyMetadata?.KeyId === KeyId })),
      { same: true },
    ],
    [
      "names of AWS's are refused",
      () => kms().send(new aws.CreateAliasCommand({ AliasName: "alias/aws/x", TargetKeyId: KeyId })),
      "400 InvalidAliasNameException",
    ],
    [
      "unknown keys are not found",
      () => kms().send(new aws.DescribeKeyCommand({ KeyId: "11111111-1111-4111-a111-111111111111" })),
      "400 NotFoundException",
    ],
    [
      "a policy that is none",
      () => kms().send(new aws.PutKeyPolicyCommand({ KeyId, Policy: "{}" })),
      "400 MalformedPolicyDocumentException",
    ],
    [
      "is on its way out",
      () => kms().send(new aws.ScheduleKeyDeletionCommand({ KeyId, PendingWindowInDays: 7 })),
      { KeyState: "PendingDeletion", PendingWindowInDays: 7 },
    ],
    [
      "in a week",
      () =>
        kms()
          .send(new aws.DescribeKeyCommand({ KeyId }))
          .then((a) => ({
            ...a.KeyMetadata,
            days: Math.round((Number(a.KeyMetadata?.DeletionDate) - days(0)) / 86_400_000),
          })),
      { KeyState: "PendingDeletion", Enabled: false, days: 7 },
    ],
    [
      "cannot be changed meanwhile",
      () => kms().send(new aws.EnableKeyRotationCommand({ KeyId })),
      "400 KMSInvalidStateException",
    ],
    ["is kept after all", () => kms().send(new aws.CancelKeyDeletionCommand({ KeyId })), {}],
    [
      "but off",
      () => kms().send(new aws.DescribeKeyCommand({ KeyId })),
      { KeyMetadata: { KeyState: "Disabled" } },
    ],
    [
      "a policy that leaves out reading",
      () => kms().send(new aws.PutKeyPolicyCommand({ KeyId, Policy: policyOf("kms:PutKeyPolicy") })),
      {},
    ],
    [
      "then nobody reads, whatever IAM says",
      () => kms().send(new aws.DescribeKeyCommand({ KeyId })),
      "400 AccessDeniedException",
    ],
    [
      "until it is mended",
      () => kms().send(new aws.PutKeyPolicyCommand({ KeyId, Policy: policyOf("kms:*") })),
      {},
    ],
    [
      "and all is well",
      () => kms().send(new aws.DescribeKeyCommand({ KeyId })),
      { KeyMetadata: { KeyState: "Disabled" } },
    ],
  ]);

  test("AWS's own keys show themselves and refuse changes", async () => {
    const client = wire.client(aws.KMSClient, "us-east-1");
    const { KeyMetadata } = await client.send(new aws.DescribeKeyCommand({ KeyId: "alias/aws/ebs" }));
    expect(KeyMetadata).toMatchObject({ KeyManager: "AWS", KeyState: "Enabled" });
    const managed = { KeyId: KeyMetadata?.KeyId ?? "" };
    expect(await client.send(new aws.GetKeyRotationStatusCommand(managed))).toMatchObject({
      KeyRotationEnabled: true,
    });
    await expect(client.send(new aws.DisableKeyRotationCommand(managed))).rejects.toMatchObject({
      name: "AccessDeniedException",
    });
  });

  test("pages hold every key once", async () => {
    for (let index = 0; index < 4; index++) await kms().send(new aws.CreateKeyCommand({}));
    const found: (string | undefined)[] = [];
    for await (const page of aws.paginateListKeys({ client: kms(), pageSize: 2 }, {}))
      found.push(...(page.Keys ?? []).map((key) => key.KeyId));
    expect(found.length).toBeGreaterThanOrEqual(5);
    expect(new Set(found).size).toBe(found.length);
  });
});
