#!/usr/bin/env node
// The entry of every command, script and child process. Any Node from 18 on can read this file; if
// the running one is too old for the product, it starts the `node` dependency's binary instead.
// It knows nothing of the commands: src/main.ts does.

import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { constants } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { silenceExperimentalWarnings, starterVariable, watchStarter } from "./runtime.js";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");

if (isNewEnough(process.versions.node)) {
  silenceExperimentalWarnings();
  watchStarter();
  await run();
} else {
  startWithOwnNode();
}

/** 22.18 and 23.6 are the first that strip types without a flag; the packages need 22.12. */
function isNewEnough(version) {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major >= 24 || (major === 23 && minor >= 6) || (major === 22 && minor >= 18);
}

async function run() {
  // `npm ci` runs this before anything is built, and it must not depend on the product's own code.
  if (process.argv[2] === "build-web") {
    const { buildWeb } = await import("./build-web.js");
    process.exitCode = await buildWeb(process.argv.slice(3));
    return;
  }
  const source = join(root, "src", "main.ts");
  const built = join(root, "dist", "src", "main.js");
  const main = existsSync(source) ? source : built;
  if (!existsSync(main)) {
    process.stderr.write(`Skywarden is not complete: ${built} is missing; install the package again.\n`);
    process.exitCode = 2;
    return;
  }
  await import(pathToFileURL(main).href);
}

function startWithOwnNode() {
  const node = ownNode();
  if (node === null) {
    process.stderr.write(
      `Skywarden needs Node 22.18 or newer (24 is best), this is ${process.versions.node}, and the one it brings ` +
        "along was not installed; install Node 24, or install Skywarden again with install scripts allowed.\n",
    );
    process.exitCode = 2;
    return;
  }
  // The pipe at fd 3 ends with this process, however it ends: see watchStarter.
  const child = spawn(node, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], {
    stdio: ["inherit", "inherit", "inherit", "pipe"],
    env: { ...process.env, [starterVariable]: "3" },
  });
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"];
  const forward = (signal) => child.kill(signal);
  for (const signal of signals) process.on(signal, forward);
  child.on("error", (error) => {
    process.stderr.write(`Skywarden cannot start ${node}: ${error.message}\n`);
    process.exitCode = 2;
  });
  child.on("exit", (code, signal) => {
    for (const name of signals) process.off(name, forward);
    if (signal === null) process.exit(code ?? 1);
    process.kill(process.pid, signal);
    // A signal that does not end this process (SIGPIPE is ignored by Node) still ends it as a shell would say.
    process.exit(128 + (constants.signals[signal] ?? 0));
  });
}

function ownNode() {
  try {
    const folder = dirname(createRequire(import.meta.url).resolve("node/package.json"));
    const node = join(folder, "bin", process.platform === "win32" ? "node.exe" : "node");
    return existsSync(node) ? node : null;
  } catch (error) {
    if (error.code === "MODULE_NOT_FOUND") return null;
    throw error;
  }
}
