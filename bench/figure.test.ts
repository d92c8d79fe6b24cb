import { execFileSync, spawnSync } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { type Figure, hardware, passes } from "./figure.ts";

const script = fileURLToPath(new URL("../bin/bench.js", import.meta.url));

test.each<[Partial<Figure>, boolean]>([
  [{ measured: 32, atMost: 32 }, true],
  [{ measured: 33, atMost: 32 }, false],
  [{ measured: 5, atLeast: 5 }, true],
  [{ measured: 4.9, atLeast: 5 }, false],
  [{ measured: 4 }, true],
  [{ measured: Number.NaN, atMost: 5 }, false],
  [{ measured: Number.POSITIVE_INFINITY, atLeast: 5 }, false],
])("%o passes: %s", (figure, expected) => {
  expect(passes({ name: "calls", unit: "calls", measured: 0, ...figure })).toBe(expected);
});

/** A benchmark of its own, in the real folder, for as long as the test runs. */
function benchmark(figures: string): string {
  const name = `zz-figure-test-${process.pid}`;
  const path = fileURLToPath(new URL(`./${name}.ts`, import.meta.url));
  writeFileSync(
    path,
    `// Proves bin/bench.js. Not measured.\nexport default async (options: Record<string, string>) => ${figures};\n`,
  );
  onTestFinished(() => rmSync(path));
  return name;
}

test.each([
  ["20", 0, "PASS calls 20 32 (calls, at most)\n"],
  ["33", 1, "FAIL calls 33 32 (calls, at most)\n"],
  ["Number(options.calls)", 0, "PASS calls 7 32 (calls, at most)\n"],
])("prints the machine and a line per figure: %s", (measured, code, line) => {
  const name = benchmark(`[{ name: "calls", measured: ${measured}, unit: "calls", atMost: 32 }]`);
  const outcome = spawnSync(process.execPath, [script, name, "--calls", "7"], { encoding: "utf8" });
  expect(outcome.stdout).toBe(`${hardware()}\n${line}`);
  expect(outcome.status).toBe(code);
});

test("prints JSON, and lists the benchmarks with their purpose", () => {
  const name = benchmark(`[{ name: "calls", measured: 1, unit: "calls" }]`);
  const text = execFileSync(process.execPath, [script, name, "--json"], { encoding: "utf8" });
  expect(JSON.parse(text)).toMatchObject({
    benchmark: name,
    figures: [{ name: "calls", measured: 1, pass: true }],
  });
  const list = execFileSync(process.execPath, [script], { encoding: "utf8" });
  expect(list).toMatch(new RegExp(`^${name} *Proves bin/bench.js$`, "m"));
  expect(list).not.toContain("figure.ts");
  expect(list).not.toMatch(/^figure /m);
});

test.each(["nothing-like-it", "../src/main", "figure"])("refuses %s", (name) => {
  const outcome = spawnSync(process.execPath, [script, name], { encoding: "utf8" });
  expect(outcome.status).toBe(2);
  expect(outcome.stderr).toBe(`There is no benchmark "${name}"; npm run bench lists them.\n`);
});
