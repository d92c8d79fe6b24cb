// What undoes or moves names of keys, and grants on them.
import * as aws from "@aws-sdk/client-kms";
import { expect, test } from "vitest";
import { checkCalls, startWire } from "../wire-clients.ts";

const wire = startWire();
const client = () => wire.client(aws.KMSClient, "eu-north-1");
const ids = { first: "", second: "", grant: "" };
const AliasName = "alias/app";
const grants = () => client().send(new aws.ListGrantsCommand({ KeyId: ids.first }));

checkCalls([
  [
    "two keys and a name",
    async () => {
      const made = async () => (await client().send(new aws.CreateKeyCommand({}))).KeyMetadata?.KeyId ?? "";
      ids.first = await made();
      ids.second = await made();
      return client().send(new aws.CreateAliasCommand({ AliasName, TargetKeyId: ids.first }));
    },
    {},
  ],
  ["moves", () => client().send(new aws.UpdateAliasCommand({ AliasName, TargetKeyId: ids.second })), {}],
  [
    "to the other",
    () =>
      client()
        .send(new aws.DescribeKeyCommand({ KeyId: AliasName }))
        .then((a) => ({ isSecond: a.KeyMetadata?.KeyId === ids.second })),
    { isSecond: true },
  ],
  ["deleted", () => client().send(new aws.DeleteAliasCommand({ AliasName })), {}],
  ["for good", () => client().send(new aws.DeleteAliasCommand({ AliasName })), "400 NotFoundException"],
  [
    "a grant to nobody",
    () =>
      client().send(
        new aws.CreateGrantCommand({ KeyId: ids.first, GranteePrincipal: "x", Operations: ["Decrypt"] }),
      ),
    "400 InvalidArnException",
  ],
  [
    "a grant",
    async () => {
      const answer = await client().send(
        new aws.CreateGrantCommand({
          KeyId: ids.first,
          GranteePrincipal: "arn:aws:iam::111111111111:role/app",
          Operations: ["Decrypt"],
        }),
      );
      ids.grant = answer.GrantId ?? "";
      return answer;
    },
    { GrantId: expect.stringMatching(/^[0-9a-f]{64}$/) },
  ],
  ["is listed", grants, { Grants: [{ Operations: ["Decrypt"], KeyId: expect.stringContaining(":key/") }] }],
  ["revoked", () => client().send(new aws.RevokeGrantCommand({ KeyId: ids.first, GrantId: ids.grant })), {}],
  [
    "for good",
    () => client().send(new aws.RevokeGrantCommand({ KeyId: ids.first, GrantId: ids.grant })),
    "400 NotFoundException",
  ],
  [
    "another description",
    () => client().send(new aws.UpdateKeyDescriptionCommand({ KeyId: ids.first, Description: "new" })),
    {},
  ],
  [
    "is shown",
    () => client().send(new aws.DescribeKeyCommand({ KeyId: ids.first })),
    { KeyMetadata: { Description: "new" } },
  ],
]);

test("pages hold every grant once", async () => {
  for (let index = 0; index < 5; index++)
    await client().send(
      new aws.CreateGrantCommand({
        KeyId: ids.first,
        GranteePrincipal: `arn:aws:iam::111111111111:role/app-${index}`,
        Operations: ["Encrypt"],
      }),
    );
  const found: (string | undefined)[] = [];
  for await (const page of aws.paginateListGrants({ client: client(), pageSize: 2 }, { KeyId: ids.first }))
    found.push(...(page.Grants ?? []).map((each) => each.GrantId));
  expect(found.length).toBe(5);
  expect(new Set(found).size).toBe(5);
});
