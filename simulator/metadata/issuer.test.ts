// The world's OIDC issuer over HTTP: its documents, tokens as wished, files with tokens.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { startSmall } from "../small-clients.ts";
import { verifyWebIdentity } from "./web-identity.ts";

const tokenFolder = mkdtempSync(join(tmpdir(), "simulator-issuer-"));
afterAll(() => rmSync(tokenFolder, { recursive: true }));
const wire = startSmall({ tokenFolder });

async function wish(body: object) {
  const answer = await fetch(`${wire.simulator.adminUrl}/web-identity-tokens`, {
    method: "POST",
    body: JSON.stringify(body),
  });
  return { status: answer.status, body: (await answer.json()) as { token: string } };
}

test("serves what verifies its tokens", async () => {
  const { webIdentityIssuer, metadataUrl } = wire.simulator;
  const base = `${metadataUrl}${new URL(webIdentityIssuer).pathname}`;
  const documents = await fetch(`${base}/.well-known/openid-configuration`);
  expect(await documents.json()).toMatchObject({
    issuer: webIdentityIssuer,
    jwks_uri: `${webIdentityIssuer}/keys`,
  });
  const keys = await (await fetch(`${base}/keys`)).json();
  expect(keys).toMatchObject({ keys: [{ kty: "EC", alg: "ES256" }] });
});

test("tokens as wished; wishes are checked", async () => {
  const made = await wish({
    subject: "system:serviceaccount:a:b",
    lifeSeconds: 10,
  });
  expect(made.status).toBe(201);
  const claims = JSON.parse(Buffer.from(made.body.token.split(".")[1] ?? "", "base64url").toString());
  expect(claims).toMatchObject({
    iss: wire.simulator.webIdentityIssuer,
    sub: "system:serviceaccount:a:b",
    aud: ["sts.amazonaws.com"],
  });
  expect(claims.exp - claims.iat).toBe(10);
  const refused = await wish({ lifeSeconds: 0 });
  expect(refused).toEqual({
    status: 400,
    body: { problem: "the body.lifeSeconds is a number of at least 1" },
  });
});

test("a token of this world is none of another", () => {
  const token = readFileSync(wire.simulator.tokenFiles?.webIdentityTokenFile ?? "", "utf8");
  expect(verifyWebIdentity("another", token, new Date())).toMatchObject({ problem: "signature" });
});
