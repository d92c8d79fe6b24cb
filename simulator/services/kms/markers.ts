// KMS's pages: a marker, and whether more follows.
import { page } from "../../paging.ts";

export function markers<T>(
  items: T[],
  input: { Limit?: number | undefined; Marker?: string | undefined },
  standard: number,
  most: number,
) {
  const { items: found, next } = page(
    items,
    Math.min(input.Limit ?? standard, most),
    input.Marker,
    "InvalidMarkerException",
  );
  return { found, rest: { Truncated: next !== undefined, NextMarker: next } };
}
