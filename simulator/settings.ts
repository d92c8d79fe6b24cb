// What may be changed while a simulator runs: latency, limits, faults. Read from JSON with every field checked.
import type { LimitSettings } from "./limits.ts";

export interface Settings {
  /** Median of the log-normal delay before an answer; 0 = none. */
  latencyMs: number;
  limits: LimitSettings;
  faults: FaultRule[];
}

/** Calls that fit answer this error instead; an absent field fits everything. */
export interface FaultRule {
  service?: string;
  operation?: string;
  accountId?: string;
  region?: string;
  code: string;
  message?: string;
  status?: number;
  /** Share of the calls, 0 to 1; 1 unless told. */
  rate?: number;
}

export function initialSettings(latencyMs = 0): Settings {
  return { latencyMs, limits: { enabled: true, overrides: {} }, faults: [] };
}

/** The settings with the given fields replaced, or what is wrong with them. */
export function changedSettings(settings: Settings, change: unknown): Settings | { problem: string } {
  if (!isObject(change)) return { problem: "settings are a JSON object" };
  const unknown = Object.keys(change).find((key) => !["latencyMs", "limits", "faults"].includes(key));
  if (unknown) return { problem: `unknown setting ${unknown}` };
  const { latencyMs = settings.latencyMs, limits = settings.limits, faults = settings.faults } = change;
  if (typeof latencyMs !== "number" || !(latencyMs >= 0))
    return { problem: "latencyMs is a number of at least 0" };
  if (!Array.isArray(faults) || !faults.every(isFaultRule))
    return { problem: "faults is a list of {code, …}" };
  if (!isObject(limits)) return { problem: "limits is {enabled, overrides}" };
  const { enabled = settings.limits.enabled, overrides = settings.limits.overrides } = limits;
  if (typeof enabled !== "boolean") return { problem: "limits.enabled is true or false" };
  if (!isObject(overrides) || !Object.values(overrides).every(isLimit)) {
    return { problem: "limits.overrides names {capacity, refillPerSecond} by service or service:Operation" };
  }
  return { latencyMs, limits: { enabled, overrides: overrides as LimitSettings["overrides"] }, faults };
}

function isLimit(value: unknown): boolean {
  return isObject(value) && Number(value.capacity) >= 1 && Number(value.refillPerSecond) > 0;
}

function isFaultRule(value: unknown): value is FaultRule {
  return isObject(value) && typeof value.code === "string";
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
