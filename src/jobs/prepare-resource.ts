// A harvested resource made ready for the main transaction: its id, fingerprint, look-up terms and
// JSON text. Pure.

import type { Catalog } from "#catalog/load.ts";
import { fingerprintOf } from "#harvest/fingerprint.ts";
import { type HarvestedResource, resourceId } from "#model/resource.ts";
import { termsOf } from "#model/terms.ts";
import { type RuleDocument, ruleGaps } from "#rules/document.ts";
import type { PreparedResource } from "#store/ingest.ts";

/** `observedAt` by the database's clock. */
export function prepareResource(
  catalog: Pick<Catalog, "resourceTypes">,
  cloud: { tenantId: string; cloudId: string },
  harvested: HarvestedResource,
  observedAt: Date,
): PreparedResource {
  const type = catalog.resourceTypes.get(harvested.type);
  if (!type) throw new Error(`unknown resource type ${harvested.type}`);
  const { name, tags, createdAt } = type;
  const text = JSON.stringify(harvested.properties);
  const isStorable = !refused.test(text) && !refused.test(JSON.stringify(harvested.gaps));
  const resource = isStorable ? harvested : (cleaned(harvested) as HarvestedResource);
  return {
    id: resourceId(cloud.tenantId, cloud.cloudId, resource.type, resource.keyRegion, resource.nativeId),
    resource,
    propertiesText: isStorable ? text : JSON.stringify(resource.properties),
    fingerprint: Buffer.from(fingerprintOf(resource, type), "hex"),
    gapPaths: ruleGaps(
      resource.gaps.map((gap) => gap.path),
      { name, tags, createdAt },
    ),
    observedAt,
    terms: termsOf(resource),
  };
}

export function documentOf({ resource, gapPaths }: PreparedResource, accountId: string): RuleDocument {
  const { type, nativeId, arn, name, region, createdAt, tags, properties } = resource;
  return { type, id: nativeId, arn, name, region, accountId, createdAt, tags, properties, gaps: gapPaths };
}

/**
 * PostgreSQL stores neither NUL nor half a surrogate pair; one such text would fail its whole batch again and
 * again. JSON writes both as escapes. Ids, names, tags and edges come from the properties.
 */
const refused = /\\u(?:0000|d[89a-f])/;

function cleaned(value: unknown): unknown {
  if (typeof value === "string") return value.toWellFormed().replaceAll("\0", "\uFFFD");
  if (Array.isArray(value)) return value.map(cleaned);
  if (typeof value !== "object" || value === null) return value;
  const clean = Object.entries(value).map(([key, member]) => [cleaned(key), cleaned(member)]);
  return Object.fromEntries(clean);
}
