// Gathers the pages of a slice into batches for the main transaction: 500 to 2,000 resources, at
// most 8 MB, or what came in five seconds. Bounded by that, never by the estate.
import { randomUUID } from "node:crypto";
import type { ScopePage } from "#harvest/collect.ts";
import { type DenialMemory, openDenialMemory } from "#harvest/known-denials.ts";
import type { AwsCaller } from "#model/aws-call.ts";
import type { Judgement } from "#model/judgement.ts";
import type { Gap, HarvestScope } from "#model/resource.ts";
import type { CloudToHarvest } from "#store/harvest-plan.ts";
import { type IngestReport, ingest, type PreparedResource, type ScopePart } from "#store/ingest.ts";
import type { Lease } from "#store/leases.ts";
import type { JobParts } from "./parts.ts";
import { documentOf, prepareResource } from "./prepare-resource.ts";

const fullResources = 1500;
const fullCharacters = 6_000_000;
const fullAfterMs = 5_000;
/** After a gap that may pass by itself the scope is tried again sooner. */
const retryMinutes = 10;

/** What a batch needs of a worker. */
export type IngestParts = Pick<JobParts, "store" | "catalog" | "judges" | "relational">;
/** What it needs to know of the cloud. */
type IngestedCloud = Pick<CloudToHarvest, "id" | "accountId" | "provider">;

interface Listing {
  id: string;
  pages: number;
  gaps: Map<string, Gap & { resources: number }>;
}

export interface IngestBatch {
  add(page: ScopePage): Promise<void>;
  flush(): Promise<void>;
  /** A caller that counts what is sent. */
  countCalls(call: AwsCaller): AwsCaller;
  readonly progress: { scopes: number; failed: number; resources: number };
  /** Resources that wait to be judged with their neighbours. */
  readonly queued: number;
  readonly written: number;
}

export function openIngestBatch(
  parts: IngestParts,
  lease: Lease,
  cloud: IngestedCloud,
  /** After how many minutes a scope is harvested again. */
  intervalOf: (scope: HarvestScope) => number,
  denials: Pick<DenialMemory, "nextTryAt"> = openDenialMemory([]),
): IngestBatch {
  const listings = openListings();
  const { tenantId } = lease;
  const key = { tenantId, cloudId: cloud.id, accountId: cloud.accountId, provider: cloud.provider };
  const progress = { scopes: 0, failed: 0, resources: 0 };
  const sum = { queued: 0, written: 0 };
  let held = nothingHeld();

  async function flush(): Promise<void> {
    if (held.pages.length === 0 && held.calls === 0) return;
    const { pages, calls } = held;
    held = nothingHeld();
    const report: IngestReport = await ingest(parts.store, {
      cloud: key,
      lease,
      generation: parts.catalog.generation,
      parts: pages,
      calls,
      judge: (prepared) => judgementOf(parts, cloud.accountId, prepared),
      relational: parts.relational,
    });
    sum.queued += report.queued;
    sum.written += report.written;
  }

  function partOf(page: ScopePage): ScopePart {
    const { scope, end } = page;
    const listing = listings.of(page);
    const observedAt = databaseTime(parts, page.observedAt);
    const gaps = [...listing.gaps.values()];
    return {
      scope,
      listing: listing.id,
      startedAt: databaseTime(parts, page.listingStartedAt),
      resources: page.resources.map((one) => prepareResource(parts.catalog, key, one, observedAt)),
      continued: listing.pages > 1,
      end: end && {
        complete: end.complete,
        gaps,
        nextDueAt: databaseTime(parts, nextDue(gaps, intervalOf(scope), denials, scope)),
      },
    };
  }

  return {
    progress,
    flush,
    get queued() {
      return sum.queued;
    },
    get written() {
      return sum.written;
    },
    countCalls: (call) => async (asked) => {
      const answer = await call(asked);
      held.calls += answer.attempts;
      return answer as never;
    },
    async add(page) {
      const part = partOf(page);
      progress.resources += part.resources.length;
      if (page.end) progress.scopes += 1;
      if (page.end && !page.end.complete) progress.failed += 1;
      if (held.pages.length === 0) held.since = Date.now();
      held.pages.push(part);
      held.resources += part.resources.length;
      held.characters += part.resources.reduce((length, one) => length + one.propertiesText.length, 0);
      const isFull = held.resources >= fullResources || held.characters >= fullCharacters;
      if (isFull || Date.now() - held.since > fullAfterMs) await flush();
    },
  };
}

function nothingHeld() {
  return { pages: [] as ScopePart[], calls: 0, resources: 0, characters: 0, since: 0 };
}

function openListings() {
  const open = new Map<string, Listing>();
  return {
    /** The listing that the page belongs to, with the gaps of its pages so far. */
    of({ scope, resources, end }: ScopePage): Listing {
      const name = `${scope.type} ${scope.region}`;
      const listing = open.get(name) ?? { id: randomUUID(), pages: 0, gaps: new Map() };
      listing.pages += 1;
      for (const resource of resources) for (const gap of resource.gaps) countGap(listing.gaps, gap, 1);
      for (const gap of end?.gaps ?? []) countGap(listing.gaps, gap, 0);
      if (end) open.delete(name);
      else open.set(name, listing);
      return listing;
    },
  };
}

function countGap(gaps: Listing["gaps"], gap: Gap, resources: number): void {
  const name = `${gap.path} ${gap.operation} ${gap.code}`;
  const known = gaps.get(name);
  if (known) known.resources += resources;
  else gaps.set(name, { ...gap, resources });
}

/** A listing that is refused is due when it is asked again, and not before. */
function nextDue(
  gaps: Gap[],
  intervalMinutes: number,
  denials: Pick<DenialMemory, "nextTryAt">,
  { region }: HarvestScope,
): Date {
  const mayPass = gaps.some((gap) => gap.reason !== "denied");
  const minutes = mayPass ? Math.min(retryMinutes, intervalMinutes) : intervalMinutes;
  const regular = new Date(Date.now() + minutes * 60_000);
  const refused = mayPass ? undefined : gaps.find((gap) => gap.path === "");
  const probe = refused && denials.nextTryAt(refused, region);
  return probe && probe > regular ? probe : regular;
}

function databaseTime({ store }: IngestParts, local: Date): Date {
  return new Date(local.getTime() + store.clockOffsetMs);
}

function judgementOf(parts: IngestParts, accountId: string, prepared: PreparedResource): Judgement {
  const { type, gaps } = prepared.resource;
  const judge = parts.judges.get(type);
  if (!judge) throw new Error(`nothing judges ${type}`);
  const now = databaseTime(parts, new Date()).getTime();
  return judge.judge(prepared.id, documentOf(prepared, accountId), gaps, now);
}
