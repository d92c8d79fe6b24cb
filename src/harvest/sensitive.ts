// Values that may be secrets are replaced before anything else sees them: equal secrets stay
// recognisable under the key, and nothing of them can be read back.
import { createHmac } from "node:crypto";
import { type Json, replaceAt } from "./paths.ts";

export interface Redacted {
  redacted: true;
  /** Keyed HMAC-SHA256 of the value, 128 bits as hexadecimal text. */
  hmac: string;
  /** Length of the value in characters. */
  length: number;
  looksLikeKey: boolean;
}

export function redactAt(properties: Json, paths: readonly string[], key: Uint8Array): void {
  for (const path of paths) replaceAt(properties, path, (value) => redacted(value, key));
}

function redacted(value: unknown, key: Uint8Array): Redacted {
  // Two paths can name one value.
  if (isRedacted(value)) return value;
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return {
    redacted: true,
    hmac: createHmac("sha256", key).update(text).digest("hex").slice(0, 32),
    length: text.length,
    looksLikeKey: looksLikeKey(text),
  };
}

function isRedacted(value: unknown): value is Redacted {
  const { redacted: mark, hmac, length, looksLikeKey: looks } = value as Partial<Redacted>;
  const keys = typeof value === "object" && value !== null ? Object.keys(value).length : 0;
  return (
    keys === 4 &&
    mark === true &&
    /^[0-9a-f]{32}$/.test(hmac ?? "") &&
    length !== undefined &&
    looks !== undefined
  );
}

/** Forms that vendors document for their keys. */
const keyForms = [
  /(?<![A-Z0-9])(AKIA|ASIA)[A-Z2-7]{16}(?![A-Z0-9])/,
  /-----BEGIN [A-Z ]*PRIVATE KEY-----/,
  /\bgh[pousr]_[A-Za-z0-9]{36,}/,
  /\bgithub_pat_[A-Za-z0-9_]{40,}/,
  /\bglpat-[A-Za-z0-9_-]{20,}/,
  /\bxox[abprs]-[A-Za-z0-9-]{10,}/,
  /\b[sr]k_live_[A-Za-z0-9]{20,}/,
  /\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\./,
  /\bAIza[A-Za-z0-9_-]{35}/,
  /^[a-z]+:\/\/[^/\s:@]+:[^/\s:@]{3,}@/i,
];

/** A known form, or a long text without spaces that mixes cases and digits as random keys do. */
export function looksLikeKey(text: string): boolean {
  if (keyForms.some((form) => form.test(text))) return true;
  if (!/^[A-Za-z0-9+/=_-]{32,512}$/.test(text) || text.includes("arn:")) return false;
  const isHex = /^[0-9a-f]{32,}$/i.test(text);
  const isMixed = /[a-z]/.test(text) && /[A-Z]/.test(text) && /[0-9]/.test(text);
  return isHex || (isMixed && new Set(text).size >= 16);
}
