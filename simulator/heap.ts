// Keeps V8 from growing the heap of a running simulator far beyond what lives in it. Knows nothing of what that is.
import { setFlagsFromString } from "node:v8";

/**
 * For a process that is a simulator and nothing else, once it answers: what a request allocates is garbage when it
 * is answered, so the young generation needs no more room than the start took, and the old one none to spare.
 * 10,000 accounts listed and their roles assumed: 190 MiB instead of 265, at the same speed (2026-11-22).
 */
export function keepHeapSmall(): void {
  setFlagsFromString("--semi-space-growth-factor=1");
  setFlagsFromString("--heap-growing-percent=50");
}
