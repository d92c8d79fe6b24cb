// Key pairs: made (the private half is answered once and not kept), imported, deleted.
import { createHash, generateKeyPairSync } from "node:crypto";
import type {
  CreateKeyPairRequest,
  DeleteKeyPairRequest,
  DescribeKeyPairsRequest,
  ImportKeyPairRequest,
  KeyPairInfo,
} from "@aws-sdk/client-ec2";
import { AwsFault, type Call, type Operation } from "../../operation.ts";
import type { Stored } from "../../stored.ts";
import { applyFilters, kept, tagsFrom } from "./describe.ts";
import { ec2Id } from "./ids.ts";

const keyPairs = kept<Stored<KeyPairInfo>>({
  kind: "ec2:key-pair",
  noun: "key pair ID",
  notFound: "InvalidKeyPair.NotFound",
});

const filters = { "key-pair-id": "KeyPairId", fingerprint: "KeyFingerprint", "key-name": "KeyName" };

function byName(call: Call, name: string | undefined): Stored<KeyPairInfo> | undefined {
  return keyPairs.list(call).find((each) => each.KeyName === name);
}

function describeKeyPairs(call: Call<DescribeKeyPairsRequest>) {
  const { KeyNames, KeyPairIds, Filters } = call.input;
  const chosen = KeyPairIds?.length ? KeyPairIds.map((id) => keyPairs.need(call, id)) : keyPairs.list(call);
  const named = KeyNames?.length
    ? KeyNames.map((name) => {
        const found = chosen.find((each) => each.KeyName === name);
        if (!found) throw new AwsFault("InvalidKeyPair.NotFound", `The key pair '${name}' does not exist`);
        return found;
      })
    : chosen;
  return { KeyPairs: applyFilters(named, Filters as never, filters) };
}

function keep(
  call: Call<CreateKeyPairRequest | ImportKeyPairRequest>,
  KeyType: "rsa" | "ed25519",
  material: Uint8Array,
): Stored<KeyPairInfo> {
  const { KeyName = "", TagSpecifications } = call.input;
  if (byName(call, KeyName)) throw new AwsFault("InvalidKeyPair.Duplicate", `The keypair already exists`);
  const digest = createHash(KeyType === "rsa" ? "sha1" : "sha256").update(material);
  const id = ec2Id("key");
  return keyPairs.put(call, id, {
    KeyPairId: id,
    KeyName,
    KeyType,
    KeyFingerprint:
      KeyType === "rsa" ? (digest.digest("hex").match(/../g) ?? []).join(":") : digest.digest("base64"),
    CreateTime: call.now.toISOString(),
    Tags: tagsFrom(TagSpecifications, "key-pair"),
  });
}

function create(call: Call<CreateKeyPairRequest>) {
  const isRsa = call.input.KeyType !== "ed25519";
  const pem = { type: "pkcs8", format: "pem" } as const;
  const made = isRsa ? generateKeyPairSync("rsa", { modulusLength: 2048 }) : generateKeyPairSync("ed25519");
  const der = made.privateKey.export({ type: "pkcs8", format: "der" });
  const pair = keep(call, isRsa ? "rsa" : "ed25519", der);
  return { ...pair, KeyMaterial: made.privateKey.export(pem) };
}

function importPair(call: Call<ImportKeyPairRequest>) {
  const { PublicKeyMaterial } = call.input;
  const text = Buffer.from(PublicKeyMaterial ?? []).toString("utf8");
  const [, type, body] = /^ssh-(rsa|ed25519) (\S+)/.exec(text) ?? [];
  if (!type || !body)
    throw new AwsFault("InvalidKey.Format", "Key is not in valid OpenSSH public key format");
  return keep(call, type as "rsa" | "ed25519", Buffer.from(body, "base64"));
}

/** Deleting one that is not there succeeds, as in AWS. */
function remove(call: Call<DeleteKeyPairRequest>) {
  const { KeyName, KeyPairId } = call.input;
  if (!KeyName && !KeyPairId)
    throw new AwsFault("MissingParameter", "The request must contain the parameter KeyName or KeyPairId");
  const found = KeyName
    ? byName(call, KeyName)
    : keyPairs.list(call).find((each) => each.KeyPairId === KeyPairId);
  if (found) keyPairs.delete(call, found.KeyPairId);
  return { Return: true, ...(found ? { KeyPairId: found.KeyPairId } : {}) };
}

export const keyPairOperations: Record<string, Operation> = {
  DescribeKeyPairs: describeKeyPairs,
  CreateKeyPair: create,
  ImportKeyPair: importPair,
  DeleteKeyPair: remove,
};
