// bin/skywarden.js: which Node runs which main file, and that a Node started in its place is as good as itself:
// arguments, exit code, signals, and its end when the first one is killed.

import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, onTestFinished, test } from "vitest";
import { isAlive } from "#store/embedded-process.ts";
import { until } from "./embedded.ts";

const repository = dirname(dirname(fileURLToPath(import.meta.url)));
const main = `
  const name: string = "main";
  process.on("SIGTERM", () => process.exit(5));
  process.on("SIGHUP", () => process.exit(6));
  process.stdout.write([name, process.versions.node, process.pid, ...process.argv.slice(2)].join(" ") + "\\n");
  if (process.argv[2] === "wait") {
    setInterval(() => undefined, 1000);
  } else if (process.argv[2] === "die") {
    process.kill(process.pid, "SIGKILL");
  } else process.exitCode = Number(process.argv[2] ?? 0);
`;

/** A checkout or an installed package that holds only the entry and a main file. */
function product(parts: { main: "src" | "dist" | "none"; node: boolean }): string {
  const root = mkdtempSync(join(tmpdir(), "skywarden-entry-"));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  writeFileSync(join(root, "package.json"), JSON.stringify({ type: "module" }));
  cpSync(join(repository, "bin"), join(root, "bin"), { recursive: true });
  if (parts.main === "src") write(join(root, "src", "main.ts"), main);
  if (parts.main === "dist") write(join(root, "dist", "src", "main.js"), main.replace(": string", ""));
  if (parts.node) {
    mkdirSync(join(root, "node_modules"));
    symlinkSync(realpathSync(join(repository, "node_modules", "node")), join(root, "node_modules", "node"));
  }
  return join(root, "bin", "skywarden.js");
}

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

/** Node as its version would be 18; and if this machine has a really old one, that too. */
const asNode18 = `data:text/javascript,Object.defineProperty(process,"versions",{value:{...process.versions,node:"18.0.0"}})`;
const oldNodes: [string, string[]][] = [["Node 18 (simulated)", [process.execPath, "--import", asNode18]]];
const onPath = (process.env.PATH ?? "").split(delimiter).map((folder) => join(folder, "node"));
for (const node of new Set(onPath.filter(existsSync).map((path) => realpathSync(path)))) {
  const version = versionOf(node);
  if (/^v(18|20)\./.test(version)) oldNodes.push([`Node ${version}`, [node]]);
}

function versionOf(node: string): string {
  try {
    return execFileSync(node, ["--version"], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    }).trim();
  } catch {
    return "none";
  }
}

interface Run {
  process: ChildProcess;
  stdout(): string;
  stderr(): string;
  ended: Promise<number | NodeJS.Signals | null>;
}

function run(node: string[], entry: string, ...args: string[]): Run {
  const [command = "node", ...flags] = node;
  const child = spawn(command, [...flags, entry, ...args], { stdio: ["ignore", "pipe", "pipe"] });
  onTestFinished(() => {
    child.kill("SIGKILL");
  });
  const texts = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const) {
    child[name].on("data", (chunk) => {
      texts[name] += chunk;
    });
  }
  const ended = new Promise<number | NodeJS.Signals | null>((settle) => {
    child.once("close", (code, signal) => settle(signal ?? code));
  });
  return { process: child, stdout: () => texts.stdout, stderr: () => texts.stderr, ended };
}

test.each(["src", "dist"] as const)("a new Node runs %s itself, without a warning", async (where) => {
  const started = run([process.execPath], product({ main: where, node: false }), "3", "--flag");
  expect(await started.ended).toBe(3);
  expect(started.stdout()).toBe(`main ${process.versions.node} ${started.process.pid} 3 --flag\n`);
  expect(started.stderr()).toBe("");
});

test("an incomplete package says so", async () => {
  const started = run([process.execPath], product({ main: "none", node: false }));
  expect(await started.ended).toBe(2);
  expect(started.stderr()).toMatch(
    /^Skywarden is not complete: .* is missing; install the package again\.\n$/,
  );
});

describe.each(oldNodes)("%s", (_name, node) => {
  test.each([
    "src",
    "dist",
  ] as const)("starts the packaged Node for %s and forwards its exit code", async (where) => {
    const started = run(node, product({ main: where, node: true }), "3", "--flag");
    expect(await started.ended).toBe(3);
    expect(started.stdout()).toMatch(/^main 24\.\d+\.\d+ \d+ 3 --flag\n$/);
    expect(started.stderr()).toBe("");
  });

  test.each([
    ["SIGTERM", 5],
    ["SIGHUP", 6],
  ] as const)("forwards %s", async (signal, code) => {
    const started = run(node, product({ main: "src", node: true }), "wait");
    await until(() => started.stdout() !== "", "it runs");
    started.process.kill(signal);
    expect(await started.ended).toBe(code);
  });

  test("ends by the signal that ended the other", async () => {
    const started = run(node, product({ main: "src", node: true }), "die");
    expect(await started.ended).toBe("SIGKILL");
  });

  test("does not leave the other behind when it is killed", async () => {
    const started = run(node, product({ main: "src", node: true }), "wait");
    await until(() => started.stdout() !== "", "it runs");
    const pid = Number(started.stdout().split(" ")[2]);
    expect(pid).not.toBe(started.process.pid);
    started.process.kill("SIGKILL");
    await until(() => !isAlive(pid), "the other ends");
  });

  test("says what to do without the packaged Node", async () => {
    const started = run(node, product({ main: "src", node: false }));
    expect(await started.ended).toBe(2);
    expect(started.stderr()).toMatch(/^Skywarden needs Node 22\.18 or newer .*\n$/);
  });
});
