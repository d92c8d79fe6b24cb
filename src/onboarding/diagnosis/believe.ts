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
  if (observed && isCurrent) return byObservation(observed, computed);
  if (computed.verdict !== "unknown") return byPolicies(computed);
  return bySimulator(evidence);
}

const answered: Belief = { verdict: "allowed", denial: null, cause: null, evidence: "observed" };
const permitted: Belief = { verdict: "allowed", denial: null, cause: null, evidence: "computed" };

function byObservation(observed: Observation, computed: Verdict): Belief {
  const { outcome, deniedBy } = observed;
  if (outcome === "allowed") return answered;
  if (outcome === "denied" || outcome === "denied-for-some") {
    const isOfResource = deniedBy?.layer === "resource" || outcome === "denied-for-some";
    return {
      verdict: outcome === "denied" ? "denied" : "conditional",
      denial: computed.denial ?? denialOf(observed),
      cause: isOfResource ? "resource-policy" : "policy",
      evidence: "observed",
    };
  }
  const isOff = outcome === "not-activated" || outcome === "region-refused";
  return {
    verdict: isOff ? "not-applicable" : "unknown",
    denial: null,
    cause: outcome,
    evidence: "observed",
  };
}

/** As AWS's message says it: "with an explicit deny in …", "because no … policy allows …". */
function denialOf({ message }: Observation): Verdict["denial"] {
  if (message === null) return null;
  return /explicit deny/i.test(message) ? "explicit" : /because no /i.test(message) ? "implicit" : null;
}

function byPolicies({ verdict, denial }: Verdict): Belief {
  return verdict === "allowed" ? permitted : { verdict, denial, cause: "policy", evidence: "computed" };
}

function bySimulator({ simulated }: Evidence): Belief {
  if (simulated === "allowed") return { ...permitted, evidence: "simulated" };
  // It takes every condition key that it was not given for absent, so its denial decides nothing (iam.md §3.1).
  const evidence = simulated === null ? "computed" : "simulated";
  return { verdict: "unknown", denial: null, cause: "not-read", evidence };
}
