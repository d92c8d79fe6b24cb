// A resource as it was read from a cloud, and what could not be read of it.
// Knows nothing of how it was read, judged or stored.
import { createHash } from "node:crypto";

export interface Tag {
  key: string;
  value: string;
}

/**
 * What could not be read, and why. In a resource it covers one property path; in a scope (path "")
 * the whole listing. A gap is unknown wherever it is read; it is never absence.
 */
export interface Gap {
  /** Property path that is missing because of it, "" for the whole scope. */
  path: string;
  /** service:Operation, for example "s3:GetPublicAccessBlock". */
  operation: string;
  /** AWS's error code, or "Timeout", "ConnectionFailed". */
  code: string;
  reason: "denied" | "throttled" | "unavailable" | "failed";
  /** AWS's own text, without credentials. */
  message: string;
  /** Policy type and ARN that the denial named, if it did. */
  deniedBy?: { layer: string; policyArn: string | null };
}

/** A directed edge to a thing named by the document; the target need not be known. */
export interface Edge {
  kind: string;
  targetType: string;
  /** Provider account of the target if its ARN says it, else null = the same account, or anywhere for names that are unique in the provider. */
  targetAccountId: string | null;
  /** Key region of the target if known. */
  targetRegion: string | null;
  targetNativeId: string;
}

export interface HarvestedResource {
  type: string;
  /** Region of its scope and of its natural key: "global" or a region name. */
  keyRegion: string;
  /** Where it really is (a bucket has keyRegion "global" and a region of its own). */
  region: string;
  nativeId: string;
  arn: string | null;
  name: string | null;
  createdAt: string | null;
  tags: Tag[];
  properties: Record<string, unknown>;
  gaps: Gap[];
  edges: Edge[];
}

/** Cloud × resource type × key region: what one listing covers. */
export interface HarvestScope {
  type: string;
  region: string;
}

/** 128 bits of SHA-256 as 26 characters of lower-case base32 without look-alikes. */
export function shortHash(parts: readonly string[]): string {
  const alphabet = "0123456789abcdefghjkmnpqrstvwxyz";
  const bytes = createHash("sha256").update(parts.join("\u0000")).digest();
  let value = 0;
  let bits = 0;
  let text = "";
  for (let i = 0; i < 16; i++) {
    value = (value << 8) | (bytes[i] as number);
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      text += alphabet[(value >>> bits) & 31];
    }
  }
  return text + alphabet[(value << (5 - bits)) & 31];
}

/** Public id of a resource; computable from its natural key without a read. */
export function resourceId(
  tenantId: string,
  cloudId: string,
  type: string,
  keyRegion: string,
  nativeId: string,
): string {
  return `res_${shortHash([tenantId, cloudId, type, keyRegion, nativeId])}`;
}

/** Our own id of a cloud account, the same whenever the account returns to the tenant. */
export function cloudId(tenantId: string, provider: string, accountId: string): string {
  return `cld_${shortHash([tenantId, provider, accountId])}`;
}
