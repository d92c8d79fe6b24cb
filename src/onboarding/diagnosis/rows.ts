// One row of a diagnosis: what is believed of an action in a region, everything that is in its way, and what mends it.
import { type Mend, mend, proposeChange, withChange } from "#iam/change.ts";
import { evaluate } from "#iam/evaluate.ts";
import { explain } from "#iam/explain.ts";
import { type LayerName, layerNames } from "#iam/layers.ts";
import type { Blocker, Explanation, Verdict } from "#iam/verdict.ts";
import type { SimulatedAction } from "#model/role-inspection.ts";
import type { DiagnosisRole } from "#store/diagnosis-inputs.ts";
import { type Belief, believe } from "./believe.ts";
import type { Question } from "./compute.ts";
import { isLearnt, type Learnt } from "./learnt.ts";
import { type Observation, observed, type Told } from "./observed.ts";

export interface Row extends Belief {
  region: string;
  action: string;
  layer: LayerName | "region" | "service" | null;
  blockers: readonly Blocker[];
  conditionKeys: readonly string[];
  mend: Mend | null;
  /** The role was made by a template. */
  isOfTemplate: boolean;
  observed: Observation | null;
  computed: Verdict;
  simulated: SimulatedAction | "allowed" | null;
  /** When what is believed was found out. */
  at: Date;
}

export interface RowParts {
  told: Told;
  role: DiagnosisRole;
  policiesSince: Date | null;
  homeRegion: string;
  at: Date;
  learnt: Learnt;
  /** Explanations of equal questions, so that each is made once. */
  explained: Map<string, Explained>;
}

interface Explained {
  explanation: Explanation;
  mend: Mend | null;
}

export function rowOf(question: Question, parts: RowParts): Row {
  const { needed, region, computed } = question;
  const { told, role, policiesSince, homeRegion, at } = parts;
  const seen = observed(told, needed, region === "global" ? homeRegion : region);
  const simulated = simulatedOf(role, needed.action);
  const given = believe({ observed: seen, computed, simulated, policiesSince });
  const isOpen = given.verdict !== "allowed" && computed.verdict !== "allowed";
  const why = isOpen ? explained(question, parts) : null;
  const belief = taught(given, why, parts.learnt);
  return {
    ...belief,
    ...{ region, action: needed.action },
    layer: layerOf(belief, why?.explanation ?? null, seen),
    blockers: why?.explanation.blockers ?? [],
    conditionKeys: why?.explanation.unknownKeys ?? [],
    mend: belief === given ? (why?.mend ?? null) : mendOfTaught(question, why, parts.learnt),
    isOfTemplate: role.reading?.template != null,
    ...{ observed: seen, computed, simulated },
    at: belief.evidence === "observed" && seen ? seen.at : at,
  };
}

/** What AWS told of one call, for another that the same statement covers. */
function taught(belief: Belief, why: Explained | null, learnt: Learnt): Belief {
  const isOpen = belief.verdict === "conditional" || belief.verdict === "unknown";
  if (!isOpen || belief.evidence === "observed" || !why) return belief;
  if (!why.explanation.blockers.some((blocker) => isLearnt(learnt, blocker))) return belief;
  return { verdict: "denied", denial: "explicit", cause: "policy", evidence: "observed" };
}

/** The changes of what denies us for sure, though the policies alone do not show it. */
function mendOfTaught({ request, layers }: Question, why: Explained | null, learnt: Learnt): Mend {
  let current = layers;
  const steps = (why?.explanation.blockers ?? [])
    .filter((blocker) => isLearnt(learnt, blocker))
    .map((blocker) => {
      const change = proposeChange(blocker, request);
      if (!("none" in change)) current = withChange(current, change, blocker);
      return { blocker, change, verdict: evaluate(request, current) };
    });
  return { steps, verdict: evaluate(request, current) };
}

function explained(question: Question, { explained: known }: RowParts): Explained {
  const { needed, region } = question;
  const key = `${needed.action} ${needed.place} ${region}`;
  let found = known.get(key);
  if (!found) {
    const explanation = plain(explain(question.request, question.layers));
    found = { explanation, mend: mend(question.request, question.layers) };
    known.set(key, found);
  }
  return found;
}

/** That a layer was not read says it all; that no policy of it allows is no more than that. */
function plain(explanation: Explanation): Explanation {
  const unread = new Set(explanation.unread);
  const says = (blocker: Blocker) =>
    blocker.kind !== "no-allow" || blocker.certain || !unread.has(blocker.layer);
  return { ...explanation, blockers: explanation.blockers.filter(says) };
}

function simulatedOf({ simulation }: DiagnosisRole, action: string): Row["simulated"] {
  if (!simulation || simulation.error) return null;
  return simulation.denied.find((one) => one.action.toLowerCase() === action.toLowerCase()) ?? "allowed";
}

function layerOf(belief: Belief, explanation: Explanation | null, seen: Observation | null): Row["layer"] {
  if (belief.verdict === "allowed") return null;
  if (belief.cause === "region-off" || belief.cause === "region-refused") return "region";
  if (belief.cause === "not-activated" || belief.cause === "throttled") return "service";
  if (belief.cause === "unavailable" || belief.cause === "failed") return "service";
  const told = layerNames.find((layer) => layer === seen?.deniedBy?.layer);
  const [first] = explanation?.blockers ?? [];
  return told ?? first?.layer ?? null;
}
