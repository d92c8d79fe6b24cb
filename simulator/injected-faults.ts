// What the settings let befall a call: an error instead of an answer, or an answer that does not arrive whole.
// Draws depend on the seed and on how often this operation was called in this account and region, so that a
// run can be repeated whatever else runs beside it.
import { fault, throttled } from "./faults.ts";
import { AwsFault } from "./operation.ts";
import { randomFrom } from "./random.ts";
import type { CallMatch, FaultRule, Settings } from "./settings.ts";
import type { Api } from "./wire/api.ts";

export type CalledOperation = Required<CallMatch>;

/** How an answer goes out, if not as it should. */
export type Delivery =
  /** Nothing, ever: the connection stays open. */
  | { kind: "no-answer" }
  /** The connection is cut before the answer; only "lost" was carried out. */
  | { kind: "reset" | "lost-answer" }
  /** Half of the body, then the connection is cut or closed. */
  | { kind: "reset-midway" | "half-body" }
  | { kind: "slow-body"; bytesPerSecond: number };

export interface InjectedFaults {
  /** Before anything is looked at: what leaves the caller without a word. */
  beforeRun(call: CalledOperation): Delivery | undefined;
  /** Throws the error that a rule asks for, or says how the answer is to go out. */
  atRun(api: Api, call: CalledOperation, sessionIssuedAt: string | undefined): Delivery | undefined;
}

const silent: ReadonlySet<string> = new Set(["no-answer", "reset"]);
const keptCounts = 20_000;

export function openInjectedFaults(settings: () => Settings, seed: number): InjectedFaults {
  const counts = new Map<string, number>();
  const strikes = ({ rate = 1 }: FaultRule, at: number, call: CalledOperation): boolean => {
    if (rate >= 1) return true;
    const key = `${at}|${call.service}|${call.operation}|${call.accountId}|${call.region}`;
    const count = (counts.get(key) ?? 0) + 1;
    if (count === 1 && counts.size >= keptCounts) counts.clear();
    counts.set(key, count);
    return randomFrom(`${seed}|fault|${key}|${count}`).next() < rate;
  };
  const struck = (call: CalledOperation, isCandidate: (rule: FaultRule) => boolean) =>
    settings().faults.find((rule, at) => isCandidate(rule) && fits(rule, call) && strikes(rule, at, call));
  return {
    beforeRun(call) {
      const rule = struck(call, ({ kind = "error" }) => silent.has(kind));
      return rule && ({ kind: rule.kind } as Delivery);
    },
    atRun(api, call, sessionIssuedAt) {
      const rule = struck(
        call,
        (candidate) => !silent.has(candidate.kind ?? "error") && concerns(candidate, sessionIssuedAt),
      );
      return rule && carryOut(api, rule);
    },
  };
}

export function fits(match: CallMatch, call: CalledOperation): boolean {
  return (
    (match.service ?? call.service) === call.service &&
    (match.operation ?? call.operation) === call.operation &&
    (match.accountId ?? call.accountId) === call.accountId &&
    (match.region ?? call.region) === call.region
  );
}

/** Only sessions expire, and with `issuedBefore` only older ones. */
function concerns({ kind, issuedBefore }: FaultRule, sessionIssuedAt: string | undefined): boolean {
  if (kind !== "expired-token") return true;
  if (sessionIssuedAt === undefined) return false;
  return issuedBefore === undefined || Date.parse(sessionIssuedAt) < Date.parse(issuedBefore);
}

function carryOut(api: Api, rule: FaultRule): Delivery {
  const { kind = "error", code = "", message, status } = rule;
  switch (kind) {
    case "error":
      throw new AwsFault(code, message ?? "A fault of the simulator's settings.", status ?? 400);
    case "server-error":
      throw fault(api, "internal", message ?? "We encountered an internal error. Please try again.");
    case "throttle":
      throw throttled(api);
    case "expired-token":
      throw fault(api, "expired", "The security token included in the request is expired");
    case "slow-body":
      return { kind, bytesPerSecond: rule.bytesPerSecond ?? 1000 };
    default:
      return { kind };
  }
}
