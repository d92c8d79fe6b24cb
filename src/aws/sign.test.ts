// The SDK's own signer is the oracle: the same headers for whatever request.
import { createHash, createHmac } from "node:crypto";
import { HttpRequest } from "@smithy/core/protocols";
import { SignatureV4 } from "@smithy/signature-v4";
import fc from "fast-check";
import { expect, test } from "vitest";
import { signedHeaders } from "./sign.ts";

class Sha256 {
  #hash;
  constructor(key?: string | Uint8Array) {
    this.#hash = key === undefined ? createHash("sha256") : createHmac("sha256", key);
  }
  update(bytes: string | Uint8Array) {
    this.#hash.update(bytes);
  }
  async digest() {
    return new Uint8Array(this.#hash.digest());
  }
  reset() {}
}

const text = fc.string({ unit: "grapheme-ascii", maxLength: 12 });
const query = fc.dictionary(
  // The oracle gathers the query in a plain object, where this name is none.
  text.filter((name) => name !== "" && name !== "__proto__"),
  fc.oneof(text, fc.array(text, { minLength: 1, maxLength: 3 })),
  {
    maxKeys: 4,
  },
);
const segment = fc.oneof(text.map(encodeURIComponent), fc.constantFrom("..", ".", "", "a b", "%20", "ä"));

test("equals the SDK's signer", async () => {
  const requests = fc.record({
    method: fc.constantFrom("GET", "POST", "PUT", "DELETE"),
    path: fc.array(segment, { maxLength: 4 }).map((segments) => `/${segments.join("/")}`),
    query,
    header: fc.string({ unit: "grapheme-ascii", maxLength: 20 }),
    body: fc.option(fc.oneof(text, fc.uint8Array({ maxLength: 20 })), { nil: undefined }),
    token: fc.option(fc.string({ unit: fc.constantFrom("a", "b", "/"), minLength: 1 }), { nil: undefined }),
    escapesPath: fc.boolean(),
    at: fc.date({ min: new Date("2020-01-01"), max: new Date("2040-01-01"), noInvalidDate: true }),
  });
  await fc.assert(
    fc.asyncProperty(requests, async ({ method, path, query, header, body, token, escapesPath, at }) => {
      const request = new HttpRequest({
        method,
        path,
        query,
        hostname: "ec2.eu-west-1.amazonaws.com",
        headers: { host: "ec2.eu-west-1.amazonaws.com", "X-Amz-Target": header, "user-agent": "skywarden" },
        body,
      });
      const credentials = {
        accessKeyId: "AKIA",
        secretAccessKey: "secret",
        ...(token ? { sessionToken: token } : {}),
      };
      const oracle = new SignatureV4({
        service: "ec2",
        region: "eu-west-1",
        credentials,
        sha256: Sha256 as unknown as ConstructorParameters<typeof SignatureV4>[0]["sha256"],
        uriEscapePath: escapesPath,
      });
      const { headers } = await oracle.sign(request, { signingDate: at });
      const ours = signedHeaders(
        request,
        { service: "ec2", region: "eu-west-1", escapesPath },
        credentials,
        at,
      );
      expect(ours).toEqual(headers);
    }),
    { numRuns: 400 },
  );
});

test("keeps keys apart by secret, day, region and service", () => {
  const request = new HttpRequest({ method: "GET", path: "/", hostname: "h", headers: { host: "h" } });
  const sign = (secret: string, day: string, region: string, service: string) =>
    signedHeaders(
      request,
      { service, region, escapesPath: true },
      { accessKeyId: "AKIA", secretAccessKey: secret },
      new Date(`${day}T00:00:00Z`),
    ).authorization?.split("Signature=")[1];
  const signatures = [
    sign("a", "2026-01-01", "r", "s"),
    sign("b", "2026-01-01", "r", "s"),
    sign("a", "2026-01-02", "r", "s"),
    sign("a", "2026-01-01", "q", "s"),
    sign("a", "2026-01-01", "r", "t"),
  ];
  expect(new Set(signatures).size).toBe(5);
  expect(sign("a", "2026-01-01", "r", "s")).toBe(signatures[0]);
});
