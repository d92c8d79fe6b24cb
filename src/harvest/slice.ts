// A slice of a cloud's harvest: many scopes side by side for a limited time, pages as they come.
import { setMaxListeners } from "node:events";
import type { HarvestScope } from "#model/resource.ts";
import { collectScope, type ScopePage } from "./collect.ts";
import { type HarvestContext, openLimiter } from "./context.ts";

/** Calls of one cloud that are under way at once. */
const callsAtOnce = 24;
/** Scopes that are open at once; each holds at most one page that waits to be taken. */
const scopesAtOnce = 24;

export type SliceContext = Omit<HarvestContext, "limit"> & { callsAtOnce?: number };

type Step =
  | { run: AsyncGenerator<ScopePage>; result: IteratorResult<ScopePage> }
  | { run: AsyncGenerator<ScopePage>; failure: unknown };

/**
 * Starts no further scope when the time is used; those under way are finished. Scopes that were not
 * begun yield nothing and stay due. Cancelling (the signal, or leaving the loop) breaks off the calls.
 */
export async function* harvestSlice(
  given: SliceContext,
  scopes: Iterable<HarvestScope>,
  budgetMs: number,
): AsyncGenerator<ScopePage> {
  const endsAt = Date.now() + budgetMs;
  const stop = new AbortController();
  // Every call under way listens.
  setMaxListeners(0, stop.signal);
  const onAbort = () => stop.abort(given.signal.reason);
  given.signal.throwIfAborted();
  given.signal.addEventListener("abort", onAbort, { once: true });
  const limit = openLimiter(given.callsAtOnce ?? callsAtOnce);
  const context: HarvestContext = { ...given, signal: stop.signal, limit };
  const waiting = scopes[Symbol.iterator]();
  const running = new Map<AsyncGenerator<ScopePage>, Promise<Step>>();
  const start = () => {
    while (running.size < scopesAtOnce && Date.now() < endsAt) {
      const next = waiting.next();
      if (next.done) return;
      const { type: name, region } = next.value;
      const type = context.types.get(name);
      if (!type) throw new Error(`unknown resource type ${name}`);
      const run = collectScope(context, type, region);
      running.set(run, step(run));
    }
  };
  try {
    start();
    while (running.size > 0) {
      const done = await Promise.race(running.values());
      running.delete(done.run);
      if ("failure" in done) throw done.failure;
      if (!done.result.done) {
        running.set(done.run, step(done.run));
        yield done.result.value;
      }
      start();
    }
  } finally {
    given.signal.removeEventListener("abort", onAbort);
    stop.abort(new Error("the slice has ended"));
    await Promise.allSettled(running.values());
  }
}

/** Settles always: a scope may fail while nobody waits for it. */
function step(run: AsyncGenerator<ScopePage>): Promise<Step> {
  return run.next().then(
    (result) => ({ run, result }),
    (failure: unknown) => ({ run, failure }),
  );
}
