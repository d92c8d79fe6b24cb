// The order of the test files: the longest first, so that a run does not end with one long file on one core. Vitest
// knows how long each took only where they ran before, and a fresh clone has nothing of that.

import { BaseSequencer, type TestSpecification } from "vitest/node";

/** Seconds alone on 2 cores (2026-11-22), of files that take longer than their size tells; only the order matters. */
const seconds: Record<string, number> = {
  "tests/process/demo.test.ts": 150,
  "tests/process/simulator-determinism.test.ts": 60,
  "src/jobs/killed-worker.test.ts": 50,
  "src/store/embedded.test.ts": 50,
  "src/store/embedded-place.test.ts": 36,
  "tests/process/organization-add.test.ts": 35,
  "src/jobs/killed-sync.test.ts": 29,
  "tests/process/simulator.test.ts": 25,
  "simulator/malformed-fuzz.test.ts": 22,
  "tests/process/template-publish.test.ts": 18,
  "tests/process/simulator-tour.test.ts": 15,
  "src/jobs/statement-plans.test.ts": 33,
  "src/rules/differential.test.ts": 20,
  "src/store/ingest-sequences.test.ts": 12,
  "simulator/wire/fuzz.test.ts": 12,
  "tests/browser/single-cloud.test.ts": 63,
  "tests/browser/journey.test.ts": 55,
  "tests/browser/pages.test.ts": 50,
};

export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const bySize = await super.sort(files);
    const ofProjects = Map.groupBy(bySize, ({ project }) => project.name).values();
    return [...ofProjects].flatMap((own) => own.toSorted((a, b) => secondsOf(b) - secondsOf(a)));
  }
}

function secondsOf({ moduleId }: TestSpecification): number {
  const found = Object.entries(seconds).find(([path]) => moduleId.endsWith(`/${path}`));
  return found?.[1] ?? 0;
}
