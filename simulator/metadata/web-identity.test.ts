// Tokens of the world's issuer: verified by its own key set and by nothing else, only in time.
import { createPublicKey, verify } from "node:crypto";
import { expect, test } from "vitest";
import { keySet, signWebIdentity, verifyWebIdentity } from "./web-identity.ts";

const now = new Date("2026-11-22T10:00:00Z");
const seconds = now.getTime() / 1000;
const claims = {
  iss: "https://issuer",
  sub: "system:serviceaccount:a:b",
  aud: "x",
  iat: seconds,
  exp: seconds + 60,
};
const token = signWebIdentity("secret", claims);
const [head = "", payload = "", signature = ""] = token.split(".");
const forged = Buffer.from(JSON.stringify({ ...claims, sub: "other" })).toString("base64url");
const none = Buffer.from(JSON.stringify({ alg: "none" })).toString("base64url");

test.each([
  ["is good in time", token, now, { claims }],
  ["ends", token, new Date((seconds + 60) * 1000), { problem: "expired", claims }],
  [
    "has a beginning",
    signWebIdentity("secret", { ...claims, nbf: seconds + 10 }),
    now,
    { problem: "not-yet", claims: { ...claims, nbf: seconds + 10 } },
  ],
  ["of another world", signWebIdentity("other", claims), now, { problem: "signature", claims }],
  [
    "with other claims",
    `${head}.${forged}.${signature}`,
    now,
    { problem: "signature", claims: { ...claims, sub: "other" } },
  ],
  ["unsigned", `${none}.${payload}.`, now, { problem: "signature", claims }],
  ["of two parts", `${head}.${payload}`, now, { problem: "signature", claims }],
  ["of no JSON", "a.b.c", now, { problem: "malformed" }],
  ["of four parts", `${token}.x`, now, { problem: "malformed" }],
])("a token that %s", (_, given, at, expected) => {
  expect(verifyWebIdentity("secret", given, at)).toEqual(expected);
});

test("the key set verifies what the world signs, and says which key did", () => {
  const [jwk] = keySet("secret").keys as { kid: string; kty: string }[];
  const key = createPublicKey({ key: jwk as never, format: "jwk" });
  const isGood = verify(
    "sha256",
    Buffer.from(`${head}.${payload}`),
    { key, dsaEncoding: "ieee-p1363" },
    Buffer.from(signature, "base64url"),
  );
  expect(isGood).toBe(true);
  expect(JSON.parse(Buffer.from(head, "base64url").toString())).toMatchObject({
    alg: "ES256",
    kid: jwk?.kid,
  });
  expect(jwk).not.toHaveProperty("d");
});
