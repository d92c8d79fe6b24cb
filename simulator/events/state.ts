// What change events keep per world besides its collections: the clock, the settings, the history of calls.
// None of it is journaled: a restart forgets history and messages, not queues, rules and topics.
import type { EventSettings } from "../settings.ts";
import type { World } from "../world.ts";
import { type History, openHistory } from "./history.ts";

/** Of a world that no simulation runs. */
const initialEventSettings: EventSettings = { delayMs: 0, duplicateRate: 0, reorderRate: 0, reads: false };

interface EventState {
  settings: () => EventSettings;
  now: () => Date;
  history: History;
}

const states = new WeakMap<World, EventState>();

/** Called once when a simulation starts; a world without it has the initial settings and the machine's clock. */
export function openEvents(world: World, settings: () => EventSettings, now: () => Date): void {
  states.set(world, { settings, now, history: openHistory() });
}

export function eventsOf(world: World): EventState {
  let state = states.get(world);
  if (!state) {
    state = { settings: () => initialEventSettings, now: () => new Date(), history: openHistory() };
    states.set(world, state);
  }
  return state;
}

const heldBackMs = 50;

/** Later, at least once: `deliver` runs after the delay of the settings, now and then twice or late. */
export function later(world: World, deliver: () => void, random: () => number = Math.random): void {
  const { delayMs, duplicateRate, reorderRate } = eventsOf(world).settings();
  const isHeldBack = random() < reorderRate;
  const waitMs = delayMs + (isHeldBack ? delayMs + heldBackMs : 0);
  setTimeout(deliver, waitMs).unref();
  if (random() < duplicateRate) setTimeout(deliver, waitMs + 1).unref();
}
