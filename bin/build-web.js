// Builds the web into dist/web if a source is newer than the last build. Runs at `npm ci` (prepare),
// before the tests and in `npm run build`; without Vite (a production install) it only says so.

import { existsSync, readdirSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const stamp = join(root, "dist", "web", ".built");
/** Everything that can end up in the bundle. */
const sources = ["src/web", "src/contract", "src/model", "src/rules", "vite.config.ts", "package-lock.json"];

/** Returns the exit code. `--force` builds even if nothing changed. */
export async function buildWeb(args = []) {
  if (!existsSync(join(root, "src", "web", "index.html"))) return 0;
  if (!args.includes("--force") && !isStale()) return 0;
  const vite = viteModule();
  if (vite === null) {
    process.stderr.write(
      "The web was not built: Vite is not installed (this is an install without dev dependencies).\n",
    );
    return 0;
  }
  const startedAt = new Date();
  // Rolldown and the React plugin choose development code by this variable.
  process.env.NODE_ENV = "production";
  const { build } = await import(pathToFileURL(vite).href);
  try {
    await build({ configFile: join(root, "vite.config.ts"), logLevel: "warn" });
  } catch (error) {
    process.stderr.write(`The web could not be built: ${error instanceof Error ? error.message : error}\n`);
    return 1;
  }
  writeFileSync(stamp, "");
  // What was saved while Vite ran is newer than what it read.
  utimesSync(stamp, startedAt, startedAt);
  return 0;
}

function isStale() {
  if (!existsSync(stamp) || !existsSync(join(root, "dist", "web", "index.html"))) return true;
  const builtAt = statSync(stamp).mtimeMs;
  return sources.some((source) => newest(join(root, source)) > builtAt);
}

/** Folders count too: their time changes when a file is removed. */
function newest(path) {
  if (!existsSync(path)) return 0;
  const stats = statSync(path);
  if (!stats.isDirectory()) return stats.mtimeMs;
  return readdirSync(path).reduce((time, name) => Math.max(time, newest(join(path, name))), stats.mtimeMs);
}

function viteModule() {
  try {
    const require = createRequire(import.meta.url);
    const folder = dirname(require.resolve("vite/package.json"));
    return join(folder, "dist", "node", "index.js");
  } catch (error) {
    if (error.code === "MODULE_NOT_FOUND") return null;
    throw error;
  }
}
