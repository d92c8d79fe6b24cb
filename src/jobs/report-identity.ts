// Each process tells which AWS identity its host gave it, so that hosts that differ are seen before a worker is
// refused (E21). Asked anew each time: a role may be attached to a host or changed at any time.
import type { PlatformSources } from "#aws/platform-sources.ts";
import type { Log } from "#log.ts";
import { forgetHostIdentity, type HostIdentity, saveHostIdentity } from "#store/host-identities.ts";
import type { Store } from "#store/open.ts";

export interface ReportingParts extends Pick<HostIdentity, "process" | "host" | "kind"> {
  store: Store;
  platform: PlatformSources;
  log: Log;
  stopping: AbortSignal;
}

const reportEveryMs = 60_000;

/** Returns what takes the report back, at the end of the process. */
export function startReporting(parts: ReportingParts): () => Promise<void> {
  const beat = async () => {
    if (parts.stopping.aborted) return;
    try {
      await reportIdentity(parts);
    } catch (error) {
      if (!parts.stopping.aborted)
        parts.log.warn({ err: error }, "the host's identity could not be reported");
    }
    if (!parts.stopping.aborted) setTimeout(beat, reportEveryMs).unref();
  };
  void beat();
  return () => forgetHostIdentity(parts.store, parts.process);
}

export async function reportIdentity(parts: ReportingParts): Promise<void> {
  const { store, process, host, kind } = parts;
  const answer = await parts.platform.hostIdentity();
  if (parts.stopping.aborted) return;
  const known = answer.ok ? answer.identity : { partition: null, accountId: null, roleArn: null };
  const { partition, accountId, roleArn } = known;
  const error = answer.ok ? null : answer.error.message;
  await saveHostIdentity(store, { process, host, kind, partition, accountId, roleArn, error });
}
