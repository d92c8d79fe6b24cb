// Where an organization's or cloud's calls take their credentials from: the installation's own
// identity, or a key that the user stored.

import { createHash } from "node:crypto";
import type { CredentialSource } from "./assume.ts";

export function userKeySource(accessKeyId: string, secretAccessKey: string): CredentialSource {
  // The id tells cache entries apart; a changed secret must not meet the old one's sessions.
  const mark = createHash("sha256").update(secretAccessKey).digest("hex").slice(0, 16);
  return {
    id: `key ${accessKeyId} ${mark}`,
    credentials: async () => ({ ok: true, credentials: { accessKeyId, secretAccessKey } }),
  };
}
