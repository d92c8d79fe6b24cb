// Ids of AWS's form. Deterministic when given a world's stream, random when given `chanceOf`.
import { getRandomValues, randomBytes } from "node:crypto";
import type { Random } from "./world.ts";

const base32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
export const lowerAlphanumeric = "abcdefghijklmnopqrstuvwxyz0123456789";

export type Drawing = Pick<Random, "int">;

/** Numbers that nobody can foretell, for what API calls make. */
export const chance: Drawing = {
  int(below) {
    // Drawn ahead: one system call per number would cost more than what it is for.
    if (drawn === ahead.length) {
      getRandomValues(ahead);
      drawn = 0;
    }
    return (ahead[drawn++] ?? 0) % below;
  },
};
const ahead = new Uint32Array(1024);
let drawn = ahead.length;

/** AROA…, AIDA…, AGPA…, ANPA…, AIPA…: 21 characters. */
export function iamId(prefix: "AROA" | "AIDA" | "AGPA" | "ANPA" | "AIPA", random: Drawing): string {
  return prefix + draw(base32, 17, random);
}

/** 20 characters; as in AWS the account's number lies in the first 8 after the prefix. */
export function accessKeyId(prefix: "AKIA" | "ASIA", accountId: string, random: Drawing): string {
  // 48 bits take 9.6 characters: the tenth ends in two random bits.
  let bits = (1n << 49n) | (BigInt(accountId) << 9n) | BigInt(random.int(512));
  let encoded = "";
  for (let i = 0; i < 10; i++) {
    encoded = base32[Number(bits & 31n)] + encoded;
    bits >>= 5n;
  }
  return prefix + encoded + draw(base32, 6, random);
}

/** The account that made the key, or undefined if it is none. */
export function accountOfAccessKey(id: string): string | undefined {
  if (!/^A(KIA|SIA)[A-Z2-7]{16}$/.test(id)) return undefined;
  let bits = 0n;
  for (const letter of id.slice(4, 14)) bits = (bits << 5n) | BigInt(base32.indexOf(letter));
  const account = ((bits >> 2n) & 0x7fff_ffff_ffffn) >> 7n;
  return account.toString().padStart(12, "0");
}

/** 40 characters of [A-Za-z0-9+/]. */
export function secretAccessKey(): string {
  return randomBytes(30).toString("base64");
}

/** ou-ab12-xxxxxxxx, p-xxxxxxxx, o-xxxxxxxxxx, r-xxxx. */
export function organizationId(prefix: string, length: number, random: Drawing): string {
  return prefix + draw(lowerAlphanumeric, length, random);
}

/** Letters drawn one by one. */
export function draw(letters: string, length: number, random: Drawing): string {
  let text = "";
  for (let i = 0; i < length; i++) text += letters[random.int(letters.length)];
  return text;
}
