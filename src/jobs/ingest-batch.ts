// Gathers the pages of a slice into batches for the main transaction: 500 to 2,000 resources, at
// most 8 MB, or what came in five seconds. Bounded by that, never by the estate.
import { randomUUID } from "node:crypto";
import type { ScopePage } from "#harvest/collect.ts";
import { fingerprintOf } from "#harvest/fingerprint.ts";
import type { AwsCaller } from "#model/aws-call.ts";
import { type Gap, type HarvestedResource, resourceId } from "#model/resource.ts";
import { termsOf } from "#model/terms.ts";
import { type RuleDocument, ruleGaps } from "#rules/document.ts";
import type { CloudToHarvest } from "#store/harvest-plan.ts";
import { type IngestReport, ingest, type PreparedResource, type ScopePart } from "#store/ingest.ts";
import type { Lease } from "#store/leases.ts";
import type { JobParts } from "./parts.ts";

const fullResources = 1500;
const fullCharacters = 6_000_000;
const fullAfterMs = 5_000;
/** After a gap that may pass by itself the scope is tried again sooner. */
const retryMinutes = 10;

interface Listing {
  id: string;
  batches: number;
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
  readonly reports: IngestReport[];
}

export function openIngestBatch(
  parts: JobParts,
  lease: Lease,
  cloud: CloudToHarvest,
  intervalMinutes: number,
): IngestBatch {
  const listings = new Map<string, Listing>();
  const key = {
    tenantId: lease.tenantId,
    cloudId: cloud.id,
    accountId: cloud.accountId,
    provider: cloud.provider,
  };
  const progress = { scopes: 0, failed: 0, resources: 0 };
  const reports: IngestReport[] = [];
  let waiting: ScopePart[] = [];
  let held = { resources: 0, characters: 0, since: 0 };
  let calls = 0;
  let queued = 0;

  async function flush(): Promise<void> {
    if (waiting.length === 0 && calls === 0) return;
    const batch = waiting;
    const sent = calls;
    waiting = [];
    calls = 0;
    held = { resources: 0, characters: 0, since: 0 };
    const report = await ingest(parts.store, {
      cloud: key,
      lease,
      generation: parts.catalog.generation,
      parts: batch,
      calls: sent,
      judge: (prepared) => judgementOf(parts, cloud, prepared),
      ruleSetOf: (type) => parts.judges.get(type)?.ruleSet ?? "",
      relational: parts.relational,
    });
    queued += report.queued;
    reports.push(report);
  }

  function listingOf(page: ScopePage): Listing {
    const name = `${page.scope.type} ${page.scope.region}`;
    const listing = listings.get(name) ?? { id: randomUUID(), batches: 0, gaps: new Map() };
    if (page.end) listings.delete(name);
    else listings.set(name, listing);
    return listing;
  }

  return {
    progress,
    reports,
    get queued() {
      return queued;
    },
    countCalls: (call) => async (asked) => {
      const answer = await call(asked);
      calls += answer.attempts;
      return answer as never;
    },
    async add(page) {
      const listing = listingOf(page);
      const prepared = page.resources.map((resource) => prepare(parts, key, resource, page.observedAt));
      for (const resource of page.resources) for (const gap of resource.gaps) countGap(listing.gaps, gap, 1);
      for (const gap of page.end?.gaps ?? []) countGap(listing.gaps, gap, 0);
      waiting.push({
        scope: page.scope,
        listing: listing.id,
        startedAt: databaseTime(parts, page.listingStartedAt),
        resources: prepared,
        continued: listing.batches > 0,
        end: page.end && {
          complete: page.end.complete,
          gaps: [...listing.gaps.values()],
          nextDueAt: nextDue(page.end.gaps, [...listing.gaps.values()], intervalMinutes),
        },
      });
      listing.batches += 1;
      progress.resources += prepared.length;
      if (page.end) progress.scopes += 1;
      if (page.end && !page.end.complete) progress.failed += 1;
      if (held.since === 0) held.since = Date.now();
      held.resources += prepared.length;
      held.characters += prepared.reduce((sum, one) => sum + one.propertiesText.length, 0);
      if (
        held.resources >= fullResources ||
        held.characters >= fullCharacters ||
        Date.now() - held.since > fullAfterMs
      )
        await flush();
    },
    flush,
  };
}

function databaseTime(parts: JobParts, local: Date): Date {
  return new Date(local.getTime() + parts.store.clockOffsetMs);
}

function countGap(gaps: Listing["gaps"], gap: Gap, resources: number): void {
  const name = `${gap.path} ${gap.operation} ${gap.code}`;
  const known = gaps.get(name);
  if (known) known.resources += resources;
  else gaps.set(name, { ...gap, resources });
}

function nextDue(scopeGaps: Gap[], all: Gap[], intervalMinutes: number): Date {
  const mayPass = [...scopeGaps, ...all].some((gap) => gap.reason !== "denied");
  const minutes = mayPass ? Math.min(retryMinutes, intervalMinutes) : intervalMinutes;
  return new Date(Date.now() + minutes * 60_000);
}

interface CloudNames {
  tenantId: string;
  cloudId: string;
}

function prepare(
  parts: JobParts,
  cloud: CloudNames,
  resource: HarvestedResource,
  observedAt: Date,
): PreparedResource {
  const type = parts.catalog.resourceTypes.get(resource.type);
  if (!type) throw new Error(`unknown resource type ${resource.type}`);
  const { name, tags, createdAt } = type;
  return {
    id: resourceId(cloud.tenantId, cloud.cloudId, resource.type, resource.keyRegion, resource.nativeId),
    resource,
    propertiesText: JSON.stringify(resource.properties),
    fingerprint: Buffer.from(fingerprintOf(resource, type), "hex"),
    gapPaths: ruleGaps(
      resource.gaps.map((gap) => gap.path),
      { name, tags, createdAt },
    ),
    observedAt: databaseTime(parts, observedAt),
    terms: termsOf(resource),
  };
}

function judgementOf(parts: JobParts, cloud: CloudToHarvest, prepared: PreparedResource) {
  const { resource } = prepared;
  const judge = parts.judges.get(resource.type);
  if (!judge) throw new Error(`nothing judges ${resource.type}`);
  return judge.judge(
    prepared.id,
    documentOf(prepared, cloud.accountId),
    resource.gaps,
    Date.now() + parts.store.clockOffsetMs,
  );
}

export function documentOf({ resource, gapPaths }: PreparedResource, accountId: string): RuleDocument {
  const { type, nativeId, arn, name, region, createdAt, tags, properties } = resource;
  return { type, id: nativeId, arn, name, region, accountId, createdAt, tags, properties, gaps: gapPaths };
}
