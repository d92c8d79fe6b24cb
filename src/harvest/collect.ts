// Reads one harvest scope by its resource type's definition and yields pages of resources and gaps.
// Never judges, never stores. What AWS refused is a gap; a listing that broke off is incomplete.
import type { OperationCall, ResourceTypeDefinition } from "#catalog/define.ts";
import type { Gap, HarvestedResource, HarvestScope } from "#model/resource.ts";
import { canonicalOf } from "./canonical.ts";
import { type HarvestContext, mapAtOnce } from "./context.ts";
import { readDetails } from "./details.ts";
import { type Json, setAt, valuesAt } from "./paths.ts";
import { gapOf, readPages, readyCall } from "./read-pages.ts";
import { nativeIdOf, resourceOf } from "./resource-of.ts";

export interface ScopePage {
  scope: HarvestScope;
  listingStartedAt: Date;
  /** When the request was sent that read the oldest of these resources. */
  observedAt: Date;
  resources: HarvestedResource[];
  /** On the last page: whether the listing is whole, and what of the scope could not be read. */
  end: null | { complete: boolean; gaps: Gap[] };
}

const pageResources = 500;
const pageCharacters = 4_000_000;
/** Items of one scope whose details are read at once, so that one large scope does not keep out the others. */
const itemsAtOnce = 16;

export async function* collectScope(
  context: HarvestContext,
  type: ResourceTypeDefinition,
  region: string,
): AsyncGenerator<ScopePage> {
  const scope: HarvestScope = { type: type.type, region: type.scope === "global" ? "global" : region };
  const pages = type.list ? listed(context, type, type.list, scope) : singleton(context, type, scope);
  const listingStartedAt = new Date();
  const gaps: Gap[] = [];
  let held: HarvestedResource[] = [];
  let characters = 0;
  let observedAt: Date | null = null;
  for await (const batch of pages) {
    gaps.push(...batch.gaps);
    for (const resource of batch.resources) {
      const size = JSON.stringify(resource.properties).length;
      if (held.length >= pageResources || (held.length > 0 && characters + size > pageCharacters)) {
        yield {
          scope,
          listingStartedAt,
          observedAt: observedAt ?? listingStartedAt,
          resources: held,
          end: null,
        };
        held = [];
        characters = 0;
        observedAt = null;
      }
      held.push(resource);
      characters += size;
      if (!observedAt || batch.sentAt < observedAt) observedAt = batch.sentAt;
    }
  }
  const end = { complete: gaps.length === 0, gaps };
  yield { scope, listingStartedAt, observedAt: observedAt ?? listingStartedAt, resources: held, end };
}

interface Batch {
  resources: HarvestedResource[];
  /** Gaps of the scope, not of its resources. */
  gaps: Gap[];
  sentAt: Date;
}

async function* singleton(
  context: HarvestContext,
  type: ResourceTypeDefinition,
  scope: HarvestScope,
): AsyncGenerator<Batch> {
  const item: Json = {};
  const { gaps, sentAt } = await readDetails(context, type, scope, item);
  const resource = resourceOf(context, type, scope, item, gaps);
  yield { resources: resource ? [resource] : [], gaps: [], sentAt: sentAt ?? new Date() };
}

async function* listed(
  context: HarvestContext,
  type: ResourceTypeDefinition,
  list: OperationCall,
  scope: HarvestScope,
): AsyncGenerator<Batch> {
  const region = scope.region === "global" ? context.homeRegion : scope.region;
  const ready = readyCall(context, type, list, region, {});
  if (!ready) throw new Error(`the listing of ${type.type} reads an item`);
  const marking = readMarks(context, type, scope, region);
  // It is awaited with the first page; until then its failure must not count as unhandled.
  marking.catch(() => undefined);
  for await (const page of readPages(context, ready)) {
    if (!page.ok) {
      await marking;
      if (!page.absent) yield { resources: [], gaps: [gapOf("", ready, page.error)], sentAt: page.sentAt };
      return;
    }
    const { items, nameless } = distinct(
      context,
      type,
      scope,
      valuesAt(page.output, list.items ?? "").flat(),
    );
    const marks = await marking;
    for (let from = 0; from < Math.max(1, items.length); from += pageResources) {
      const resources = await mapAtOnce(
        items.slice(from, from + pageResources),
        itemsAtOnce,
        async (item) => {
          const markGaps = applyMarks(context, type, scope, item, marks);
          const { gaps } = await readDetails(context, type, scope, item);
          return resourceOf(context, type, scope, item, [...markGaps, ...gaps]);
        },
      );
      const found = resources.filter((resource) => resource !== null);
      const gaps = from === 0 && nameless > 0 ? [gapOf("", ready, noId(type, nameless))] : [];
      yield { resources: found, gaps, sentAt: page.sentAt };
    }
  }
}

/** Items of one page in canonical form, one per id. */
function distinct(
  context: HarvestContext,
  type: ResourceTypeDefinition,
  scope: HarvestScope,
  values: unknown[],
): { items: Json[]; nameless: number } {
  const items = new Map<string, Json>();
  let nameless = 0;
  for (const value of values) {
    // A list of plain names (DynamoDB's tables) becomes items with that name as their id.
    const item = (typeof value === "object" ? canonicalOf(value) : { [type.id]: value }) as Json;
    const id = nativeIdOf(context, type, scope, item);
    if (id === null) nameless++;
    else items.set(id, item);
  }
  return { items: [...items.values()], nameless };
}

function noId(type: ResourceTypeDefinition, count: number) {
  const message = `${count} listed items have nothing at ${type.id}, so they cannot be kept`;
  return { code: "NoId", reason: "failed", message } as const;
}

type Marks = Map<string, { ids: Set<string> } | { gap: Gap }>;

/** The second listings: which ids each names. */
async function readMarks(
  context: HarvestContext,
  type: ResourceTypeDefinition,
  scope: HarvestScope,
  region: string,
): Promise<Marks> {
  const marks: Marks = new Map();
  await Promise.all(
    Object.entries(type.marks).map(async ([property, call]) => {
      const ready = readyCall(context, type, call, region, {});
      if (!ready) throw new Error(`the mark ${property} of ${type.type} reads an item`);
      const ids = new Set<string>();
      marks.set(property, { ids });
      for await (const page of readPages(context, ready)) {
        if (!page.ok && !page.absent) marks.set(property, { gap: gapOf(property, ready, page.error) });
        if (!page.ok) return;
        for (const item of valuesAt(page.output, call.items ?? "").flat()) {
          const id = nativeIdOf(context, type, scope, item as Json);
          if (id !== null) ids.add(id);
        }
      }
    }),
  );
  return marks;
}

function applyMarks(
  context: HarvestContext,
  type: ResourceTypeDefinition,
  scope: HarvestScope,
  item: Json,
  marks: Marks,
): Gap[] {
  const gaps: Gap[] = [];
  const id = nativeIdOf(context, type, scope, item);
  for (const [property, mark] of marks) {
    if ("gap" in mark) gaps.push(mark.gap);
    else setAt(item, property, id !== null && mark.ids.has(id));
  }
  return gaps;
}
