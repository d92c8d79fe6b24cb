// Temporary credentials that carry themselves: everything a session is stands in its token, sealed with the
// world's secret, so nothing is stored and sessions outlive a restart until they expire.
import { timingSafeEqual } from "node:crypto";
import { hmac, type PaddedKey, padded } from "./hmac.ts";
import { chance, accessKeyId as newAccessKeyId } from "./ids.ts";

export interface Session {
  accessKeyId: string;
  accountId: string;
  /** Of an assumed role. */
  roleName?: string;
  roleId?: string;
  /** Of a user's own temporary credentials (GetSessionToken, GetFederationToken). */
  userName?: string;
  userId?: string;
  /** Whom the user vouches for (GetFederationToken). */
  federatedName?: string;
  sessionName: string;
  issuedAt: string;
  expiresAt: string;
  /** Session policies, JSON text. */
  policies?: string[];
  /** Managed session policies, by ARN. */
  policyArns?: string[];
  tags?: Record<string, string>;
  transitiveTagKeys?: string[];
  sourceIdentity?: string;
  /** When the caller proved a second factor. */
  mfaAt?: string;
  /** ARN of the OIDC or SAML provider the session came through. */
  federatedProvider?: string;
  /** Made at the global endpoint (a version 1 token): unknown in opt-in regions. */
  isGlobal?: boolean;
}

export interface TemporaryCredentials {
  AccessKeyId: string;
  SecretAccessKey: string;
  SessionToken: string;
  Expiration: Date;
}

export function issueSession(
  worldSecret: string,
  fields: Omit<Session, "accessKeyId">,
): TemporaryCredentials {
  const session: Session = { ...fields, accessKeyId: newAccessKeyId("ASIA", fields.accountId, chance) };
  const claims = Buffer.from(JSON.stringify(session)).toString("base64url");
  return {
    AccessKeyId: session.accessKeyId,
    SecretAccessKey: secretOf(worldSecret, claims),
    SessionToken: `${claims}.${sealOf(worldSecret, claims)}`,
    Expiration: new Date(session.expiresAt),
  };
}

/** A token that was looked into. */
export interface OpenedSession {
  readonly token: string;
  readonly session: Session;
  readonly secret: string;
  readonly expiresAtMs: number;
}

/** By access key id: only one token is good for each. */
type Opened = Map<string, OpenedSession>;

const opened = new Map<string, Opened>();
const keptSessions = 4_000;

/** The session of a token and its secret key; undefined when the token was not made by this world, or for this key. */
export function openSession(
  worldSecret: string,
  accessKeyId: string,
  token: string,
): OpenedSession | undefined {
  let ofWorld = opened.get(worldSecret);
  if (!ofWorld) {
    ofWorld = new Map();
    opened.set(worldSecret, ofWorld);
  }
  const known = ofWorld.get(accessKeyId);
  if (known?.token === token) return known;
  // Cut out of a request, it would keep the whole of it.
  const found = unsealed(worldSecret, Buffer.from(token, "latin1").toString("latin1"));
  if (found?.session.accessKeyId !== accessKeyId) return undefined;
  if (ofWorld.size >= keptSessions) ofWorld.clear();
  ofWorld.set(accessKeyId, found);
  return found;
}

function unsealed(worldSecret: string, token: string): OpenedSession | undefined {
  const [claims = "", seal = ""] = token.split(".");
  const expected = Buffer.from(sealOf(worldSecret, claims));
  const given = Buffer.from(seal);
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined;
  const session = JSON.parse(Buffer.from(claims, "base64url").toString("utf8")) as Session;
  return {
    token,
    session,
    secret: secretOf(worldSecret, claims),
    expiresAtMs: Date.parse(session.expiresAt),
  };
}

function sealOf(worldSecret: string, claims: string): string {
  return hmac(keyOf(worldSecret), `seal|${claims}`).toString("base64url");
}

/** 40 characters of base64, as AWS's are. */
function secretOf(worldSecret: string, claims: string): string {
  return hmac(keyOf(worldSecret), `secret|${claims}`).toString("base64").slice(0, 40);
}

const keys = new Map<string, PaddedKey>();

function keyOf(worldSecret: string): PaddedKey {
  let key = keys.get(worldSecret);
  if (!key) {
    key = padded(Buffer.from(worldSecret));
    keys.set(worldSecret, key);
  }
  return key;
}
