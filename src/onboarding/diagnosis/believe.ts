// Which evidence is believed: what our own calls were told over what the policies say over what AWS's policy
// simulator says. An observation that is older than a change of the policies is history, not evidence.
import type { Verdict } from "#iam/verdict.ts";
import type { SimulatedAction } from "#model/role-inspection.ts";
import type { Observation, Obstacle } from "./observed.ts";

export type Believed = Verdict["verdict"] | "not-applicable";
export type Cause = "policy" | "resource-policy" | "region-off" | Obstacle | "not-read";

export interface Belief {
  verdict: Believed;
  denial: Verdict["denial"];
  cause: Cause | null;
  evidence: "observed" | "computed" | "simulated";
  /** Why this one and not another, in a sentence. */
  believed: string;
}

export interface Evidence {
  observed: Observation | null;
  computed: Verdict;
  /** null: it was not asked or did not answer. "allowed" is one that it did not deny. */
  simulated: SimulatedAction | "allowed" | null;
  /** When the newest of the policies was first read as it is now. */
  policiesSince: Date | null;
}

export function believe(evidence: Evidence): Belief {
  const { observed, computed, policiesSince } = evidence;
  const isCurrent = observed !== null && (policiesSince === null || observed.at >= policiesSince);
  if (observed && isCurrent) return byObservation(observed, evidence);
  const past = observed ? ` The last call, of ${stamp(observed.at)}, is older than the policies.` : "";
  if (computed.verdict !== "unknown") return byPolicies(computed, past);
  return bySimulator(evidence, past);
}

function byObservation(observed: Observation, { computed }: Evidence): Belief {
  const base = { evidence: "observed", denial: null } as const;
  const { outcome, at, deniedBy } = observed;
  const when = stamp(at);
  if (outcome === "allowed") {
    const against =
      computed.verdict === "allowed"
        ? ""
        : ` The policies say ${computed.verdict}: a key that only AWS knows decides.`;
    return {
      ...base,
      verdict: "allowed",
      cause: null,
      believed: `Our call of ${when} was answered.${against}`,
    };
  }
  if (outcome === "denied" || outcome === "denied-for-some") {
    const isOfResource = deniedBy?.layer === "resource" || outcome === "denied-for-some";
    const denial = computed.denial ?? denialOf(observed);
    const against =
      computed.verdict === "allowed" ? " The policies that we could read allow it: another one denies." : "";
    return {
      ...base,
      denial,
      verdict: outcome === "denied" ? "denied" : "conditional",
      cause: isOfResource ? "resource-policy" : "policy",
      believed: `AWS refused our call of ${when}.${against}`,
    };
  }
  const cause = outcome;
  const isOff = outcome === "not-activated" || outcome === "region-refused";
  const verdict = isOff ? "not-applicable" : "unknown";
  return {
    ...base,
    verdict,
    cause,
    believed: `Our call of ${when} failed, and not for a lack of permission.`,
  };
}

/** As AWS's message says it: "with an explicit deny in …", "because no … policy allows …". */
function denialOf({ message }: Observation): Verdict["denial"] {
  if (message === null) return null;
  return /explicit deny/i.test(message) ? "explicit" : /because no /i.test(message) ? "implicit" : null;
}

function byPolicies({ verdict, denial }: Verdict, past: string): Belief {
  const cause = verdict === "allowed" ? null : "policy";
  const believed = `Computed from the policies as they were read; no call of ours has shown it yet.${past}`;
  return { verdict, denial, cause, evidence: "computed", believed };
}

function bySimulator({ simulated }: Evidence, past: string): Belief {
  const unread = "Not all policies could be read";
  const base = { denial: null, cause: "not-read" } as const;
  if (simulated === null)
    return {
      ...base,
      verdict: "unknown",
      evidence: "computed",
      believed: `${unread}, and nobody else has told.${past}`,
    };
  if (simulated === "allowed")
    return {
      ...base,
      verdict: "allowed",
      cause: null,
      evidence: "simulated",
      believed: `${unread}; AWS's policy simulator allows it.${past}`,
    };
  // It takes every condition key that it was not given for absent, so its denial decides nothing (iam.md §3.1).
  return {
    ...base,
    verdict: "unknown",
    evidence: "simulated",
    believed: `${unread}; AWS's policy simulator denies it, but without knowing the whole request.${past}`,
  };
}

function stamp(at: Date): string {
  return `${at.toISOString().slice(0, 16).replace("T", " ")} UTC`;
}
