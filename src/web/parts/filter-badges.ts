// Badges of clouds as every filter bar has them: the tokens badge: and match:, completed from what is in use.
import { listBadgeValues } from "#contract/badge.ts";
import { useRead } from "../queries.ts";
import type { FilterKey } from "./filter-bar.tsx";
import { type Filter, pairQuery, pairToken, printFilter, valuesOf } from "./filter-text.ts";

export const badgeTokens = ["badge", "match"];
const offered = 300;

export function useBadgeKeys(): FilterKey[] {
  const badges = useRead(listBadgeValues, { query: { limit: offered } });
  return [
    {
      key: "badge",
      label: "Badge",
      example: "Badge of the cloud, as badge:env=prod",
      values: (badges.data?.items ?? []).map(({ key, value, clouds }) => ({
        value: pairToken(key, value),
        count: clouds,
      })),
    },
    {
      key: "match",
      label: "Match",
      isSingle: true,
      example: "Whether all badges must be there, or any",
      values: [
        { value: "all", label: "all badges" },
        { value: "any", label: "any badge" },
      ],
    },
  ];
}

/** As the contract wants it. */
export function badgeQuery(filter: Filter) {
  return {
    badge: valuesOf(filter, "badge").map(pairQuery),
    badgeOperator: valuesOf(filter, "match")[0] === "any" ? ("or" as const) : undefined,
  };
}

/** What of a filter holds on every page: its badges. */
export function badgeText({ tokens }: Filter): string {
  return printFilter({ tokens: tokens.filter(({ key }) => badgeTokens.includes(key)), text: "" });
}

/** The filter of a link from a page that is filtered by badges to a list. */
export const joined = (...parts: string[]) => parts.filter((part) => part !== "").join(" ") || undefined;

const lists = /^\/(?:clouds|inventory|findings|insights|compliance)(?:\?|$)/;

/** The same for an address that the server wrote. */
export function withBadges(path: string, badges: string): string {
  if (badges === "" || !lists.test(path)) return path;
  const [page = "", search = ""] = path.split("?");
  const query = new URLSearchParams(search);
  query.set("filter", joined(query.get("filter") ?? "", badges) ?? "");
  return `${page}?${query}`;
}
