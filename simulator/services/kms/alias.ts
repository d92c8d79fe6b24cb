// Names of keys: made, moved to another key, deleted. AWS's own cannot be changed.
import type {
  CreateAliasRequest,
  DeleteAliasRequest,
  ListAliasesRequest,
  UpdateAliasRequest,
} from "@aws-sdk/client-kms";
import { AwsFault, type Call, type Operation } from "../../operation.ts";
import { here } from "../records.ts";
import { markers } from "./markers.ts";
import { aliasesIn, aliasOf, needKey } from "./stored-key.ts";

function listAliases(call: Call<ListAliasesRequest>) {
  const keyId = call.input.KeyId ? needKey(call.world, here(call), call.input.KeyId).id : undefined;
  const all = aliasesIn(call.world, here(call)).list();
  const { found, rest } = markers(
    all.filter((each) => !keyId || each.TargetKeyId === keyId),
    call.input,
    50,
    100,
  );
  return { Aliases: found, ...rest };
}

function createAlias(call: Call<CreateAliasRequest>) {
  const { AliasName = "", TargetKeyId = "" } = call.input;
  if (!/^alias\/(?!aws\/)[\w/-]{1,250}$/.test(AliasName))
    throw new AwsFault(
      "InvalidAliasNameException",
      'Alias must start with the prefix "alias/" and not with "alias/aws/"',
    );
  const aliases = aliasesIn(call.world, here(call));
  if (aliases.get(AliasName))
    throw new AwsFault("AlreadyExistsException", `An alias with the name ${AliasName} already exists`);
  const { id } = needKey(call.world, here(call), TargetKeyId);
  aliases.put(AliasName, aliasOf(call.world, here(call), AliasName, id, call.now.toISOString()));
  return {};
}

/** An alias that is the account's own, not AWS's. */
function ownAlias(call: Call, name = "") {
  const aliases = aliasesIn(call.world, here(call));
  const found = aliases.get(name);
  if (name.startsWith("alias/aws/"))
    throw new AwsFault("NotAuthorizedException", "Alias with prefix alias/aws/ cannot be changed", 400);
  if (!found)
    throw new AwsFault(
      "NotFoundException",
      `Alias arn:${call.world.partition}:kms:${call.region}:${call.accountId}:${name} is not found.`,
    );
  return { aliases, found };
}

function updateAlias(call: Call<UpdateAliasRequest>) {
  const { AliasName = "", TargetKeyId = "" } = call.input;
  const { aliases, found } = ownAlias(call, AliasName);
  const { id } = needKey(call.world, here(call), TargetKeyId);
  aliases.put(AliasName, { ...found, TargetKeyId: id, LastUpdatedDate: call.now.toISOString() });
  return {};
}

export const aliasOperations: Record<string, Operation> = {
  ListAliases: listAliases,
  CreateAlias: createAlias,
  UpdateAlias: updateAlias,
  DeleteAlias: (call: Call<DeleteAliasRequest>) => {
    ownAlias(call, call.input.AliasName).aliases.delete(call.input.AliasName ?? "");
    return {};
  },
};
