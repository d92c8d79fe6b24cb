// `npm run build`: what a package holds. The server by tsc into dist/{src,simulator,facts} (a package's files lie
// below node_modules, where Node strips no types), everything that is not code beside it, the web into dist/web.

import { spawnSync } from "node:child_process";
import { chmodSync, cpSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildWeb } from "./build-web.js";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const dist = join(root, "dist");
const folders = ["src", "simulator", "facts"];

for (const folder of folders) rmSync(join(dist, folder), { recursive: true, force: true });
const compiled = compile();
if (compiled !== 0) process.exit(compiled);
for (const folder of folders) copyAssets(folder);
writeFileSync(
  join(dist, "package.json"),
  // Node takes the nearest package.json: below dist/ the same imports mean the built files.
  `${JSON.stringify({ type: "module", imports: { "#*.ts": "./src/*.js" } }, null, 2)}\n`,
);
chmodSync(join(root, "bin", "skywarden.js"), 0o755);
process.exitCode = await buildWeb(["--force"]);

function compile() {
  const tsc = join(root, "node_modules", ".bin", process.platform === "win32" ? "tsc.cmd" : "tsc");
  const outcome = spawnSync(tsc, ["-p", join(root, "bin", "tsconfig.build.json")], {
    cwd: root,
    stdio: "inherit",
    shell: process.platform === "win32",
  });
  return outcome.status ?? 1;
}

/** Migrations, JSON, templates: all that is neither TypeScript nor the web's. */
function copyAssets(folder) {
  for (const entry of readdirSync(join(root, folder), { withFileTypes: true, recursive: true })) {
    const path = join(entry.parentPath, entry.name).slice(root.length + 1);
    const isCode = /\.tsx?$|\.md$/.test(entry.name);
    if (!entry.isFile() || isCode || path.startsWith(join("src", "web"))) continue;
    mkdirSync(dirname(join(dist, path)), { recursive: true });
    cpSync(join(root, path), join(dist, path));
  }
}
