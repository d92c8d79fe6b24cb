// A worker as a process of its own that may be killed: once told to, it syncs an organization and empties the clouds
// that this removes, and tells of each transaction that it begins to commit. Started by killed-sync.test.ts.
import { once } from "node:events";
import { pino } from "pino";
import { openRoleCache } from "#aws/assume.ts";
import { openAws } from "#aws/call.ts";
import { openPlatformSources } from "#aws/platform-sources.ts";
import { awsSettingsFrom } from "#aws/settings.ts";
import type { AwsCredentials } from "#model/aws-call.ts";
import { masterKeyOf } from "#secrets.ts";
import { openStore, type Store } from "#store/open.ts";
import { openVault } from "#store/vault.ts";
import type { JobParts } from "../parts.ts";
import type { Queues } from "../queues.ts";
import { removeCloud } from "../remove-cloud.ts";
import { runSync } from "../sync-organization.ts";

export interface SyncOrder {
  urls: { appUrl: string; systemUrl: string };
  endpointUrl: string;
  credentials: AwsCredentials;
  tenantId: string;
  organizationId: string;
  /** Of the catalog, which takes a second to load. */
  generation: string;
}

const order = JSON.parse(process.argv[2] ?? "{}") as SyncOrder;
const store = telling(await openStore({ ...order.urls, connections: 4 }));
const { call, close } = openAws(awsSettingsFrom({}, { endpointUrl: order.endpointUrl, loopbackOnly: true }));
const roles = openRoleCache(call);
const { credentials, tenantId } = order;
const host = { id: "platform", credentials: async () => ({ ok: true as const, credentials }) };
const parts = {
  store,
  vault: openVault(masterKeyOf(Buffer.alloc(32, 7))),
  queues: { wake: async () => undefined } as Partial<Queues> as Queues,
  call,
  roles,
  platform: openPlatformSources({
    call,
    roles,
    host,
    hostRegion: null,
    configuredArn: null,
    storedKeys: async () => new Map(),
  }),
  // The look at the role holds it against no resource type.
  catalog: { generation: order.generation, allHarvestActions: () => [] },
  relational: { anywhere: new Set(), reaches: [] },
  log: pino({ level: "silent" }),
  stopping: new AbortController().signal,
} satisfies Partial<Record<keyof JobParts, unknown>> as unknown as JobParts;

process.send?.("ready");
await once(process, "message");
const { signal } = new AbortController();
await runSync(parts, { tenantId, id: order.organizationId }, signal);
const { rows } = await store.withTenant(tenantId, (tx) =>
  tx.client.query<{ id: string }>(
    "select id from clouds where tenant_id = $1 and state = 'removing' and removed_at is null order by id",
    [tenantId],
  ),
);
for (const { id } of rows) await removeCloud(parts, { tenantId, id }, signal);
await close();
await store.close();
process.send?.("done");
process.disconnect();

function telling(own: Store): Store {
  return {
    ...own,
    withTenant: (tenant, work) =>
      own.withTenant(tenant, async (tx) => {
        const result = await work(tx);
        process.send?.("commit");
        return result;
      }),
  };
}
