// Two projects: `unit`, files side by side, and `browser`, one real Chromium at a time. Both share the
// embedded PostgreSQL of tests/database-server.ts.

import { defineConfig } from "vitest/config";

const sources = new URL("./src/", import.meta.url).pathname;
const shared = {
  resolve: { alias: [{ find: /^#(.*)/, replacement: `${decodeURIComponent(sources)}$1` }] },
};

export default defineConfig({
  test: {
    globalSetup: ["tests/database-server.ts"],
    // A test left out is a test that says nothing; run-tests.js counts skipped ones as failed.
    allowOnly: false,
    projects: [
      {
        ...shared,
        test: {
          name: "unit",
          include: ["{src,simulator,facts,bench,tests}/**/*.test.{ts,tsx}"],
          exclude: ["tests/browser/**", "**/node_modules/**"],
          environment: "node",
          setupFiles: ["tests/property-seed.ts"],
          pool: "forks",
          // PostgreSQL and the simulators of the tests need the cores too.
          maxWorkers: 2,
          testTimeout: 60_000,
          hookTimeout: 180_000,
        },
      },
      {
        ...shared,
        test: {
          name: "browser",
          include: ["tests/browser/**/*.test.ts"],
          environment: "node",
          pool: "forks",
          fileParallelism: false,
          testTimeout: 60_000,
          hookTimeout: 240_000,
          // Not beside the unit tests: both measure time.
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
