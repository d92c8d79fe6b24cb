// What is installed: licences, exact versions, one copy of the schema library. Reads the lock file alone.
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

interface Locked {
  version: string;
  license?: string;
  dev?: boolean;
}

const read = (file: string) => JSON.parse(readFileSync(new URL(`../${file}`, import.meta.url), "utf8"));
const locked = Object.entries(read("package-lock.json").packages as Record<string, Locked>)
  .filter(([path]) => path !== "")
  .map(([path, entry]) => ({ ...entry, path, name: path.slice(path.lastIndexOf("node_modules/") + 13) }));
const { dependencies, devDependencies } = read("package.json") as Record<string, Record<string, string>>;

const permissive = new Set(
  "0BSD Apache-2.0 BlueOak-1.0.0 BSD-2-Clause BSD-3-Clause CC0-1.0 ISC MIT Python-2.0 Unlicense".split(" "),
);

function isAllowed({ license = "none", dev, name }: Locked & { name: string }): boolean {
  const offered = license.replace(/^\(|\)$/g, "").split(" OR ");
  if (offered.some((one) => permissive.has(one))) return true;
  if (license === "MPL-2.0") return dev === true;
  return license === "OFL-1.1" && name.startsWith("@fontsource");
}

test("licences are permissive; MPL-2.0 only for development, OFL-1.1 only for fonts", () => {
  expect(locked.length).toBeGreaterThan(200);
  expect(locked.filter((entry) => !isAllowed(entry)).map((entry) => [entry.name, entry.license])).toEqual([]);
});

test.each([
  ["AGPL-3.0", {}, false],
  ["(MIT OR GPL-3.0)", {}, true],
  ["GPL-2.0 AND MIT", {}, false],
  ["MPL-2.0", {}, false],
  ["MPL-2.0", { dev: true }, true],
  ["OFL-1.1", {}, false],
  [undefined, {}, false],
])("%s %o is allowed: %s", (license, more, expected) => {
  expect(isAllowed({ version: "1", name: "x", ...(license ? { license } : {}), ...more })).toBe(expected);
});

test("versions are exact", () => {
  const wanted = Object.entries({ ...dependencies, ...devDependencies });
  expect(wanted.filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))).toEqual([]);
});

// Schemas compare by symbol across copies, but pins are chosen so that there is one (several were seen with mixed clients).
test("there is one copy of the schema library", () => {
  expect(locked.filter(({ name }) => name === "@smithy/core").map(({ path }) => path)).toEqual([
    "node_modules/@smithy/core",
  ]);
});
