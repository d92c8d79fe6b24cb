// The lint rules that keep the layers apart, each seen red on a planted fault: in a folder of its own, with the
// project's own configuration.
import { execFile } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const biome = join(root, "node_modules/@biomejs/biome/bin/biome");
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "skywarden-layers-"));
  for (const file of ["biome.json", "package.json", ".gitignore"])
    copyFileSync(join(root, file), join(folder, file));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function faultsOf(files: Record<string, string>): Promise<string> {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  const checked = await promisify(execFile)(process.execPath, [biome, "lint", "--vcs-enabled=false", "."], {
    cwd: folder,
  }).catch((error: { stdout: string; stderr: string }) => error);
  for (const path of Object.keys(files)) rmSync(join(folder, path));
  return checked.stdout + checked.stderr;
}

const one = "export const one = 1;\n";
const importing = (specifier: string) => `import { one } from "${specifier}";\nexport const two = one + 1;\n`;

const planted: [from: string, specifier: string, fault: string | null][] = [
  ["src/model/planted.ts", "#rules/one.ts", "model may import model"],
  ["src/iam/planted.ts", "#catalog/one.ts", "Layers go one way"],
  ["src/rules/planted.ts", "#catalog/one.ts", "Layers go one way"],
  ["src/catalog/planted.ts", "#store/one.ts", "Layers go one way"],
  ["src/store/planted.ts", "#harvest/one.ts", "Layers go one way"],
  ["src/aws/planted.ts", "#store/one.ts", "Layers go one way"],
  ["src/harvest/planted.ts", "#assess/one.ts", "Layers go one way"],
  ["src/assess/planted.ts", "#onboarding/one.ts", "Layers go one way"],
  ["src/access/planted.ts", "#assess/one.ts", "Layers go one way"],
  ["src/onboarding/planted.ts", "#harvest/one.ts", "Layers go one way"],
  ["src/jobs/planted.ts", "#api/one.ts", "Layers go one way"],
  ["src/api/planted.ts", "#cli/one.ts", "Layers go one way"],
  ["src/contract/planted.ts", "#store/one.ts", "Layers go one way"],
  ["src/web/planted.ts", "#store/one.ts", "Layers go one way"],
  ["src/jobs/planted.ts", "#harvest/one.ts", null],
  ["src/web/planted.ts", "#contract/one.ts", null],
];

test.each(planted)("%s importing %s", async (from, specifier, fault) => {
  const found = await faultsOf({
    [specifier.replace("#", "src/")]: one,
    [from]: importing(specifier),
  });
  if (fault === null) expect(found).not.toContain("Layers go one way");
  else expect(found).toContain(fault);
});

test("the product and the simulator do not know each other", async () => {
  expect(
    await faultsOf({ "src/store/one.ts": one, "simulator/planted.ts": importing("../src/store/one.ts") }),
  ).toMatch(/noRestrictedImports/);
  expect(
    await faultsOf({ "simulator/one.ts": one, "src/store/planted.ts": importing("../../simulator/one.ts") }),
  ).toMatch(/noRestrictedImports/);
});

test("a cycle through # is seen", async () => {
  const found = await faultsOf({
    "src/model/first.ts": importing("#model/second.ts"),
    "src/model/second.ts": importing("#model/first.ts"),
  });
  expect(found).toMatch(/noImportCycles/);
});
