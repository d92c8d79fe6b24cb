// Scores and their coverage: pure arithmetic over counters. Lost sight keeps the last verdict, so a score
// can only stay or fall when less is seen; coverage says how much of it is seen now.

export interface ScoreCounts {
  judged: number;
  failed: number;
  unknown: number;
  notApplicable: number;
  /** Of passed and failed: verdicts that are the last known ones. */
  stalePassed: number;
  staleFailed: number;
  /** Of the fresh ones: those in scopes that are not seen now. */
  outOfSight: number;
}

export interface Sight {
  /** Scopes that were completed once and are seen now. */
  seen: number;
  /** Scopes there should be. */
  expected: number;
}

export interface Score {
  /** Share of the known verdicts that pass, null while nothing is known. */
  value: number | null;
  /** Share of the applicable pairs whose verdict is known and fresh, times the share of scopes that are seen. */
  coverage: number | null;
  passed: number;
  failed: number;
  unknown: number;
  stale: number;
}

export const noCounts: ScoreCounts = {
  judged: 0,
  failed: 0,
  unknown: 0,
  notApplicable: 0,
  stalePassed: 0,
  staleFailed: 0,
  outOfSight: 0,
};

export function addCounts(all: readonly ScoreCounts[]): ScoreCounts {
  return all.reduce(
    (sum, counts) => ({
      judged: sum.judged + counts.judged,
      failed: sum.failed + counts.failed,
      unknown: sum.unknown + counts.unknown,
      notApplicable: sum.notApplicable + counts.notApplicable,
      stalePassed: sum.stalePassed + counts.stalePassed,
      staleFailed: sum.staleFailed + counts.staleFailed,
      outOfSight: sum.outOfSight + counts.outOfSight,
    }),
    noCounts,
  );
}

/** Clouds of which no scope is known yet count as one average cloud each. */
export function sightOf(
  scopes: { seen: number; expected: number },
  clouds: { active: number; withoutScopes: number },
): Sight {
  const known = clouds.active - clouds.withoutScopes;
  // Where no cloud is known at all, one scope each: expected, not seen.
  const perCloud = known > 0 ? scopes.expected / known : 1;
  return { seen: scopes.seen, expected: scopes.expected + clouds.withoutScopes * perCloud };
}

export function scoreOf(counts: ScoreCounts, sight: Sight): Score {
  const passed = passedOf(counts);
  const known = passed + counts.failed;
  const stale = Math.min(known, counts.stalePassed + counts.staleFailed + Math.round(counts.outOfSight));
  return {
    value: known === 0 ? null : passed / known,
    coverage: coverageOf(counts, sight),
    passed,
    failed: counts.failed,
    unknown: counts.unknown,
    stale,
  };
}

export function passedOf({ judged, failed, unknown, notApplicable }: ScoreCounts): number {
  return judged - failed - unknown - notApplicable;
}

function coverageOf(counts: ScoreCounts, { seen, expected }: Sight): number | null {
  if (expected === 0) return null;
  const applicable = counts.judged - counts.notApplicable;
  const fresh = applicable - counts.unknown - counts.stalePassed - counts.staleFailed - counts.outOfSight;
  // Nothing applicable in what is seen: there the verdicts are all known.
  const known = applicable === 0 ? 1 : Math.max(0, fresh) / applicable;
  return known * (seen / expected);
}
