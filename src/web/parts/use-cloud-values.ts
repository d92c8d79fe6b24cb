// Clouds as values of a filter: the first by name; others are found by the list's own filter and linked from there.
import { listClouds } from "#contract/cloud.ts";
import { useRead } from "../queries.ts";
import type { FilterValue } from "./filter-bar.tsx";

const offered = 200;

export function useCloudValues(): FilterValue[] {
  const clouds = useRead(listClouds, { query: { limit: offered, sort: "name" } });
  return (clouds.data?.items ?? []).map(({ id, name }) => ({ value: id, label: name }));
}
