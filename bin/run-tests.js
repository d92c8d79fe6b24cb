// `npm test`: type check, lint, dead code, then every test; the last line is `N passed, N failed`, where each gate
// counts as one. With arguments (`npm test -- src/store`) only those tests, without the gates.

import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildWeb } from "./build-web.js";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
/** Each is a program of node_modules/.bin; Windows has scripts there. */
const program = (name) =>
  join(root, "node_modules", ".bin", process.platform === "win32" ? `${name}.cmd` : name);

const gates = [
  { name: "type check", command: "tsc", args: ["--noEmit", "-p", "tsconfig.json"] },
  { name: "type check of the web", command: "tsc", args: ["--noEmit", "-p", "src/web/tsconfig.json"] },
  { name: "lint", command: "biome", args: ["check", "--error-on-warnings", "."] },
  { name: "dead code", command: "knip", args: ["--no-progress"] },
];

const filters = process.argv.slice(2);
const counts = { passed: 0, failed: 0, skipped: 0 };

if (filters.length === 0) {
  await gate("web build", () => buildWeb());
  for (const { name, command, args } of gates) await gate(name, () => run(command, args));
}
await runTests();

const skipped = counts.skipped === 0 ? "" : `, ${counts.skipped} skipped`;
process.stdout.write(`\n${counts.passed} passed, ${counts.failed} failed${skipped}\n`);
process.exitCode = counts.failed === 0 ? 0 : 1;

async function gate(name, work) {
  const startedAt = performance.now();
  const code = await work();
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  process.stdout.write(`${code === 0 ? "ok  " : "FAIL"} ${name} (${seconds} s)\n`);
  counts[code === 0 ? "passed" : "failed"] += 1;
}

async function runTests() {
  const folder = mkdtempSync(join(tmpdir(), "skywarden-test-report-"));
  const report = join(folder, "report.json");
  const code = await run("vitest", [
    ...[
      "run",
      "--passWithNoTests=false",
      "--reporter=default",
      "--reporter=json",
      `--outputFile.json=${report}`,
    ],
    ...filters,
  ]);
  if (existsSync(report)) count(JSON.parse(readFileSync(report, "utf8")));
  rmSync(folder, { recursive: true, force: true });
  // A file that does not load, an error outside of tests, a crash: red without a failed test.
  if (code !== 0 && counts.failed === 0) counts.failed = 1;
}

function count(report) {
  counts.passed += report.numPassedTests;
  counts.failed += report.numFailedTests;
  // A file without results could not be loaded: none of its tests is in the numbers above.
  for (const file of report.testResults) {
    if (file.status === "failed" && file.assertionResults.length === 0) counts.failed += 1;
    for (const test of file.assertionResults) {
      if (test.status === "passed" || test.status === "failed") continue;
      counts.skipped += 1;
      process.stdout.write(`${test.status} ${test.fullName}\n`);
    }
  }
}

function run(command, args) {
  return new Promise((settle) => {
    const child = spawn(program(command), args, {
      cwd: root,
      // Tests start some two hundred processes of Skywarden; with what the first compiled, the next load in half the time.
      env: { NODE_COMPILE_CACHE: join(root, "node_modules", ".cache", "skywarden-tests"), ...process.env },
      stdio: ["ignore", "inherit", "inherit"],
      shell: process.platform === "win32",
    });
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.once(signal, () => child.kill(signal));
    child.on("error", (error) => {
      process.stdout.write(`${command}: ${error.message}\n`);
      settle(1);
    });
    child.on("exit", (code) => settle(code ?? 1));
  });
}
