// Grants on keys: made, listed, revoked or retired. They are kept and shown, not judged.
import type {
  CreateGrantRequest,
  ListGrantsRequest,
  ListRetirableGrantsRequest,
  RetireGrantRequest,
  RevokeGrantRequest,
} from "@aws-sdk/client-kms";
import { chance, draw } from "../../ids.ts";
import { AwsFault, type Call, type Operation } from "../../operation.ts";
import { here, records } from "../records.ts";
import { markers } from "./markers.ts";
import { needKey, type StoredGrant } from "./stored-key.ts";

const grants = records<StoredGrant>(
  "kms:grant",
  "GrantId",
  (id) => new AwsFault("NotFoundException", `Grant ${id} does not exist`),
);
const keyOf = (call: Call<{ KeyId?: string | undefined }>) =>
  needKey(call.world, here(call), call.input.KeyId ?? "");

function createGrant(call: Call<CreateGrantRequest>) {
  const { metadata } = keyOf(call);
  const { GranteePrincipal = "", RetiringPrincipal, Operations, Constraints, Name } = call.input;
  if (metadata.KeyState !== "Enabled" && metadata.KeyState !== "Disabled")
    throw new AwsFault("KMSInvalidStateException", `${metadata.Arn} is pending deletion.`);
  if (!GranteePrincipal.startsWith("arn:") && !GranteePrincipal.endsWith(".amazonaws.com"))
    throw new AwsFault("InvalidArnException", `${GranteePrincipal} is not a valid ARN`);
  const same = grants
    .list(call)
    .find(
      (each) =>
        Name &&
        each.Name === Name &&
        each.KeyId === metadata.Arn &&
        each.GranteePrincipal === GranteePrincipal,
    );
  const GrantId = same?.GrantId ?? draw("0123456789abcdef", 64, chance);
  grants.put(call, {
    KeyId: metadata.Arn ?? "",
    GrantId,
    Name: Name ?? "",
    CreationDate: call.now.toISOString(),
    GranteePrincipal,
    ...(RetiringPrincipal ? { RetiringPrincipal } : {}),
    IssuingAccount: `arn:${call.world.partition}:iam::${call.accountId}:root`,
    Operations: Operations ?? [],
    ...(Constraints ? { Constraints } : {}),
  });
  return { GrantId, GrantToken: Buffer.from(GrantId).toString("base64") };
}

function listGrants(call: Call<ListGrantsRequest>) {
  const { Arn } = keyOf(call).metadata;
  const { GrantId, GranteePrincipal } = call.input;
  const found = grants
    .list(call)
    .filter(
      (each) =>
        each.KeyId === Arn &&
        (!GrantId || each.GrantId === GrantId) &&
        (!GranteePrincipal || each.GranteePrincipal === GranteePrincipal),
    );
  const paged = markers(found, call.input, 50, 100);
  return { Grants: paged.found, ...paged.rest };
}

function revoke(call: Call<RevokeGrantRequest | RetireGrantRequest>) {
  const { KeyId, GrantId } = call.input;
  const found = grants.need(call, GrantId);
  if (KeyId && found.KeyId !== needKey(call.world, here(call), KeyId).metadata.Arn)
    throw new AwsFault("NotFoundException", `Grant ${GrantId} does not exist`);
  grants.remove(call, found);
  return {};
}

export const grantOperations: Record<string, Operation> = {
  CreateGrant: createGrant,
  ListGrants: listGrants,
  RevokeGrant: revoke,
  RetireGrant: revoke,
  ListRetirableGrants: (call: Call<ListRetirableGrantsRequest>) => {
    const found = grants.list(call).filter((each) => each.RetiringPrincipal === call.input.RetiringPrincipal);
    const paged = markers(found, call.input, 50, 100);
    return { Grants: paged.found, ...paged.rest };
  },
};
