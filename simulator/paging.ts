// Cuts a full list into AWS's pages with opaque tokens. A token says where the next page begins and
// is checked, so that a made-up one is refused as AWS does. Knows nothing of parameter names.
import { createHash } from "node:crypto";
import { AwsFault } from "./operation.ts";

export interface Page<T> {
  items: T[];
  /** Absent on the last page. */
  next?: string;
}

/** The page of `items` that begins at `token`, at most `limit` long; `code` is the service's error for a bad token. */
export function page<T>(
  items: T[],
  limit: number,
  token?: string | undefined,
  code = "InvalidNextToken",
): Page<T> {
  const start = token ? startOf(token, code) : 0;
  const end = start + Math.max(1, limit);
  const found = items.slice(start, end);
  return end < items.length ? { items: found, next: tokenFor(end) } : { items: found };
}

function tokenFor(start: number): string {
  return Buffer.from(`${start}.${checkOf(start)}`).toString("base64");
}

function startOf(token: string, code: string): number {
  const [start = "", check] = Buffer.from(token, "base64").toString("latin1").split(".");
  if (!/^\d{1,9}$/.test(start) || check !== checkOf(Number(start)))
    throw new AwsFault(code, "The token is invalid or has expired.");
  return Number(start);
}

function checkOf(start: number): string {
  return createHash("sha256").update(`page|${start}`).digest("hex").slice(0, 24);
}
