// The main transaction: pages of a harvest become rows, edges, terms, verdicts, counters, history
// and the work they cause, all or nothing. Only new and changed resources are written; what did
// not change is compared and left alone. The rules run before BEGIN, on the documents in memory.
import type { Judgement } from "#model/judgement.ts";
import type { RelationalRules } from "#model/reach.ts";
import type { Gap, HarvestedResource, HarvestScope } from "#model/resource.ts";
import { announce } from "./changes.ts";
import { type Lease, lockCloud } from "./leases.ts";
import { type ChangedResource, queueJudging, readTargets } from "./neighbours.ts";
import type { Store, TenantTx } from "./open.ts";
import { writeEdges, writeTerms } from "./resource-links.ts";
import {
  type CloudKey,
  readStored,
  type StoredResource,
  type WrittenResource,
  writeResources,
} from "./resource-rows.ts";
import { type BatchListing, endScopes, type ScopeEnds, spillSeen } from "./scope-ends.ts";
import { turnedTypes } from "./turned-scopes.ts";
import { dropJudged, writeVerdicts } from "./verdicts.ts";

/** A resource ready to be stored: sensitive values are already replaced. */
export interface PreparedResource {
  id: string;
  resource: HarvestedResource;
  /** JSON of the properties. */
  propertiesText: string;
  /** 128 bits. */
  fingerprint: Buffer;
  /** Paths that rules take for unknown. */
  gapPaths: string[];
  /** When the request that read it was sent, by the database's clock. */
  observedAt: Date;
  terms: string[];
}

/** One page of a listing. */
export interface ScopePart {
  scope: HarvestScope;
  /** Id of the listing, the same in all its pages. */
  listing: string;
  /** By the database's clock. */
  startedAt: Date;
  resources: PreparedResource[];
  /** False for the listing's first page. */
  continued: boolean;
  /** On its last page. */
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
  const { cloud, parts } = request;
  const read = latestOfEach(parts.flatMap((part) => part.resources));
  const before = await store.withTenant(cloud.tenantId, (tx) =>
    readStored(
      tx,
      read.map((prepared) => prepared.id),
    ),
  );
  const changed = read.filter((prepared) => isChanged(prepared, before.get(prepared.id)));
  const judgements = new Map(changed.map((prepared) => [prepared.id, request.judge(prepared)]));
  return store.withTenant(cloud.tenantId, async (tx) => {
    await lockCloud(tx, cloud.cloudId, request.lease, request.generation);
    return write(tx, request, changed, judgements, read.length - changed.length);
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

/** What is judged by outdated rules waits in `pending` (store/sweep.ts); its rows did not change. */
function isChanged(prepared: PreparedResource, stored: StoredResource | undefined): boolean {
  return !stored || stored.isGone || !stored.fingerprint.equals(prepared.fingerprint);
}

async function write(
  tx: TenantTx,
  request: IngestRequest,
  changed: PreparedResource[],
  judgements: ReadonlyMap<string, Judgement>,
  unchanged: number,
): Promise<IngestReport> {
  const { cloud, relational } = request;
  const targetsBefore = await readTargets(tx, relational, cloud.cloudId, changed.map(changedOf));
  const written = await writeResources(tx, cloud, changed, judgements);
  await writeTerms(tx, written);
  await writeEdges(tx, cloud, written, relational.anywhere);
  const verdicts = await judgeWritten(tx, cloud, written);
  const ends = await endListings(tx, cloud, request.parts);
  const closed = await dropJudged(tx, cloud.cloudId, ends.gone);
  await countCalls(tx, cloud, request.calls);
  await announce(tx, "summary", cloud.cloudId);
  const queued = await queueJudging(tx, relational, {
    cloudId: cloud.cloudId,
    changed: [
      ...written.map(({ prepared, hadGaps }) => ({ ...changedOf(prepared), hadGaps })),
      ...ends.gone.map((row) => ({ ...row, hadGaps: false })),
    ],
    turned: await turnedTypes(tx, cloud.cloudId, relational, ends.sights),
    undecided: written.filter(isUndecided).map(({ prepared }) => prepared.id),
    targetsBefore,
  });
  return {
    written: written.length,
    unchanged,
    gone: ends.gone.length,
    opened: verdicts.opened,
    closed: verdicts.closed + closed,
    queued,
  };
}

function changedOf({ id, resource, gapPaths }: PreparedResource): ChangedResource {
  const { type, nativeId, keyRegion } = resource;
  return { id, type, nativeId, keyRegion, hadGaps: gapPaths.length > 0 };
}

function isUndecided({ judgement }: WrittenResource): boolean {
  return judgement.outcomes.some(({ verdict }) => verdict === "wait");
}

async function judgeWritten(
  tx: TenantTx,
  { cloudId }: CloudKey,
  written: WrittenResource[],
): Promise<{ opened: number; closed: number }> {
  const recreated = written.filter(({ isRecreated }) => isRecreated);
  const dropped = await dropJudged(
    tx,
    cloudId,
    recreated.map(({ prepared, judgedBefore }) => ({ id: prepared.id, judgedBefore })),
  );
  const { opened, closed } = await writeVerdicts(
    tx,
    cloudId,
    written.map(({ prepared, judgement, isRecreated, judgedBefore }) => ({
      judgement,
      type: prepared.resource.type,
      judgedBefore: isRecreated ? [] : judgedBefore,
    })),
  );
  return { opened, closed: closed + dropped };
}

async function endListings(tx: TenantTx, cloud: CloudKey, parts: ScopePart[]): Promise<ScopeEnds> {
  const listings = [...Map.groupBy(parts, (part) => part.listing).values()].map(listingOf);
  await spillSeen(tx, cloud, listings);
  return endScopes(tx, cloud, listings);
}

function listingOf(pages: ScopePart[]): BatchListing {
  const [first, last] = [pages[0], pages.at(-1)] as [ScopePart, ScopePart];
  const { scope, listing, startedAt, continued } = first;
  const seen = [...new Set(pages.flatMap((page) => page.resources.map(({ id }) => id)))];
  return { scope, listing, startedAt, seen, isContinued: continued, end: last.end };
}

async function countCalls(tx: TenantTx, cloud: CloudKey, calls: number): Promise<void> {
  if (calls === 0) return;
  await tx.client.query("update clouds set calls = calls + $3 where tenant_id = $1 and id = $2", [
    cloud.tenantId,
    cloud.cloudId,
    calls,
  ]);
}
