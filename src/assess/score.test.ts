// Scores: the arithmetic by cases, and by random estates that lose sight.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { countState, nextState, noCounts as noDelta, type VerdictState } from "#store/verdict-transition.ts";
import { noCounts, type ScoreCounts, scoreOf, sightOf } from "./score.ts";

const all = { seen: 10, expected: 10 };
const counts = (some: Partial<ScoreCounts>): ScoreCounts => ({ ...noCounts, ...some });

describe("score and coverage", () => {
  const cases: [
    string,
    Partial<ScoreCounts>,
    { seen: number; expected: number },
    number | null,
    number | null,
  ][] = [
    ["nothing harvested", {}, { seen: 0, expected: 10 }, null, 0],
    ["no cloud at all", {}, { seen: 0, expected: 0 }, null, null],
    ["nothing there to judge", {}, all, null, 1],
    ["all passed", { judged: 4 }, all, 1, 1],
    ["one of four failed", { judged: 4, failed: 1 }, all, 0.75, 1],
    ["not applicable counts nowhere", { judged: 6, failed: 1, notApplicable: 2 }, all, 0.75, 1],
    ["unknown lowers coverage, not the score", { judged: 8, failed: 1, unknown: 4 }, all, 0.75, 0.5],
    [
      "stale keeps the score and lowers coverage",
      { judged: 4, failed: 1, stalePassed: 1, staleFailed: 1 },
      all,
      0.75,
      0.5,
    ],
    ["out of sight counts as stale", { judged: 4, failed: 1, outOfSight: 2 }, all, 0.75, 0.5],
    ["half of the scopes", { judged: 4 }, { seen: 5, expected: 10 }, 1, 0.5],
    ["all unknown", { judged: 4, unknown: 4 }, all, null, 0],
  ];
  test.each(cases)("%s", (_, some, sight, value, coverage) => {
    expect(scoreOf(counts(some), sight)).toMatchObject({ value, coverage });
  });

  test.each([
    [
      "all clouds known",
      { seen: 30, expected: 40 },
      { active: 4, withoutScopes: 0 },
      { seen: 30, expected: 40 },
    ],
    [
      "one cloud not begun counts as an average one",
      { seen: 30, expected: 30 },
      { active: 4, withoutScopes: 1 },
      { seen: 30, expected: 40 },
    ],
    ["none begun", { seen: 0, expected: 0 }, { active: 3, withoutScopes: 3 }, { seen: 0, expected: 3 }],
    ["no clouds", { seen: 0, expected: 0 }, { active: 0, withoutScopes: 0 }, { seen: 0, expected: 0 }],
  ])("sight: %s", (_, scopes, clouds, sight) => {
    expect(sightOf(scopes, clouds)).toEqual(sight);
  });
});

describe("lost sight", () => {
  const known = fc.constantFrom<VerdictState>(
    { verdict: "pass", stale: false },
    { verdict: "fail", stale: false },
    { verdict: "unknown", stale: false },
    { verdict: "not-applicable", stale: false },
  );
  const pair = fc.record({ state: known, isLost: fc.boolean(), isJudgedAgain: fc.boolean() });

  function count(states: VerdictState[]): ScoreCounts {
    const sum = noDelta();
    for (const state of states) countState(sum, state, 1);
    return {
      judged: sum.judged,
      failed: sum.failed,
      unknown: sum.unknown,
      notApplicable: sum.not_applicable,
      stalePassed: sum.stale_passed,
      staleFailed: sum.stale_failed,
      outOfSight: 0,
    };
  }

  test("the score stays and coverage falls, whether lost pairs are judged again or their scopes are in gap", () => {
    fc.assert(
      fc.property(
        fc.array(pair, { maxLength: 60 }),
        fc.nat(20),
        fc.nat(20),
        (pairs, lostScopes, otherScopes) => {
          const expected = lostScopes + otherScopes;
          const before = scoreOf(count(pairs.map(({ state }) => state)), { seen: expected, expected });
          const after = count(
            pairs.map(({ state, isLost, isJudgedAgain }) =>
              isLost && isJudgedAgain && state?.verdict !== "not-applicable"
                ? nextState(state, "unknown")
                : state,
            ),
          );
          after.outOfSight = pairs.filter(
            ({ state, isLost, isJudgedAgain }) =>
              isLost && !isJudgedAgain && (state?.verdict === "pass" || state?.verdict === "fail"),
          ).length;
          const blind = scoreOf(after, { seen: expected - lostScopes, expected });
          expect(blind.value).toEqual(before.value);
          expect(blind.coverage ?? 0).toBeLessThanOrEqual((before.coverage ?? 0) + 1e-12);
        },
      ),
    );
  });

  test("no coverage lies outside 0 to 1", () => {
    fc.assert(
      fc.property(
        fc.array(pair),
        fc.nat(30),
        fc.nat(30),
        fc.nat(10),
        fc.nat(10),
        (pairs, seen, more, known, without) => {
          const clouds = { active: known + without, withoutScopes: without };
          const { coverage } = scoreOf(
            count(pairs.map(({ state }) => state)),
            sightOf({ seen, expected: seen + more }, clouds),
          );
          expect(coverage === null || (coverage >= 0 && coverage <= 1)).toBe(true);
        },
      ),
    );
  });
});
