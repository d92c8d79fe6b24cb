// How much of the heap is in use while something runs: what remains after a collection, so that garbage does not
// count, above what was in use before.
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

export interface MemoryPeak {
  /** In use at most, above what was at the start. */
  grownMiB: number;
  samples: number;
}

/** A collection stops the process for tens of milliseconds: more often it would be part of what is timed beside it. */
const everyMs = 5_000;

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

export function watchMemory(): { end(): MemoryPeak } {
  const inUse = () => {
    collect();
    return process.memoryUsage().heapUsed / 2 ** 20;
  };
  const before = inUse();
  let most = before;
  let samples = 0;
  const sample = () => {
    most = Math.max(most, inUse());
    samples++;
  };
  const timer = setInterval(sample, everyMs);
  return {
    end() {
      clearInterval(timer);
      sample();
      return { grownMiB: most - before, samples };
    },
  };
}
