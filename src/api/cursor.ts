// Cursors of lists: the sort key of the last row, opaque to callers, checked when it comes back.
import { Problem } from "#model/problem.ts";

export type CursorPart = string | number | null;

export const defaultLimit = 100;

export function writeCursor(parts: CursorPart[]): string {
  return Buffer.from(JSON.stringify(parts)).toString("base64url");
}

/** What a part of a cursor may be, so that nothing else reaches the database. */
const kinds = {
  text: (part: unknown) => typeof part === "string" && !part.includes("\u0000"),
  instant: (part: unknown) => typeof part === "string" && /^\d{4}-\d\d-\d\dT[\d:.]{8,15}Z$/.test(part),
  /** A bigint, as the database writes it. */
  integer: (part: unknown) => typeof part === "string" && /^\d{1,18}$/.test(part),
  rank: (part: unknown) => Number.isInteger(part) && (part as number) >= 0 && (part as number) < 100,
} as const;
type Kind = keyof typeof kinds;

/** `shape` names the kind of each part; null where no cursor was given. */
export function readCursor<const Shape extends readonly Kind[]>(
  text: string | undefined,
  shape: Shape,
): { -readonly [K in keyof Shape]: Shape[K] extends "rank" ? number : string } | null {
  if (text === undefined) return null;
  const parts = parse(text);
  const fits =
    Array.isArray(parts) && parts.length === shape.length && shape.every((kind, i) => kinds[kind](parts[i]));
  if (!fits)
    throw new Problem("invalid-query", "Start again without a cursor.", {
      errors: [
        {
          path: "/cursor",
          code: "wrong-format",
          detail: "Give the nextCursor of the page before, with the same filters and order.",
        },
      ],
    });
  return parts as never;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(Buffer.from(text, "base64url").toString());
  } catch {
    return null;
  }
}

/** Of limit + 1 rows: the page, and the cursor of the next if there is one. */
export function pageOf<Item>(
  rows: Item[],
  limit: number,
  keyOf: (item: Item) => CursorPart[],
): { items: Item[]; nextCursor: string | null } {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return { items, nextCursor: rows.length > limit && last !== undefined ? writeCursor(keyOf(last)) : null };
}
