// `npm run build` on a small product: what it writes runs below node_modules, where Node strips no types, and finds
// its own modules, JSON and migrations.

import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";

const repository = dirname(dirname(fileURLToPath(import.meta.url)));

const files = {
  "src/main.ts": `
    import { readdir } from "node:fs/promises";
    import { word } from "#store/word.ts";
    import numbers from "../facts/numbers.json" with { type: "json" };
    const names: string[] = await readdir(new URL("./store/migrations/", import.meta.url));
    process.stdout.write([word, numbers.one, ...names, ...process.argv.slice(2)].join(" ") + "\\n");`,
  "src/store/word.ts": `export { word } from "./deeper.ts";`,
  "src/store/deeper.ts": `export const word: string = "built";`,
  "src/store/word.test.ts": `export const unseen = 1;`,
  "src/store/migrations/0001-first.sql": "select 1;",
  "simulator/world.ts": `export const world = 1;`,
  "facts/numbers.json": `{ "one": 1 }`,
  "facts/quotas.ts": `export const quota = 1;`,
};

function product(): string {
  const root = mkdtempSync(join(tmpdir(), "skywarden-build-"));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  for (const name of ["bin", "package.json", "tsconfig.json"]) {
    cpSync(join(repository, name), join(root, name), { recursive: true });
  }
  symlinkSync(join(repository, "node_modules"), join(root, "node_modules"));
  return root;
}

test("a built package runs where it is installed", () => {
  const root = product();
  execFileSync(process.execPath, [join(root, "bin", "build.js")], { stdio: "inherit" });
  expect(existsSync(join(root, "dist", "simulator", "world.js"))).toBe(true);
  expect(existsSync(join(root, "dist", "src", "store", "word.test.js"))).toBe(false);
  const installed = join(root, "elsewhere", "node_modules", "skywarden");
  for (const name of ["bin", "dist", "package.json"]) {
    cpSync(join(root, name), join(installed, name), { recursive: true });
  }
  const outcome = spawnSync(process.execPath, [join(installed, "bin", "skywarden.js"), "flag"], {
    encoding: "utf8",
  });
  expect(outcome).toMatchObject({ stdout: "built 1 0001-first.sql flag\n", stderr: "", status: 0 });
});

test("a wrong type fails the build", () => {
  const root = product();
  writeFileSync(join(root, "facts", "quotas.ts"), `export const quota: string = 1;`);
  const outcome = spawnSync(process.execPath, [join(root, "bin", "build.js")], { encoding: "utf8" });
  expect(outcome.stdout).toContain("facts/quotas.ts");
  expect(outcome.status).not.toBe(0);
});
