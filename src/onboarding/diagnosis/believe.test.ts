// What a call was told, and which evidence is believed: each obstacle apart from a lack of permission.
import { describe, expect, test } from "vitest";
import type { KnownDenial } from "#model/known-denial.ts";
import type { Gap } from "#model/resource.ts";
import { believe, type Evidence } from "./believe.ts";
import type { NeededAction } from "./needed-actions.ts";
import { observed, toldOf } from "./observed.ts";

const at = new Date("2026-11-22T10:00:00Z");
const later = new Date("2026-11-22T11:00:00Z");
const operation = "guardduty:ListDetectors";
const needed: NeededAction = {
  ...{ action: operation, place: "regional", resource: "*" },
  calls: [{ operation, type: "aws.guardduty.detector", isListing: true, isSometimes: false }],
};

const gap = (code: string, reason: Gap["reason"]) => ({
  ...{ path: "", operation, code, reason, message: `${code}.`, resources: 0 },
});

function told(
  gaps: ReturnType<typeof gap>[],
  denials: Partial<KnownDenial>[] = [],
  completedAt: Date | null = at,
) {
  const scope = {
    type: "aws.guardduty.detector",
    region: "us-east-1",
    completedAt,
    triedAt: at,
    gaps,
    resources: 0,
  };
  const known = denials.map(
    (one): KnownDenial => ({
      ...{ operation, region: "us-east-1", target: "", code: "AccessDenied", message: "no", deniedBy: null },
      ...{ since: at, triedAt: at, nextTryAt: later },
      ...one,
    }),
  );
  return observed(toldOf({ scopes: [scope], denials: known }), needed, "us-east-1");
}

const allowed = { verdict: "allowed", denial: null } as const;
const evidence = (more: Partial<Evidence>): Evidence => ({
  ...{ observed: null, computed: allowed, simulated: null, policiesSince: null },
  ...more,
});

describe("a call that failed is told from one that was refused", () => {
  const cases: [string, Gap["reason"], string, string][] = [
    ["AccessDenied", "denied", "denied", "denied"],
    ["OptInRequired", "denied", "not-activated", "not-applicable"],
    ["SubscriptionRequiredException", "denied", "not-activated", "not-applicable"],
    ["AuthFailure", "denied", "region-refused", "not-applicable"],
    ["RequestLimitExceeded", "throttled", "throttled", "unknown"],
    ["InternalError", "unavailable", "unavailable", "unknown"],
    ["Timeout", "failed", "failed", "unknown"],
  ];
  test.each(cases)("%s", (code, reason, outcome, verdict) => {
    const seen = told([gap(code, reason)]);
    expect(seen?.outcome).toBe(outcome);
    expect(believe(evidence({ observed: seen }))).toMatchObject({ verdict, evidence: "observed" });
  });
});

test("a complete listing is an answer; an incomplete one says nothing", () => {
  expect(told([])?.outcome).toBe("allowed");
  expect(told([], [], null)).toBeNull();
});

test("what was refused for one resource counts for that one where others were answered", () => {
  expect(told([], [{ target: "one" }])).toMatchObject({ outcome: "denied-for-some", resources: 1 });
  expect(told([gap("AccessDenied", "denied")], [{ target: "" }])).toMatchObject({
    outcome: "denied",
    resources: null,
  });
});

test("what our calls were told counts more than what the policies say, until those change", () => {
  const denied = { verdict: "denied", denial: "explicit" } as const;
  const seen = told([]);
  expect(believe(evidence({ observed: seen, computed: denied }))).toMatchObject({
    verdict: "allowed",
    evidence: "observed",
  });
  expect(believe(evidence({ observed: seen, computed: denied, policiesSince: later }))).toMatchObject({
    ...{ verdict: "denied", evidence: "computed" },
  });
});

test("AWS's simulator is asked last, and its denial decides nothing", () => {
  const unknown = { verdict: "unknown", denial: null } as const;
  const denial = {
    action: operation,
    decision: "explicitDeny",
    allowedByOrganizations: false,
    missingKeys: [],
  };
  expect(believe(evidence({ computed: unknown }))).toMatchObject({
    verdict: "unknown",
    evidence: "computed",
  });
  expect(believe(evidence({ computed: unknown, simulated: "allowed" }))).toMatchObject({
    ...{ verdict: "allowed", evidence: "simulated" },
  });
  expect(believe(evidence({ computed: unknown, simulated: denial }))).toMatchObject({
    ...{ verdict: "unknown", cause: "not-read", evidence: "simulated" },
  });
  expect(believe(evidence({ simulated: denial }))).toMatchObject({
    verdict: "allowed",
    evidence: "computed",
  });
});
