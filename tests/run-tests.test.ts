// bin/run-tests.js counts what Vitest reports: its last line is what CI believes.

import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";

const repository = dirname(dirname(fileURLToPath(import.meta.url)));
const files = {
  good: `test("good", () => undefined); test("good too", () => undefined);`,
  bad: `test("bad", () => { throw new Error("bad"); }); test("good", () => undefined);`,
  left: `test.skip("left out", () => undefined); test("good", () => undefined);`,
  broken: `import "./nowhere.js"; test("never seen", () => undefined);`,
  stray: `test("good", () => { setTimeout(() => { throw new Error("stray"); }); return new Promise((settle) => setTimeout(settle, 50)); });`,
};

test.each<[keyof typeof files | "none", string, number]>([
  ["good", "2 passed, 0 failed", 0],
  ["bad", "1 passed, 1 failed", 1],
  ["left", "1 passed, 0 failed, 1 skipped", 0],
  ["broken", "0 passed, 1 failed", 1],
  ["stray", "1 passed, 1 failed", 1],
  ["none", "0 passed, 1 failed", 1],
])("%s: %s", (name, line, code) => {
  const root = mkdtempSync(join(tmpdir(), "skywarden-run-tests-"));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  cpSync(join(repository, "bin"), join(root, "bin"), { recursive: true });
  symlinkSync(join(repository, "node_modules"), join(root, "node_modules"));
  writeFileSync(join(root, "package.json"), JSON.stringify({ type: "module" }));
  writeFileSync(join(root, "vitest.config.js"), "export default {};");
  if (name !== "none")
    writeFileSync(join(root, "a.test.js"), `import { test } from "vitest"; ${files[name]}`);
  const outcome = spawnSync(process.execPath, [join(root, "bin", "run-tests.js"), "a.test.js"], {
    encoding: "utf8",
    env: { ...process.env, VITEST: undefined, NODE_ENV: undefined },
  });
  expect(outcome.stdout.trimEnd().split("\n").at(-1), outcome.stdout + outcome.stderr).toBe(line);
  expect(outcome.status).toBe(code);
});
