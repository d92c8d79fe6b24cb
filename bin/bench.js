// `npm run bench -- NAME [--json] [--option value …]`: runs bench/NAME.ts and says for each figure whether it is
// within its limit. Without a name it lists the benchmarks. Exits 1 if a figure fails, 2 on a wrong name.

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const folder = join(dirname(fileURLToPath(import.meta.url)), "..", "bench");
const [name, ...rest] = process.argv.slice(2);

if (name === undefined || name.startsWith("-")) {
  list();
} else if (!/^[a-z0-9-]+$/.test(name) || !isBenchmark(name)) {
  process.stderr.write(`There is no benchmark "${name}"; npm run bench lists them.\n`);
  process.exitCode = 2;
} else {
  await bench(name, optionsOf(rest));
}

function list() {
  for (const benchmark of benchmarks())
    process.stdout.write(`${benchmark.padEnd(16)}${purposeOf(benchmark)}\n`);
}

function benchmarks() {
  return readdirSync(folder)
    .filter((file) => file.endsWith(".ts") && !file.endsWith(".test.ts"))
    .map((file) => file.slice(0, -3))
    .filter(isBenchmark);
}

/** The folder also holds what benchmarks share. */
function isBenchmark(benchmark) {
  const path = join(folder, `${benchmark}.ts`);
  return existsSync(path) && /^export default /m.test(readFileSync(path, "utf8"));
}

/** The first sentence of the file's head comment. */
function purposeOf(benchmark) {
  const text = readFileSync(join(folder, `${benchmark}.ts`), "utf8");
  const comment =
    /^(?:\/\/.*\n)+/
      .exec(text)?.[0]
      .replace(/^\/\/ ?/gm, "")
      .replaceAll("\n", " ") ?? "";
  return /^.*?[.:;](?= |$)/.exec(comment)?.[0].slice(0, -1) ?? comment.trim();
}

/** `--accounts 12 --json` → { accounts: "12", json: true }. */
function optionsOf(words) {
  const options = {};
  for (let index = 0; index < words.length; index += 1) {
    const [, key, value] = /^--([a-z-]+)(?:=(.*))?$/.exec(words[index]) ?? [];
    if (key === undefined) throw new Error(`not an option: ${words[index]}`);
    const next = words[index + 1];
    if (value !== undefined) options[key] = value;
    else if (next !== undefined && !next.startsWith("--")) {
      options[key] = next;
      index += 1;
    } else options[key] = true;
  }
  return options;
}

async function bench(benchmark, options) {
  const { hardware, printFigures } = await import(pathToFileURL(join(folder, "figure.ts")).href);
  if (!options.json) process.stdout.write(`${hardware()}\n`);
  const { default: run } = await import(pathToFileURL(join(folder, `${benchmark}.ts`)).href);
  const figures = await run(options);
  const isGood = printFigures(benchmark, figures, options.json === true);
  // A benchmark that leaves a connection open must not hang.
  process.exit(isGood ? 0 : 1);
}
