// A worker as a process of its own that may be killed: ingests what is due of a fixed estate, page by page
// in transactions of their own, and judges what waits, until nothing is left. Started by replay.ts.
import { openJudges } from "#assess/judge.ts";
import { relationalRules } from "#assess/relational.ts";
import { loadCatalog } from "#catalog/load.ts";
import { takeLease } from "#store/leases.ts";
import { openStore } from "#store/open.ts";
import { forgetListings, readDueScopes } from "#store/scope-plan.ts";
import { openIngestBatch } from "../ingest-batch.ts";
import { judgeCloud } from "../judge-cloud.ts";
import type { EstateParts, TestCloud } from "./catalog-estate.ts";
import { type ReplayOrder, replayPages } from "./replay.ts";

const order = JSON.parse(process.argv[2] ?? "{}") as ReplayOrder;
const store = await openStore({ ...order.urls, connections: 2 });
const catalog = await loadCatalog();
const stopping = new AbortController().signal;
const parts: EstateParts = {
  store,
  catalog,
  judges: openJudges(catalog),
  relational: relationalRules(catalog),
  stopping,
};
process.send?.("at work");
let left = true;
while (left) {
  left = false;
  for (const cloud of order.clouds) if (await replay(cloud)) left = true;
  for (const { tenantId, id } of order.clouds) await judgeCloud(parts, { tenantId, id }, stopping);
}
await store.close();
process.send?.("done");
process.disconnect();

/** False if nothing was due. */
async function replay(cloud: TestCloud): Promise<boolean> {
  const lease = await takeLease(store, cloud.tenantId, cloud.id, "replay");
  if (!lease) throw new Error("the lease is held by another");
  const due = await store.withTenant(cloud.tenantId, async (tx) => {
    await forgetListings(tx, cloud.id);
    return readDueScopes(tx, cloud.id, 1_000);
  });
  const batch = openIngestBatch(parts, lease, { ...cloud, provider: "aws" }, () => 60);
  for (const scope of due)
    for (const page of replayPages(parts, cloud, scope, order.round)) {
      await batch.add(page);
      await batch.flush();
    }
  return due.length > 0;
}
