// A worker that stands in another partition than the rest of the installation lends it its role's short-lived
// credentials, sealed in the database, and renews them well before they end. Only where it is told to.
import type { CredentialSource } from "#aws/assume.ts";
import type { LentSession, PlatformSources } from "#aws/platform-sources.ts";
import type { Log } from "#log.ts";
import type { LentSessions } from "#store/lent-sessions.ts";

export interface LendingParts {
  platform: PlatformSources;
  /** What this worker's host runs as. */
  host: CredentialSource;
  lent: LentSessions;
  holder: string;
  log: Log;
  stopping: AbortSignal;
}

const lendEveryMs = 60_000;

export async function startLending(parts: LendingParts): Promise<void> {
  const beat = async () => {
    if (parts.stopping.aborted) return;
    try {
      const refused = await lendIdentity(parts);
      if (refused !== null) parts.log.warn(refused);
    } catch (error) {
      parts.log.error({ err: error }, "the worker's identity could not be lent");
    }
    if (!parts.stopping.aborted) setTimeout(beat, lendEveryMs).unref();
  };
  await beat();
}

/** null: it is lent; else why not. */
export async function lendIdentity({ platform, host, lent, holder }: LendingParts): Promise<string | null> {
  const partition = await platform.hostPartition();
  const held = await host.credentials();
  if (partition === null || !held.ok)
    return `This worker has no identity to lend: ${held.ok ? "its partition is not known" : held.error.message}`;
  const { accessKeyId, secretAccessKey, sessionToken, expiration } = held.credentials;
  // A key that does not end by itself is stored by a domain administrator, who knows of it, or not at all.
  if (!sessionToken || !expiration)
    return "This worker runs with a long-lived key, which is not lent; give its host a role, or store the key as the partition's platform key.";
  const identity = await platform.identity(partition);
  const session: LentSession = {
    accessKeyId,
    secretAccessKey,
    sessionToken,
    expiresAt: expiration.toISOString(),
    roleArn: identity.ok ? identity.identity.roleArn : null,
  };
  await lent.save(partition, session, holder, expiration);
  return null;
}
