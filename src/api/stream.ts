// GET /stream: what changed in the caller's tenant, as server-sent events. Bounded in clients, in age and
// in what a slow reader may leave unread; browsers connect again by themselves.
import type { ServerResponse } from "node:http";
import { Problem } from "#model/problem.ts";
import type { Change, ChangeFeed } from "#store/changes.ts";

const maxClients = 500;
const heartbeatMs = 20_000;
/** Then it ends, and the next connection proves anew who it is. */
const longestMs = 15 * 60_000;
const maxUnreadBytes = 256 * 1024;

interface Client {
  tenantId: string;
  response: ServerResponse;
  openedAt: number;
}

export interface EventStreams {
  refuseIfFull(): void;
  open(tenantId: string, response: ServerResponse): void;
  count(): number;
  close(): void;
}

export function openStreams(changes: ChangeFeed): EventStreams {
  const clients = new Set<Client>();
  const drop = (client: Client) => {
    if (clients.delete(client)) client.response.end();
  };
  const tell = (client: Client, text: string) => {
    if (client.response.writableLength > maxUnreadBytes) client.response.destroy();
    else client.response.write(text);
  };
  const unsubscribe = changes.subscribe((change) => {
    const text = eventText(change);
    for (const client of clients) if (client.tenantId === change.tenant) tell(client, text);
  });
  const heartbeat = setInterval(() => {
    for (const client of clients)
      if (Date.now() - client.openedAt > longestMs) drop(client);
      else tell(client, ": still here\n\n");
  }, heartbeatMs).unref();

  return {
    refuseIfFull() {
      if (clients.size >= maxClients)
        throw new Problem(
          "slow-down",
          `${maxClients} pages listen already; this one asks from time to time.`,
          {
            retryAfterSeconds: 60,
          },
        );
    },
    open(tenantId, response) {
      const client = { tenantId, response, openedAt: Date.now() };
      response.on("close", () => clients.delete(client));
      clients.add(client);
      response.write("retry: 3000\n\n");
    },
    count: () => clients.size,
    close() {
      unsubscribe();
      clearInterval(heartbeat);
      for (const client of clients) drop(client);
    },
  };
}

function eventText({ kind, id }: Change): string {
  return `event: ${kind}\ndata: ${JSON.stringify({ kind, id })}\n\n`;
}
