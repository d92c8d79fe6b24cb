// One demo per data folder: a pid file made with O_EXCL, never taken from a live process.
import { mkdir, open, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { StartRefused } from "#model/problem.ts";

/** Returns what gives the folder back. */
export async function claimFolder(dataDir: string): Promise<() => Promise<void>> {
  const path = join(dataDir, "demo.pid");
  try {
    await mkdir(dataDir, { recursive: true });
    await claim(path, dataDir);
  } catch (cause) {
    const code = (cause as { code?: string }).code;
    if (code === "EACCES" || code === "EROFS" || code === "EPERM" || code === "ENOTDIR" || code === "EEXIST")
      throw new StartRefused(
        `The data folder ${dataDir} cannot be written; choose another with SKYWARDEN_DATA_DIR.`,
        2,
        cause,
      );
    throw cause;
  }
  return () => rm(path, { force: true });
}

async function claim(path: string, dataDir: string): Promise<void> {
  for (let tries = 0; tries < 3; tries++) {
    try {
      const file = await open(path, "wx", 0o600);
      await file.writeFile(`${process.pid}\n`);
      await file.close();
      return;
    } catch (cause) {
      if ((cause as { code?: string }).code !== "EEXIST") throw cause;
    }
    const pid = Number(await readFile(path, "utf8").catch(() => ""));
    if (pid > 0 && isAlive(pid))
      throw new StartRefused(
        `Another demo (process ${pid}) uses ${dataDir}; stop it or choose another folder with SKYWARDEN_DATA_DIR.`,
      );
    await rm(path, { force: true });
  }
  throw new StartRefused(`Another demo is just starting on ${dataDir}.`);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (cause) {
    return (cause as { code?: string }).code === "EPERM";
  }
}
