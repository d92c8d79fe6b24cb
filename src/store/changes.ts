// What changed, told at once: PostgreSQL's NOTIFY carries a tenant's news from any process to every
// process with listeners. It may be lost; whoever listens also asks again from time to time.
import pg from "pg";
import type { Log } from "#log.ts";
import type { Tx } from "./open.ts";

const channel = "skywarden_changes";
const reconnectMs = 2_000;

export const changeKinds = ["job", "cloud", "finding", "summary"] as const;
export interface Change {
  tenant: string;
  kind: (typeof changeKinds)[number];
  /** Of the thing that changed; null for many at once. */
  id: string | null;
}

/** Told when the transaction commits; the same news twice in one transaction is told once. */
export async function announce(
  tx: Tx & { tenantId: string },
  kind: Change["kind"],
  id: string | null = null,
): Promise<void> {
  const change: Change = { tenant: tx.tenantId, kind, id };
  await tx.client.query("select pg_notify($1, $2)", [channel, JSON.stringify(change)]);
}

export interface ChangeFeed {
  /** Returns what ends it. */
  subscribe(listener: (change: Change) => void): () => void;
  close(): Promise<void>;
}

/** Holds one connection; after a break it connects again for as long as it is open. */
export async function openChangeFeed(url: string, log: Log): Promise<ChangeFeed> {
  const listeners = new Set<(change: Change) => void>();
  let client: pg.Client | null = null;
  let retry: NodeJS.Timeout | null = null;
  let closed = false;

  const connect = async (): Promise<void> => {
    const next = new pg.Client({ connectionString: url, application_name: "skywarden-changes" });
    const again = () => {
      if (closed || client !== next) return;
      client = null;
      retry = setTimeout(() => {
        void connect().catch((error: unknown) => log.warn({ err: error }, "cannot listen for changes yet"));
      }, reconnectMs);
    };
    client = next;
    next.on("error", again);
    next.on("end", again);
    next.on("notification", ({ payload }) => {
      const change = readChange(payload);
      if (change) for (const listener of listeners) listener(change);
      else log.warn({ payload }, "a notice that nobody understands");
    });
    try {
      await next.connect();
      await next.query(`listen ${channel}`);
    } catch (error) {
      again();
      throw error;
    }
  };

  try {
    await connect();
  } catch (error) {
    closed = true;
    if (retry) clearTimeout(retry);
    throw error;
  }
  return {
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async close() {
      closed = true;
      if (retry) clearTimeout(retry);
      await client?.end();
    },
  };
}

function readChange(payload: string | undefined): Change | null {
  try {
    const change = JSON.parse(payload ?? "") as Change;
    return typeof change.tenant === "string" && changeKinds.includes(change.kind) ? change : null;
  } catch {
    return null;
  }
}
