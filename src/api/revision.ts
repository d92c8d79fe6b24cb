// ETag and If-Match: a writer says which state they saw, and loses if somebody was faster.
import { Problem } from "#model/problem.ts";
import type { Context } from "./context.ts";

export function setRevision({ reply }: Pick<Context, "reply">, revision: string | null): void {
  if (revision !== null) reply.header("etag", `"${revision}"`);
}

/** The revision that the writer demands, null for any; refuses at once one that is outdated already. */
export function ifMatch({ request }: Pick<Context, "request">, current: string): string | null {
  const header = request.headers["if-match"];
  if (header === undefined || header.trim() === "*") return null;
  const wanted = header.split(",").map((tag) => tag.trim().replace(/^(?:W\/)?"(.*)"$/, "$1"));
  if (!wanted.includes(current))
    throw new Problem("changed-meanwhile", "Read it again, then make your change on what it is now.");
  return current;
}
