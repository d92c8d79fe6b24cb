// Skywarden's own secrets: one master key per installation, a data key per tenant wrapped by it, and
// what else is derived from it. AES-256-GCM and HKDF-SHA-256 of node:crypto, nothing of our own making.
// It knows nothing of tables: the store keeps what wrapKey, seal and checkValue return.

import { createCipheriv, createDecipheriv, hkdfSync, randomBytes, timingSafeEqual } from "node:crypto";

export interface MasterKey {
  /** Names the key without telling anything of it; stored beside what it wraps. */
  readonly id: string;
  readonly bytes: Buffer;
}

/** Tampered with, or sealed with another key, or meant for another place (`aad`). */
export class CannotOpen extends Error {}

const keyBytes = 32;
const ivBytes = 12;
const tagBytes = 16;
/** First byte of everything sealed, so that the algorithm can change. */
const version = 1;
const wrapAad = "skywarden wrapped data key:";
const checkLabel = "check value";

export function masterKeyOf(bytes: Buffer): MasterKey {
  if (bytes.length !== keyBytes) throw new Error(`a master key has ${keyBytes} bytes, not ${bytes.length}`);
  const id = Buffer.from(hkdfSync("sha256", bytes, "skywarden", "key id", 8)).toString("hex");
  return { id, bytes };
}

/** 32 bytes as 64 hexadecimal digits or base64 (also base64url); otherwise what is wrong, for "NAME …". */
export function parseMasterKey(text: string): Buffer | string {
  const trimmed = text.trim();
  if (/^[0-9a-f]{64}$/i.test(trimmed)) return Buffer.from(trimmed, "hex");
  if (/^[A-Za-z0-9+/_-]{43}=?$/.test(trimmed)) return Buffer.from(trimmed, "base64");
  return "must be 32 random bytes in base64 or hexadecimal, made for example by: openssl rand -base64 32";
}

export function newMasterKeyText(): string {
  return randomBytes(keyBytes).toString("base64");
}

/** Equal for equal keys and useless without: the database keeps it and refuses a process with another key. */
export function checkValue(master: MasterKey): string {
  return derive(master, checkLabel).toString("base64");
}

export function matchesCheckValue(master: MasterKey, stored: string): boolean {
  return sameBytes(Buffer.from(stored, "base64"), derive(master, checkLabel));
}

/** An independent key per label: passwords of database roles, signing of sessions, HMAC of sensitive fields. */
export function derive(master: MasterKey, label: string): Buffer {
  return Buffer.from(hkdfSync("sha256", master.bytes, "skywarden", `derive ${label}`, keyBytes));
}

export function newDataKey(): Buffer {
  return randomBytes(keyBytes);
}

/** Text for a column: version, id of the master key, sealed data key. `aad` = whose it is (the tenant's id). */
export function wrapKey(master: MasterKey, dataKey: Buffer, aad: string): string {
  return `${version}.${master.id}.${seal(master.bytes, dataKey, wrapAad + aad).toString("base64url")}`;
}

/** Throws CannotOpen. During a rotation the caller picks the master key by keyIdOf. */
export function unwrapKey(master: MasterKey, wrapped: string, aad: string): Buffer {
  const [, id, sealed] = wrapped.split(".");
  if (id !== master.id || sealed === undefined) {
    throw new CannotOpen(`the data key is wrapped by the master key ${id}, not by ${master.id}`);
  }
  return openBytes(master.bytes, Buffer.from(sealed, "base64url"), wrapAad + aad);
}

export function keyIdOf(wrapped: string): string | undefined {
  return wrapped.split(".")[1];
}

/** `aad` binds the secret to its place, for example "<tenant>/organization/<id>/secretAccessKey". */
export function seal(dataKey: Buffer, plaintext: string | Buffer, aad: string): Buffer {
  const iv = randomBytes(ivBytes);
  const cipher = createCipheriv("aes-256-gcm", dataKey, iv, { authTagLength: tagBytes });
  cipher.setAAD(Buffer.from(aad, "utf8"));
  const body = Buffer.concat([cipher.update(plaintext), cipher.final()]);
  return Buffer.concat([Buffer.from([version]), iv, cipher.getAuthTag(), body]);
}

/** Throws CannotOpen. */
export function open(dataKey: Buffer, sealed: Buffer, aad: string): string {
  return openBytes(dataKey, sealed, aad).toString("utf8");
}

function openBytes(dataKey: Buffer, sealed: Buffer, aad: string): Buffer {
  const start = 1 + ivBytes + tagBytes;
  if (sealed.length < start || sealed[0] !== version)
    throw new CannotOpen("this is nothing that Skywarden sealed");
  const decipher = createDecipheriv("aes-256-gcm", dataKey, sealed.subarray(1, 1 + ivBytes), {
    authTagLength: tagBytes,
  });
  decipher.setAAD(Buffer.from(aad, "utf8"));
  decipher.setAuthTag(sealed.subarray(1 + ivBytes, start));
  try {
    return Buffer.concat([decipher.update(sealed.subarray(start)), decipher.final()]);
  } catch (error) {
    throw new CannotOpen("the secret was changed, or sealed with another key, or for another place", {
      cause: error,
    });
  }
}

function sameBytes(left: Buffer, right: Buffer): boolean {
  return left.length === right.length && timingSafeEqual(left, right);
}
