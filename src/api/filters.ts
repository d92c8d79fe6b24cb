// Filters that several lists share: badges and tags as "key:value", severities of insights.
import type { Catalog } from "#catalog/load.ts";
import type { Severity } from "#model/verdict.ts";
import { type BadgeFilter, cloudsWithBadges } from "#store/badges.ts";
import type { TenantTx } from "#store/open.ts";

/** Split at the first ":" that no "\" escapes; AWS tag keys may hold ":". A key alone means "has the key". */
export function splitPair(text: string): BadgeFilter {
  let key = "";
  for (let i = 0; i < text.length; i++) {
    const char = text.charAt(i);
    if (char === "\\" && i + 1 < text.length) key += text.charAt(++i);
    else if (char === ":") return { key, value: text.slice(i + 1) };
    else key += char;
  }
  return { key, value: null };
}

export interface BadgeQuery {
  badge?: string[] | undefined;
  badgeOperator?: "and" | "or" | undefined;
}

/** Clouds that the badge filters and the cloud filter leave; null = all. */
export async function wantedClouds(
  tx: TenantTx,
  { badge, badgeOperator }: BadgeQuery,
  cloudIds?: string[] | undefined,
): Promise<string[] | null> {
  if (!badge || badge.length === 0) return cloudIds ?? null;
  const withBadges = await cloudsWithBadges(tx, badge.map(splitPair), badgeOperator ?? "and");
  if (!cloudIds) return withBadges;
  const wanted = new Set(cloudIds);
  return withBadges.filter((id) => wanted.has(id));
}

export function severitiesOf(catalog: Catalog): ReadonlyMap<string, Severity> {
  return new Map([...catalog.insights].map(([id, { severity }]) => [id, severity]));
}
