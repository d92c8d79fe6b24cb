import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import {
  CannotOpen,
  checkValue,
  derive,
  keyIdOf,
  masterKeyOf,
  matchesCheckValue,
  newDataKey,
  newMasterKeyText,
  open,
  parseMasterKey,
  seal,
  unwrapKey,
  wrapKey,
} from "./secrets.ts";

const bytes = Buffer.from("00112233445566778899aabbccddeeff".repeat(2), "hex");
const master = masterKeyOf(bytes);
const other = masterKeyOf(randomBytes(32));
const wrongForm = /^must be 32 random bytes in base64 or hexadecimal/;

test.each([
  ["hexadecimal", bytes.toString("hex")],
  ["upper case", bytes.toString("hex").toUpperCase()],
  ["base64", bytes.toString("base64")],
  ["base64url", bytes.toString("base64url")],
  ["a line of a file", `${bytes.toString("base64")}\n`],
])("a master key is read from %s", (_what, text) => {
  expect(parseMasterKey(text)).toEqual(bytes);
});

test.each([
  ["nothing", ""],
  ["16 bytes", bytes.subarray(16).toString("base64")],
  ["33 bytes", Buffer.concat([bytes, Buffer.of(1)]).toString("base64")],
  ["63 digits", bytes.toString("hex").slice(1)],
  ["a pass phrase", "correct horse battery staple correct horse!"],
])("a master key is not %s", (_what, text) => {
  expect(parseMasterKey(text)).toMatch(wrongForm);
});

test("new master keys can be read and differ", () => {
  expect(parseMasterKey(newMasterKeyText())).toHaveLength(32);
  expect(newMasterKeyText()).not.toBe(newMasterKeyText());
});

test("what is derived stays as it is: stored data depend on it", () => {
  expect(master.id).toBe("cbc6ff323773b9d6");
  expect(derive(master, "database role skywarden_app").toString("hex")).toBe(
    "8906e21ac8424bf534f3036409e4e607b607cb11b237878341895ba85910f052",
  );
  expect(checkValue(master)).toBe("bV2KaVAzjpIQ6P6IjD3/tGqEumwKGC3lwTLvbQ/mN4w=");
});

test("labels and keys give independent derivations", () => {
  const all = [derive(master, "a"), derive(master, "b"), derive(other, "a")].map((key) =>
    key.toString("hex"),
  );
  expect(new Set(all).size).toBe(3);
  expect(derive(master, "a")).toEqual(derive(masterKeyOf(bytes), "a"));
});

test("the check value tells this key from another", () => {
  expect(matchesCheckValue(master, checkValue(master))).toBe(true);
  expect(matchesCheckValue(other, checkValue(master))).toBe(false);
  expect(matchesCheckValue(master, "")).toBe(false);
});

test.each(["", "grün 🌳", "x".repeat(100_000)])("a sealed secret opens again", (secret) => {
  const key = newDataKey();
  const sealed = seal(key, secret, "tenant/place");
  expect(open(key, sealed, "tenant/place")).toBe(secret);
  if (secret !== "") expect(sealed.includes(secret)).toBe(false);
  expect(seal(key, secret, "tenant/place")).not.toEqual(sealed);
});

test.each<[string, (sealed: Buffer, key: Buffer) => string]>([
  ["with another key", (sealed) => open(newDataKey(), sealed, "place")],
  ["in another place", (sealed, key) => open(key, sealed, "another place")],
  ["cut off", (sealed, key) => open(key, sealed.subarray(0, -1), "place")],
  ["empty", (_sealed, key) => open(key, Buffer.alloc(0), "place")],
  ["longer", (sealed, key) => open(key, Buffer.concat([sealed, Buffer.of(0)]), "place")],
])("a secret does not open %s", (_what, attempt) => {
  const key = newDataKey();
  expect(() => attempt(seal(key, "secret", "place"), key)).toThrow(CannotOpen);
});

test("no single changed bit of a sealed secret goes unnoticed", () => {
  const key = newDataKey();
  const sealed = seal(key, "secret", "place");
  for (let bit = 0; bit < sealed.length * 8; bit += 1) {
    const changed = Buffer.from(sealed);
    changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    expect(() => open(key, changed, "place"), `bit ${bit}`).toThrow(CannotOpen);
  }
});

test("a data key is wrapped for one tenant by one master key", () => {
  const key = newDataKey();
  const wrapped = wrapKey(master, key, "tenant-1");
  expect(keyIdOf(wrapped)).toBe(master.id);
  expect(unwrapKey(master, wrapped, "tenant-1")).toEqual(key);
  expect(() => unwrapKey(master, wrapped, "tenant-2")).toThrow(CannotOpen);
  expect(() => unwrapKey(other, wrapped, "tenant-1")).toThrow(
    `the data key is wrapped by the master key ${master.id}, not by ${other.id}`,
  );
  // Even with the other key's name on it.
  expect(() => unwrapKey(other, wrapped.replace(master.id, other.id), "tenant-1")).toThrow(CannotOpen);
  expect(() => unwrapKey(master, "", "tenant-1")).toThrow(CannotOpen);
  // What is sealed as a secret is no wrapped key, though both are of the same form.
  const sealed = seal(master.bytes, key, "tenant-1").toString("base64url");
  expect(() => unwrapKey(master, `1.${master.id}.${sealed}`, "tenant-1")).toThrow(CannotOpen);
});
