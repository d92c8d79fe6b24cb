// Two opinions on the same generated policies and requests: this evaluator and the simulator's own decision, which
// share nothing. Where they differed, AWS's documentation has decided (README.md), and the case is kept elsewhere.
import fc from "fast-check";
import { afterEach, expect, test } from "vitest";
import { evaluate } from "#iam/evaluate.ts";
import { explain } from "#iam/explain.ts";
import type { Layers } from "#iam/layers.ts";
import type { RawStatement } from "#iam/testing/cases.ts";
import { documentOf, layersFrom, requestFrom } from "#iam/testing/generated-case.ts";
import { type GeneratedLayers, type GeneratedRequest, layers, request } from "#iam/testing/generators.ts";
import type { Blocker } from "#iam/verdict.ts";
import { authorize, type Decision, memo } from "../../simulator/authorize.ts";
import type { Principal } from "../../simulator/operation.ts";
import { resourceVerdict } from "../../simulator/policy/principal.ts";
import { supportsResourceControl } from "../../simulator/resource-control.ts";

afterEach(() => {
  memo.isOn = true;
});

const sets = Number(process.env.IAM_SETS ?? 1_000);
const requestsPerSet = 10;
const cases = sets * requestsPerSet;

test("over 10,000 cases the simulator decides the same, with its memo and without", () => {
  const seen = { allowed: 0, explicit: 0, implicit: 0, conditional: 0 };
  const many = fc.array(request, { minLength: requestsPerSet, maxLength: requestsPerSet });
  fc.assert(
    fc.property(layers, many, (set, requests) => {
      const ours = layersFrom(set);
      const simulated = openSimulated(set);
      for (const one of requests) seen[compare(one, ours, simulated)]++;
    }),
    { numRuns: sets },
  );
  for (const kind of ["allowed", "explicit", "implicit"] as const)
    expect(seen[kind], JSON.stringify(seen)).toBeGreaterThan(cases / 20);
  expect(seen.conditional).toBeLessThan(cases / 10);
}, 120_000);

/** An `expect` for every comparison would take longer than what it compares. */
function compare(one: GeneratedRequest, ours: Layers, simulated: (one: GeneratedRequest) => Decision) {
  const { verdict, denial } = evaluate(requestFrom(one), ours);
  const answer = denial ?? (verdict as "allowed" | "conditional");
  const { blockers, ...explained } = explain(requestFrom(one), ours);
  if (explained.verdict !== verdict || explained.denial !== denial)
    expect(explained).toEqual({ verdict, denial });
  // What AWS's documentation leaves open agrees with whatever the simulator says.
  if (verdict === "conditional") return answer;
  const isOpen = blockers.some((blocker) => blocker.kind === "deny" && !blocker.certain);
  for (const isOn of [true, false]) {
    memo.isOn = isOn;
    const decision = simulated(one);
    const theirs = isOpen && denial && !decision.allowed ? denial : answerOf(decision);
    if (theirs !== answer) expect(theirs, JSON.stringify([one, decision])).toBe(answer);
    const isNamed = decision.allowed || blockingLayers(blockers).includes(ourNames[decision.layer]);
    if (!isNamed) expect(blockingLayers(blockers), JSON.stringify([one, decision])).toContain(decision.layer);
  }
  return answer;
}

function answerOf(decision: Decision) {
  if (decision.allowed) return "allowed";
  return decision.isExplicit ? "explicit" : "implicit";
}

function blockingLayers(blockers: readonly Blocker[]): string[] {
  return blockers.map(({ layer }) => (layer === "trust" ? "resource" : layer));
}

const ourNames = {
  identity: "identity",
  boundary: "boundary",
  session: "session",
  serviceControl: "scp",
  resourceControl: "rcp",
  resource: "resource",
} as const;

const principals: Record<GeneratedRequest["caller"], Principal> = {
  role: {
    kind: "role-session",
    accountId: "111122223333",
    arn: "arn:aws:sts::111122223333:assumed-role/csp-harvest/Skywarden",
    roleArn: "arn:aws:iam::111122223333:role/csp-harvest",
    userId: "AROAHARVEST:Skywarden",
    accessKeyId: "ASIA",
    tags: {},
  },
  user: {
    kind: "user",
    accountId: "111122223333",
    arn: "arn:aws:iam::111122223333:user/eve",
    userId: "AIDAEVE",
    accessKeyId: "AKIA",
    tags: {},
  },
};

/** As the simulator does before it decides: RCPs of services that have them, the resource's own policy. */
function openSimulated(set: GeneratedLayers): (one: GeneratedRequest) => Decision {
  const rcp = levels(set.rcp);
  const text = JSON.stringify(documentOf(set.resource ?? []));
  const simulatedLayers = {
    identity: sources(set.identity),
    boundary: set.boundary ? sources([set.boundary]) : undefined,
    session: set.session ? sources(set.session) : undefined,
    serviceControl: levels(set.scp),
  };
  return ({ action, resource, resourceAccountId: accountId, caller, keys }) => {
    const context = (key: string) => {
      const value = keys[key];
      return value === null || value === undefined ? undefined : [value].flat();
    };
    const service = action.slice(0, action.indexOf(":"));
    const isReached = supportsResourceControl(service) && action !== "kms:RetireGrant";
    const asked = { action, resource, context, resourceControl: isReached ? rcp : undefined };
    const isDecisive = resource.includes(":key/") || service === "sts";
    const isSameAccount = accountId === principals[caller].accountId;
    const own = set.resource
      ? resourceVerdict({ text, accountId, isDecisive }, principals[caller], asked, set.boundary !== null)
      : { denies: false, allows: undefined, isSameAccount, isDecisive };
    return authorize(simulatedLayers, asked, own);
  };
}

function sources(policies: readonly RawStatement[][]) {
  return policies.map((statements) => ({ text: JSON.stringify(documentOf(statements)) }));
}

function levels(all: readonly RawStatement[][][] | null) {
  return all?.map(sources);
}
