// The details of one item: calls that run side by side, except where one reads what another puts
// into the item. Fills the item; returns what could not be read.
import type { OperationCall, ResourceTypeDefinition } from "#catalog/define.ts";
import type { Gap, HarvestScope } from "#model/resource.ts";
import type { Truth } from "#model/verdict.ts";
import { compileJs } from "#rules/compile-js.ts";
import { isCovered, type RuleDocument } from "#rules/document.ts";
import { operatorOf } from "#rules/operators.ts";
import type { Rule } from "#rules/tree.ts";
import { canonicalOf } from "./canonical.ts";
import type { HarvestContext } from "./context.ts";
import { type Json, plainPath, setAt, valueAt } from "./paths.ts";
import { gapOf, readPages, readyCall } from "./read-pages.ts";

interface Detail {
  call: OperationCall;
  /** Paths that `when` and `input` read, and that the item's region lies at. */
  reads: string[];
  when: ((document: RuleDocument, now: number) => Truth) | null;
  whenReads: string[];
}

/** Groups that run one after the other; within a group all at once. */
const waves = new WeakMap<ResourceTypeDefinition, Detail[][]>();

export interface DetailsRead {
  gaps: Gap[];
  /** When the first of the calls was sent; null if none was. */
  sentAt: Date | null;
}

export async function readDetails(
  context: HarvestContext,
  type: ResourceTypeDefinition,
  scope: HarvestScope,
  item: Json,
): Promise<DetailsRead> {
  const gaps: Gap[] = [];
  let sentAt: Date | null = null;
  for (const wave of wavesOf(type)) {
    const region = regionOf(context, type, scope, item);
    const document = documentOf(context, type, scope, item, gaps);
    const read = await Promise.all(wave.map((detail) => readDetail(context, type, region, detail, document)));
    for (const [i, { value, gap, sentAt: at }] of read.entries()) {
      const { into } = (wave[i] as Detail).call;
      if (gap) gaps.push(gap);
      if (value !== undefined && into !== undefined) setAt(item, into, value);
      if (value !== undefined && into === undefined) Object.assign(item, value);
      if (at && (!sentAt || at < sentAt)) sentAt = at;
    }
  }
  return { gaps, sentAt };
}

/** Where an item really is, as far as it says; calls about it go there. */
export function regionOf(
  context: HarvestContext,
  type: ResourceTypeDefinition,
  scope: HarvestScope,
  item: Json,
): string {
  if (scope.region !== "global") return scope.region;
  for (const path of type.region ?? []) {
    const region = valueAt(item, path);
    // S3's name for eu-west-1 from before there were regions.
    if (region === "EU") return "eu-west-1";
    if (typeof region === "string" && region !== "") return region;
  }
  return context.homeRegion;
}

interface DetailRead {
  value?: unknown;
  gap?: Gap;
  sentAt: Date | null;
}

async function readDetail(
  context: HarvestContext,
  type: ResourceTypeDefinition,
  region: string,
  detail: Detail,
  document: RuleDocument & { known: readonly Gap[] },
): Promise<DetailRead> {
  const { call } = detail;
  const path = call.into ?? "";
  const named = { client: call.client ?? type.client, operation: call.operation };
  const fits = detail.when === null ? true : detail.when(document, Date.now());
  if (fits === false) return { sentAt: null };
  if (fits === "unknown") {
    const cause = document.known.find((gap) => detail.whenReads.some((read) => isCovered([gap.path], read)));
    const undecided = {
      code: "Undecided",
      reason: "failed",
      message: "Whether it applies is not known",
    } as const;
    return { gap: cause ? { ...cause, path } : gapOf(path, named, undecided), sentAt: null };
  }
  const ready = readyCall(context, type, call, region, document.properties);
  if (!ready) {
    const cause = document.known.find((gap) => detail.reads.some((read) => isCovered([gap.path], read)));
    const missing = {
      code: "InvalidInput",
      reason: "failed",
      message: "The item lacks what it takes to ask",
    } as const;
    return { gap: cause ? { ...cause, path } : gapOf(path, named, missing), sentAt: null };
  }
  let sentAt: Date | null = null;
  let value: unknown;
  for await (const page of readPages(context, ready)) {
    sentAt ??= page.sentAt;
    if (!page.ok) return page.absent ? { sentAt } : { gap: gapOf(path, named, page.error), sentAt };
    const part = canonicalOf(call.take === undefined ? page.output : valueAt(page.output, call.take));
    value = joined(value, part);
    if (call.atMost !== undefined && Array.isArray(value) && value.length > call.atMost)
      return { value: value.slice(0, call.atMost), gap: gapOf(path, named, tooMany(call.atMost)), sentAt };
  }
  return { value, sentAt };
}

