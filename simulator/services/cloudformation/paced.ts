// Operations of stack sets that take their time: group by group over as long as things take to settle, so that one can
// be stopped on its way. Short ones are done at once. What is on its way lives in memory only.
import { eventsOf } from "../../events/state.ts";
import type { Call } from "../../operation.ts";
import type { World } from "../../world.ts";

export interface Stepper {
  world: World;
  startMs: number;
  endMs: number;
  /** Of steps. */
  count: number;
  step(at: number): void;
  /** Writes down how far it has come. */
  keep(): void;
  stop(now: Date): void;
}

/** Below it nobody could stop an operation in time. */
const leastPacedMs = 2_000;

interface Paced extends Stepper {
  next: number;
}

const running = new WeakMap<World, Map<string, Paced>>();

/** The first step is taken at once; with few or in a short time all are. */
export function pace(id: string, stepper: Stepper): void {
  const { world, count, startMs, endMs } = stepper;
  const isShort = endMs - startMs < leastPacedMs || count < 2;
  for (let at = 0; at < (isShort ? count : 1); at++) stepper.step(at);
  stepper.keep();
  if (isShort) return;
  let ofWorld = running.get(world);
  if (!ofWorld) {
    ofWorld = new Map();
    running.set(world, ofWorld);
  }
  ofWorld.set(id, { ...stepper, next: 1 });
  for (let at = 1; at < count; at++)
    setTimeout(() => advanceLater(world, id), ((endMs - startMs) * at) / count).unref();
}

/** Nobody waits for a timer: what goes wrong in it must not end the process. */
function advanceLater(world: World, id: string): void {
  try {
    advance(world, eventsOf(world).now());
  } catch (error) {
    process.stderr.write(`simulator: operation ${id} of a stack set broke off: ${String(error)}\n`);
  }
}

/** Takes the steps that are due: by the clock of whoever looks, and by timers for who looks elsewhere. */
export function advance(world: World, now: Date): void {
  const ofWorld = running.get(world);
  if (!ofWorld?.size) return;
  for (const [id, paced] of ofWorld) {
    const { startMs, endMs, count } = paced;
    const due = Math.min(count, Math.floor(((now.getTime() - startMs) * count) / (endMs - startMs)) + 1);
    if (paced.next >= due) continue;
    while (paced.next < due) paced.step(paced.next++);
    paced.keep();
    if (paced.next >= count) ofWorld.delete(id);
  }
}

/** Whether there was something left to stop. */
export function stopPaced({ world, now }: Call, id: string): boolean {
  const found = running.get(world)?.get(id);
  if (!found) return false;
  running.get(world)?.delete(id);
  found.stop(now);
  return true;
}
