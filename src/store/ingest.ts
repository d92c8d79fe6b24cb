// The main transaction: pages of a harvest become rows, edges, terms, verdicts, counters, history
// and the work they cause, all or nothing. Only new and changed resources are written; what did
// not change is compared and left alone. The rules run before BEGIN, on the documents in memory.
import type { Judgement } from "#model/judgement.ts";
import type { Gap, HarvestedResource, HarvestScope } from "#model/resource.ts";
import { announce } from "./changes.ts";
import { type Lease, lockCloud } from "./leases.ts";
import { queueNeighbours, queueTargets, type RelationalRules } from "./neighbours.ts";
import type { Store, TenantTx } from "./open.ts";
import { type CloudKey, readStored, type StoredResource, writeResources } from "./resource-rows.ts";
import { endScopes, spillSeen } from "./scope-ends.ts";
import { dropJudged, writeVerdicts } from "./verdicts.ts";

/** A resource ready to be stored: sensitive values are already replaced. */
export interface PreparedResource {
  id: string;
  resource: HarvestedResource;
  /** Canonical JSON of the properties. */
  propertiesText: string;
  /** 128 bits. */
  fingerprint: Buffer;
  /** Paths that rules take for unknown. */
  gapPaths: string[];
  /** When the request that read it was sent, by the database's clock. */
  observedAt: Date;
  terms: string[];
}

/** One listing's share of a batch. */
export interface ScopePart {
  scope: HarvestScope;
  /** Id of the listing, the same in all its batches. */
  listing: string;
  /** By the database's clock. */
  startedAt: Date;
  resources: PreparedResource[];
  /** True when earlier batches held a part of this listing. */
  continued: boolean;
  end: ScopeEnd | null;
}

export interface ScopeEnd {
  complete: boolean;
  /** Gap of the whole scope (path "") and of details, with the number of resources each covers. */
  gaps: (Gap & { resources: number })[];
  nextDueAt: Date;
}

export interface IngestRequest {
  cloud: CloudKey;
  lease: Lease | null;
  generation: string;
  parts: ScopePart[];
  /** API calls made since the last batch. */
  calls: number;
  judge: (prepared: PreparedResource) => Judgement;
  ruleSetOf: (type: string) => string;
  relational: RelationalRules;
}

export interface IngestReport {
  written: number;
  unchanged: number;
  gone: number;
  opened: number;
  closed: number;
  /** Resources queued for judging with their neighbours. */
  queued: number;
}

export async function ingest(store: Store, request: IngestRequest): Promise<IngestReport> {
  const { cloud } = request;
  const all = request.parts.flatMap((part) => part.resources);
  const before = await store.withTenant(cloud.tenantId, (tx) =>
    readStored(
      tx,
      all.map((prepared) => prepared.id),
    ),
  );
  const changed = latestOfEach(all).filter((prepared) =>
    mustWrite(prepared, before.get(prepared.id), request),
  );
  const judgements = new Map(changed.map((prepared) => [prepared.id, request.judge(prepared)]));
  return store.withTenant(cloud.tenantId, async (tx) => {
    await lockCloud(tx, cloud.cloudId, request.lease, request.generation);
    return write(tx, request, changed, judgements, all.length);
  });
}

/** A resource that two pages of one batch name is one; the newer reading wins. */
function latestOfEach(all: PreparedResource[]): PreparedResource[] {
  const latest = new Map<string, PreparedResource>();
  for (const prepared of all) {
    const other = latest.get(prepared.id);
    if (!other || other.observedAt <= prepared.observedAt) latest.set(prepared.id, prepared);
  }
  return [...latest.values()];
}

function mustWrite(
  prepared: PreparedResource,
  stored: StoredResource | undefined,
  request: IngestRequest,
): boolean {
  if (!stored || stored.goneAt !== null) return true;
  if (stored.judgedHash !== request.ruleSetOf(prepared.resource.type)) return true;
  return !stored.fingerprint.equals(prepared.fingerprint);
}

async function write(
  tx: TenantTx,
  request: IngestRequest,
  changed: PreparedResource[],
  judgements: Map<string, Judgement>,
  read: number,
): Promise<IngestReport> {
  const { cloud, relational } = request;
  const targetsBefore = await queueTargets(
    tx,
    relational,
    changed.map((prepared) => prepared.id),
  );
  const written = await writeResources(tx, cloud, changed, judgements, relational.anywhere);
  const verdicts = await writeVerdicts(
    tx,
    cloud.cloudId,
    written.map(({ prepared, judgedBefore }) => ({
      judgement: judgements.get(prepared.id) as Judgement,
      type: prepared.resource.type,
      judgedBefore,
    })),
  );
  await spillSeen(tx, cloud, request.parts);
  const ends = await endScopes(tx, cloud, request.parts);
  const closed = await dropJudged(tx, cloud.cloudId, ends.gone);
  const queued =
    targetsBefore +
    (await queueNeighbours(tx, cloud, relational, {
      changed: [...written.map(({ prepared }) => prepared.id), ...ends.gone.map((row) => row.resourceId)],
      changedTypes: new Set([
        ...written.map(({ prepared }) => prepared.resource.type),
        ...ends.gone.map((row) => row.type),
      ]),
      scopesTurned: ends.turned,
    }));
  if (request.calls > 0)
    await tx.client.query("update clouds set calls = calls + $3 where tenant_id = $1 and id = $2", [
      cloud.tenantId,
      cloud.cloudId,
      request.calls,
    ]);
  await announce(tx, "summary", cloud.cloudId);
  return {
    written: written.length,
    unchanged: read - changed.length,
    gone: ends.gone.length,
    opened: verdicts.opened,
    closed: verdicts.closed + closed,
    queued,
  };
}
