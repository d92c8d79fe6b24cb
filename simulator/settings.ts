// What may be changed while a simulator runs: latency, limits, faults. Read from JSON with every field checked.
// Knows what a setting may be, not what is done with it. docs/simulator.md lists them.
import {
  atLeast,
  type Check,
  flag,
  instant,
  isObject,
  listOf,
  mapOf,
  oneOf,
  optional,
  shape,
  share,
  text,
} from "./setting-checks.ts";

export interface Settings {
  /** Median of the log-normal delay before an answer; 0 = none. */
  latencyMs: number;
  /** Its sigma: 0.4 puts the 99th percentile at 2.5 times the median. */
  latencySigma: number;
  /** By service ("ec2") or operation ("ec2:DescribeInstances"), instead of the two above; the second wins. */
  latencies: Record<string, { medianMs: number; sigma?: number }>;
  /** How long what AWS does after its answer takes: stacks, operations of stack sets, regions switched on. */
  settleMs: number;
  limits: LimitSettings;
  faults: FaultRule[];
  /** Share of the pages of lists that are empty though more follow. */
  emptyPages: number;
  events: EventSettings;
  metadata: MetadataSettings;
}

export interface LimitSettings {
  enabled: boolean;
  /** By service ("organizations") or operation ("ec2:DescribeInstances"); the second wins. */
  overrides: Record<string, { capacity: number; refillPerSecond: number }>;
  /** By account: its buckets hold and refill this many times what others' do (0.1 = a tenth). */
  accountFactors: Record<string, number>;
  bursts: ThrottlingBurst[];
}

/** Which calls something is about; an absent field fits everything. */
export interface CallMatch {
  service?: string;
  operation?: string;
  accountId?: string;
  region?: string;
}

/** Windows in which a bucket gives nothing; each bucket has its own phase, drawn from the seed. */
export interface ThrottlingBurst extends CallMatch {
  everyMs: number;
  lastsMs: number;
}

const faultKinds = [
  "error",
  "server-error",
  "throttle",
  "expired-token",
  "no-answer",
  "reset",
  "lost-answer",
  "reset-midway",
  "half-body",
  "slow-body",
] as const;

export type FaultKind = (typeof faultKinds)[number];

/** What befalls the calls that fit; the first rule that strikes is the one. */
export interface FaultRule extends CallMatch {
  /** "error" unless told. */
  kind?: FaultKind;
  /** Of the kind "error". */
  code?: string;
  message?: string;
  status?: number;
  /** Share of the calls, 0 to 1; 1 unless told. */
  rate?: number;
  /** Of "expired-token": only sessions that were issued before; later ones are good. */
  issuedBefore?: string;
  /** Of "slow-body"; 1000 unless told. */
  bytesPerSecond?: number;
}

/** How change events travel from where they happen to who listens. */
export interface EventSettings {
  delayMs: number;
  /** Share that is delivered twice. */
  duplicateRate: number;
  /** Share that is delivered later than what happened after it. */
  reorderRate: number;
  /**
   * Whether calls that change nothing leave a trace, too: in the event history, and as the last use of keys. Off, a
   * world that is only read answers the same whenever it is asked.
   */
  reads: boolean;
}

/** What the instance and container endpoints serve. */
export interface MetadataSettings {
  /** Life of the credentials. */
  credentialSeconds: number;
  /** Answers also who brings no token (HttpTokens "optional"). */
  isV1Allowed: boolean;
  /** Serves credentials that have expired, as EC2 does when it cannot renew them. */
  isStale: boolean;
}

const matching = {
  service: optional(text),
  operation: optional(text),
  accountId: optional(text),
  region: optional(text),
};

const checks: { [Name in keyof Settings]: Check } = {
  latencyMs: atLeast(0),
  latencySigma: atLeast(0),
  latencies: mapOf(shape({ medianMs: atLeast(0), sigma: optional(atLeast(0)) })),
  settleMs: atLeast(0),
  limits: shape({
    enabled: flag,
    overrides: mapOf(shape({ capacity: atLeast(1), refillPerSecond: atLeast(Number.MIN_VALUE) })),
    accountFactors: mapOf(atLeast(Number.MIN_VALUE)),
    bursts: listOf(shape({ ...matching, everyMs: atLeast(1), lastsMs: atLeast(0) })),
  }),
  faults: listOf(
    shape({
      ...matching,
      kind: optional(oneOf(faultKinds)),
      code: optional(text),
      message: optional(text),
      status: optional(atLeast(100)),
      rate: optional(share),
      issuedBefore: optional(instant),
      bytesPerSecond: optional(atLeast(1)),
    }),
  ),
  emptyPages: share,
  events: shape({ delayMs: atLeast(0), duplicateRate: share, reorderRate: share, reads: flag }),
  metadata: shape({ credentialSeconds: atLeast(1), isV1Allowed: flag, isStale: flag }),
};

/** Any of the settings; of those that are groups any field. */
export type SettingsChange = { [Name in keyof Settings]?: Partial<Settings[Name]> };

export function initialSettings(latencyMs = 0): Settings {
  return {
    latencyMs,
    latencySigma: 0.4,
    latencies: {},
    settleMs: 20,
    limits: { enabled: true, overrides: {}, accountFactors: {}, bursts: [] },
    faults: [],
    emptyPages: 0,
    events: { delayMs: 0, duplicateRate: 0, reorderRate: 0, reads: false },
    metadata: { credentialSeconds: 21_600, isV1Allowed: false, isStale: false },
  };
}

/** These keep the fields that a change leaves out; every other setting is replaced whole. */
const groups: ReadonlySet<string> = new Set(["limits", "events", "metadata"]);

/** The settings with the given fields replaced, or what is wrong with them. */
export function changedSettings(settings: Settings, change: unknown): Settings | { problem: string } {
  if (!isObject(change)) return { problem: "settings are a JSON object" };
  const changed: Record<string, unknown> = { ...settings };
  for (const [name, given] of Object.entries(change)) {
    const check = Object.hasOwn(checks, name) ? checks[name as keyof Settings] : undefined;
    if (!check) return { problem: `unknown setting ${name}` };
    const value = groups.has(name) && isObject(given) ? { ...settings[name as "limits"], ...given } : given;
    const problem = check(value, name) ?? ruleProblem(name, value);
    if (problem) return { problem };
    changed[name] = value;
  }
  return changed as unknown as Settings;
}

/** What the shape of a rule does not say. */
function ruleProblem(name: string, value: unknown): string | undefined {
  if (name !== "faults") return undefined;
  const at = (value as FaultRule[]).findIndex(({ kind = "error", code }) => kind === "error" && !code);
  return at < 0 ? undefined : `faults[${at}] of the kind "error" needs a code`;
}