function tooMany(atMost: number) {
  return { code: "TooMany", reason: "failed", message: `Only the first ${atMost} were read` } as const;
}

/** Pages of a detail: lists are put together, in objects list by list. */
function joined(before: unknown, next: unknown): unknown {
  if (before === undefined) return next;
  if (Array.isArray(before) && Array.isArray(next)) return [...before, ...next];
  if (!isObject(before) || !isObject(next)) return next ?? before;
  const result: Json = { ...before };
  for (const [key, value] of Object.entries(next)) {
    result[key] = Array.isArray(value) ? joined(result[key], value) : value;
  }
  return result;
}

function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The item as far as it is read, for `when`. */
function documentOf(
  context: HarvestContext,
  type: ResourceTypeDefinition,
  scope: HarvestScope,
  item: Json,
  gaps: readonly Gap[],
): RuleDocument & { known: readonly Gap[] } {
  return {
    type: type.type,
    id: String(valueAt(item, type.id) ?? ""),
    arn: null,
    name: null,
    region: scope.region,
    accountId: context.accountId,
    createdAt: null,
    tags: [],
    properties: item,
    gaps: gaps.map(({ path }) => path),
    known: [...gaps],
  };
}

function wavesOf(type: ResourceTypeDefinition): Detail[][] {
  let known = waves.get(type);
  if (!known) {
    known = arrange(
      type,
      type.details.map((call) => detailOf(type, call)),
    );
    waves.set(type, known);
  }
  return known;
}

function detailOf(type: ResourceTypeDefinition, call: OperationCall): Detail {
  const whenReads = call.when === undefined ? [] : pathsOf(call.when);
  const inputReads = Object.values(call.input).filter((path) => !path.startsWith("@"));
  // A call goes to the item's own region, unless it is the one that finds it out.
  const regionReads = fills(call, type.region ?? []) ? [] : (type.region ?? []);
  return {
    call,
    reads: [...whenReads, ...inputReads, ...regionReads].map(plainPath),
    when: call.when === undefined ? null : compileJs(call.when),
    whenReads,
  };
}

/** Property paths that a rule reads of the document itself. */
function pathsOf(rule: Rule): string[] {
  const operator = operatorOf(rule);
  const own = operator.path?.(rule as never);
  const below = (operator.children?.(rule as never) ?? []).flatMap((child) =>
    child.of === "same" ? pathsOf(child.rule) : "element" in child.of ? [child.of.element] : [],
  );
  return own === undefined ? below : [own, ...below];
}

/** Each detail goes into the first group after all that fill what it reads. */
function arrange(type: ResourceTypeDefinition, details: Detail[]): Detail[][] {
  const left = new Set(details);
  const groups: Detail[][] = [];
  while (left.size > 0) {
    const group = [...left].filter(
      (detail) => ![...left].some((other) => other !== detail && fills(other.call, detail.reads)),
    );
    if (group.length === 0) throw new Error(`details of ${type.type} read each other in a circle`);
    groups.push(group);
    for (const detail of group) left.delete(detail);
  }
  return groups;
}

function fills({ into }: OperationCall, reads: string[]): boolean {
  return into !== undefined && reads.some((read) => isCovered([into], read));
}
