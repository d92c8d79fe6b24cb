// From a read item to a resource: JSON texts parsed, secrets replaced, the common block, tags and
// edges derived by its type's definition. Pure.
import type { ResourceTypeDefinition } from "#catalog/define.ts";
import type { Edge, Gap, HarvestedResource, HarvestScope, Tag } from "#model/resource.ts";
import { arnOf, isArn, readArn } from "./arn-template.ts";
import type { HarvestContext } from "./context.ts";
import { regionOf } from "./details.ts";
import { hideExternalIds } from "./external-ids.ts";
import { type Json, plainPath, replaceAt, valueAt, valuesAt } from "./paths.ts";
import { redactAt } from "./sensitive.ts";

/** Null if the item has no id, so nothing can be kept of it. */
export function resourceOf(
  context: HarvestContext,
  type: ResourceTypeDefinition,
  scope: HarvestScope,
  item: Json,
  gaps: Gap[],
): HarvestedResource | null {
  const region = type.scope === "global" && !type.region ? "global" : regionOf(context, type, scope, item);
  const nativeId = nativeIdOf(context, type, scope, item);
  if (nativeId === null) return null;
  const unparsed = parseJson(type, item);
  // Before anything else is derived: no name, tag or edge may carry a secret out.
  redactAt(item, type.sensitive, context.sensitiveKey);
  for (const path of type.trustPolicies ?? [])
    for (const document of valuesAt(item, path)) hideExternalIds(document, context.sensitiveKey);
  const arnRegion = scope.region === "global" ? region : scope.region;
  return {
    type: type.type,
    keyRegion: scope.region,
    region,
    nativeId,
    arn: arnOf(type, item, { partition: context.partition, region: arnRegion, accountId: context.accountId }),
    name: type.name === undefined ? null : textAt(item, type.name),
    createdAt: type.createdAt === undefined ? null : instantAt(item, type.createdAt),
    tags: type.tags === undefined ? [] : tagsOf(valueAt(item, type.tags)),
    properties: item,
    gaps: [...gaps, ...unparsed],
    edges: edgesOf(context, type, region, item),
  };
}

export function nativeIdOf(
  context: Pick<HarvestContext, "accountId">,
  type: ResourceTypeDefinition,
  scope: HarvestScope,
  item: Json,
): string | null {
  if (type.id === "@account") return context.accountId;
  if (type.id === "@region") return scope.region;
  return textAt(item, type.id);
}

/** Replaces JSON texts by what they say; one that cannot be read stays as it is and becomes a gap. */
function parseJson(type: ResourceTypeDefinition, item: Json): Gap[] {
  const gaps: Gap[] = [];
  for (const path of type.json ?? []) {
    let failure: string | null = null;
    replaceAt(item, path, (value) => {
      if (typeof value !== "string") return value;
      const parsed = parsedText(value);
      if (parsed.ok) return parsed.value;
      failure = parsed.detail;
      return value;
    });
    if (failure === null) continue;
    const source = type.details.find(({ into }) => into !== undefined && plainPath(path).startsWith(into));
    const operation = source ?? type.list;
    gaps.push({
      path: plainPath(path),
      operation: `${operation?.client ?? type.client}:${operation?.operation ?? ""}`,
      code: "UnreadableDocument",
      reason: "failed",
      message: `The JSON text at ${path} cannot be read: ${failure}`,
    });
  }
  return gaps;
}

type Parsed = { ok: true; value: unknown } | { ok: false; detail: string };

/** IAM encodes its documents as in a URL. A JSON document never begins with "%". */
function parsedText(text: string): Parsed {
  try {
    const value = JSON.parse(text.startsWith("%") ? decodeURIComponent(text) : text);
    return { ok: true, value };
  } catch (cause) {
    // V8 repeats the text around the place; policies are no secrets, but they are long.
    return { ok: false, detail: (cause instanceof Error ? cause.message : String(cause)).slice(0, 200) };
  }
}

function textAt(item: Json, path: string): string | null {
  const value = valueAt(item, path);
  if (typeof value === "string") return value === "" ? null : value;
  return typeof value === "number" ? String(value) : null;
}

/** AWS gives instants as dates, as ISO text, (Lambda) as text of its own, or (SQS) as seconds in text; what is no instant is none. */
function instantAt(item: Json, path: string): string | null {
  const found = valueAt(item, path);
  const value = typeof found === "string" && /^\d{9,11}$/.test(found) ? Number(found) : found;
  const date =
    typeof value === "string" ? new Date(value) : typeof value === "number" ? new Date(value * 1000) : null;
  return date && !Number.isNaN(date.getTime()) ? date.toISOString() : null;
}

/** Lists of {Key, Value} or {TagKey, TagValue} in any case, or a map; sorted by key. */
export function tagsOf(value: unknown): Tag[] {
  if (typeof value !== "object" || value === null) return [];
  const tags = Array.isArray(value)
    ? value.flatMap((entry: Json | null) => {
        const key = entry?.Key ?? entry?.TagKey ?? entry?.key ?? entry?.tagKey;
        const text = entry?.Value ?? entry?.TagValue ?? entry?.value ?? entry?.tagValue;
        return typeof key === "string" ? [{ key, value: typeof text === "string" ? text : "" }] : [];
      })
    : Object.entries(value).map(([key, text]) => ({
        key,
        value: typeof text === "string" ? text : String(text),
      }));
  return tags.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
}

function edgesOf(context: HarvestContext, type: ResourceTypeDefinition, region: string, item: Json): Edge[] {
  const edges = new Map<string, Edge>();
  for (const [kind, { to, by, anywhere, fits }] of Object.entries(type.relations)) {
    const target = context.types.get(to);
    if (!target) continue;
    const shape = fits === undefined ? null : globOf(fits);
    for (const value of valuesAt(item, by).flat()) {
      if (typeof value !== "string" || value === "" || (shape && !shape.test(value))) continue;
      const edge = edgeTo(target, kind, value, region, anywhere === true);
      if (edge)
        edges.set(`${kind} ${edge.targetAccountId} ${edge.targetRegion} ${edge.targetNativeId}`, edge);
    }
  }
  return [...edges.values()];
}

function edgeTo(
  target: ResourceTypeDefinition,
  kind: string,
  value: string,
  region: string,
  anywhere: boolean,
): Edge | null {
  const isGlobal = target.scope === "global";
  if (isArn(value)) {
    const named = readArn(target, value);
    if (!named) return null;
    return {
      kind,
      targetType: target.type,
      targetAccountId: named.accountId,
      targetRegion: isGlobal ? "global" : (named.region ?? plainRegion(region, anywhere)),
      targetNativeId: named.nativeId,
    };
  }
  return {
    kind,
    targetType: target.type,
    targetAccountId: null,
    targetRegion: isGlobal ? "global" : plainRegion(region, anywhere),
    targetNativeId: value,
  };
}

/** A plain id stays where its holder is; a global holder does not say where. */
function plainRegion(region: string, anywhere: boolean): string | null {
  return anywhere || region === "global" ? null : region;
}

const globs = new Map<string, RegExp>();

function globOf(glob: string): RegExp {
  let pattern = globs.get(glob);
  if (!pattern) {
    const source = glob
      .replace(/[.+^${}()|[\]\\]/g, "\\$&")
      .replaceAll("*", ".*")
      .replaceAll("?", ".");
    pattern = new RegExp(`^${source}$`, "s");
    globs.set(glob, pattern);
  }
  return pattern;
}
