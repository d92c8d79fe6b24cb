// Three projects: `unit`, whose files share two processes, so that modules and the catalog load once and not for each
// of 230 files; `apart`, a process of its own for each file that changes or measures its process or starts whole
// ones; and `browser`, with a real Chromium. All share the embedded PostgreSQL of tests/database-server.ts.

import { defineConfig } from "vitest/config";
import { LongestFirst } from "./tests/longest-first.ts";

const sources = new URL("./src/", import.meta.url).pathname;
/** Files that are in the `apart` project. */
const apart = [
  "tests/**/*.test.ts",
  // Environment of the process.
  "src/aws/platform-credentials.test.ts",
  "simulator/metadata/server.test.ts",
  // Memory of the process.
  "simulator/malformed-fuzz.test.ts",
  "simulator/worlds/demo.test.ts",
  // Processes that are killed, and what they leave.
  "src/cli/supervise.test.ts",
  "src/jobs/killed-{sync,worker}.test.ts",
  "src/store/embedded*.test.ts",
];
const elsewhere = ["tests/browser/**", "**/node_modules/**"];
const shared = {
  resolve: { alias: [{ find: /^#(.*)/, replacement: `${decodeURIComponent(sources)}$1` }] },
};
const ofAll = {
  environment: "node",
  pool: "forks",
  // PostgreSQL and the simulators of the tests need the cores too.
  maxWorkers: 2,
  testTimeout: 60_000,
} as const;
const ofUnit = { ...ofAll, setupFiles: ["tests/property-seed.ts"], hookTimeout: 180_000 };

export default defineConfig({
  test: {
    globalSetup: ["tests/database-server.ts"],
    // A test left out is a test that says nothing; run-tests.js counts skipped ones as failed.
    allowOnly: false,
    sequence: { sequencer: LongestFirst },
    projects: [
      { ...shared, test: { ...ofUnit, name: "apart", include: apart, exclude: elsewhere } },
      {
        ...shared,
        test: {
          ...ofUnit,
          name: "unit",
          include: ["{src,simulator,facts,bench}/**/*.test.{ts,tsx}"],
          exclude: [...apart, ...elsewhere],
          isolate: false,
        },
      },
      {
        ...shared,
        test: {
          ...ofAll,
          name: "browser",
          globalSetup: ["tests/connected-product-server.ts"],
          include: ["tests/browser/**/*.test.ts"],
          hookTimeout: 240_000,
          // Not beside the unit tests: both measure time.
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
