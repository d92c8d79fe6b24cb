// Cuts a full list into AWS's pages with opaque tokens. A token says where the next page begins and is checked, so
// that a made-up one, or one of another list, is refused as AWS does. Knows nothing of parameter names.
import { hash } from "node:crypto";
import { AwsFault } from "./operation.ts";

export interface Page<T> {
  items: T[];
  /** Absent on the last page. */
  next?: string;
}

let emptyShare = 0;

/** While `run` runs, up to its first wait, this share of the pages is empty though a token follows. */
export function withEmptyPages<Result>(share: number, run: () => Result): Result {
  emptyShare = share;
  try {
    return run();
  } finally {
    emptyShare = 0;
  }
}

let scope = () => "";

/** While `run` runs, up to its first wait, tokens are good for this list only; asked for when a page needs it. */
export function withPageScope<Result>(scopeOfList: () => string, run: () => Result): Result {
  const outer = scope;
  scope = scopeOfList;
  try {
    return run();
  } finally {
    scope = outer;
  }
}

/** The page of `items` that begins at `token`, at most `limit` long; `code` is the service's error for a bad token. */
export function page<T>(
  items: T[],
  limit: number,
  token?: string | undefined,
  code = "InvalidNextToken",
): Page<T> {
  const { start, wasEmpty } = token ? positionOf(token, code) : { start: 0, wasEmpty: false };
  // The same token always gives the same page; the one after an empty page gives what that held back.
  if (emptyShare > 0 && !wasEmpty && start < items.length && drawOf(start, items.length) < emptyShare) {
    return { items: [], next: tokenFor(start, true) };
  }
  const end = start + Math.max(1, limit);
  const found = items.slice(start, end);
  return end < items.length ? { items: found, next: tokenFor(end, false) } : { items: found };
}

function tokenFor(start: number, wasEmpty: boolean): string {
  const position = wasEmpty ? `${start}e` : `${start}`;
  return Buffer.from(`${position}.${checkOf(position)}`).toString("base64");
}

function positionOf(token: string, code: string): { start: number; wasEmpty: boolean } {
  const [position = "", check] = Buffer.from(token, "base64").toString("latin1").split(".");
  if (!/^\d{1,9}e?$/.test(position) || check !== checkOf(position))
    throw new AwsFault(code, "The token is invalid or has expired.");
  return { start: Number.parseInt(position, 10), wasEmpty: position.endsWith("e") };
}

function checkOf(position: string): string {
  return hash("sha256", `page|${scope()}|${position}`, "hex").slice(0, 24);
}

/** 0 to 1, for where a page begins and how long the list is. */
function drawOf(start: number, length: number): number {
  return Number.parseInt(hash("sha256", `empty|${start}|${length}`, "hex").slice(0, 8), 16) / 2 ** 32;
}
