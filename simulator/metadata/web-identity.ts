// Web identity tokens as a cluster's OIDC issuer makes them (IRSA): JWTs signed by a key that follows from the
// world's secret, so that tokens and key sets outlive a restart. STS verifies them with the same functions.
// Knows nothing of roles and who may assume them.

import type { KeyObject } from "node:crypto";
import { createECDH, createHmac, createPrivateKey, createPublicKey, sign, verify } from "node:crypto";
import type { World } from "../world.ts";

/** STS takes RS* and ES* signatures (AssumeRoleWithWebIdentity, API reference); ES256 keys can be made from a secret. */
const algorithm = "ES256";

export interface WebIdentityClaims {
  iss: string;
  sub: string;
  aud: string | string[];
  /** Seconds since 1970. */
  iat: number;
  nbf?: number;
  exp: number;
  [claim: string]: unknown;
}

/** The only issuer that exists in a world, in the form of a cluster's; as in AWS IAM knows it without "https://". */
export function issuerOf(world: World): string {
  const id = world.random("web-identity", "issuer").hex(32).toUpperCase();
  return `https://oidc.eks.us-east-1.amazonaws.com/id/${id}`;
}

export function signWebIdentity(worldSecret: string, claims: WebIdentityClaims): string {
  const { privateKey, id } = keyOf(worldSecret);
  const head = encoded({ alg: algorithm, kid: id, typ: "JWT" });
  const body = `${head}.${encoded(claims)}`;
  return `${body}.${sign("sha256", Buffer.from(body), { key: privateKey, dsaEncoding: "ieee-p1363" }).toString("base64url")}`;
}

export type VerifiedWebIdentity =
  | { claims: WebIdentityClaims }
  /** "malformed": no JWT; "signature": not signed by this world; "expired", "not-yet": not in time. */
  | { problem: "malformed" | "signature" | "expired" | "not-yet"; claims?: WebIdentityClaims };

/** The claims of a token that this world signed and that is in time. Whose issuer and audience it names is not judged. */
export function verifyWebIdentity(worldSecret: string, token: string, now: Date): VerifiedWebIdentity {
  const [head = "", payload = "", signature = "", ...rest] = token.split(".");
  const header = decoded(head);
  const claims = decoded(payload) as WebIdentityClaims | undefined;
  if (rest.length > 0 || !header || !claims || typeof claims.exp !== "number")
    return { problem: "malformed" };
  const { publicKey } = keyOf(worldSecret);
  const isOurs =
    header.alg === algorithm &&
    verify(
      "sha256",
      Buffer.from(`${head}.${payload}`),
      { key: publicKey, dsaEncoding: "ieee-p1363" },
      Buffer.from(signature, "base64url"),
    );
  if (!isOurs) return { problem: "signature", claims };
  const seconds = now.getTime() / 1000;
  if (claims.exp <= seconds) return { problem: "expired", claims };
  return (claims.nbf ?? 0) > seconds ? { problem: "not-yet", claims } : { claims };
}

/** What the issuer serves at /keys. */
export function keySet(worldSecret: string): { keys: object[] } {
  const { publicKey, id } = keyOf(worldSecret);
  return { keys: [{ ...publicKey.export({ format: "jwk" }), kid: id, use: "sig", alg: algorithm }] };
}

/** What the issuer serves at /.well-known/openid-configuration. */
export function discovery(issuer: string): object {
  return {
    issuer,
    jwks_uri: `${issuer}/keys`,
    authorization_endpoint: "urn:kubernetes:programmatic_authorization",
    response_types_supported: ["id_token"],
    subject_types_supported: ["public"],
    id_token_signing_alg_values_supported: [algorithm],
    claims_supported: ["sub", "iss"],
  };
}

interface SigningKey {
  id: string;
  privateKey: KeyObject;
  publicKey: KeyObject;
}

const keys = new Map<string, SigningKey>();

function keyOf(worldSecret: string): SigningKey {
  const known = keys.get(worldSecret);
  if (known) return known;
  const curve = createECDH("prime256v1");
  const scalar = createHmac("sha256", worldSecret).update("web-identity").digest();
  curve.setPrivateKey(scalar);
  const point = curve.getPublicKey();
  const jwk = {
    kty: "EC",
    crv: "P-256",
    d: scalar.toString("base64url"),
    x: point.subarray(1, 33).toString("base64url"),
    y: point.subarray(33).toString("base64url"),
  };
  const privateKey = createPrivateKey({ key: jwk, format: "jwk" });
  const id = createHmac("sha256", worldSecret).update("web-identity|id").digest("hex").slice(0, 40);
  const made = { id, privateKey, publicKey: createPublicKey(privateKey) };
  keys.set(worldSecret, made);
  return made;
}

function encoded(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}

function decoded(part: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, "base64url").toString("utf8"));
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
