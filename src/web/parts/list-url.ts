// A list's state is its URL: filter, order, open row. Every view is a link.
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useMemo } from "react";
import type { SearchText } from "../search-text.ts";
import { type Filter, parseFilter, printFilter } from "./filter-text.ts";

export function useListUrl(keys: readonly string[]) {
  const search = useSearch({ strict: false }) as SearchText;
  const navigate = useNavigate();
  const line = search.filter ?? "";
  const change = (part: SearchText) =>
    void navigate({ to: ".", search: (was: SearchText) => ({ ...was, ...part }), replace: true });
  return {
    filter: useMemo(() => parseFilter(line, keys), [line, keys]),
    isFiltered: line !== "",
    setFilter: (filter: Filter) => change({ filter: printFilter(filter) || undefined }),
    sort: search.sort,
    setSort: (sort: string) => change({ sort }),
    clear: () => change({ filter: undefined }),
  };
}
