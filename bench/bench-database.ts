// A PostgreSQL of its own for a benchmark, as durable as a user's, and what its processes cost.
import { readdirSync, readFileSync } from "node:fs";
import { chmod, mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openLog } from "#log.ts";
import { startEmbedded } from "#store/embedded.ts";
import { migrate } from "#store/migrate.ts";
import { openStore, type Store, withLogin } from "#store/open.ts";

export interface BenchDatabase {
  store: Store;
  /** As owner. */
  url: string;
  /** CPU seconds of all processes of the server since its start. */
  cpuSeconds(): number;
  close(): Promise<void>;
}

const passwords = { app: "app-of-the-benchmark", system: "system-of-the-benchmark" };
/** Of /proc/<pid>/stat, on every Linux that Node runs on. */
const ticksPerSecond = 100;

export async function openBenchDatabase(): Promise<BenchDatabase> {
  const folder = await mkdtemp(join(tmpdir(), "skywarden-bench-"));
  // As root the server runs as `nobody`, who must be able to enter.
  await chmod(folder, 0o755);
  const systemDir = join(folder, "system");
  await mkdir(systemDir);
  const log = openLog({ level: "warn", name: "benchmark" });
  const database = await startEmbedded({ dataDir: join(folder, "data"), systemDir, log });
  await migrate(database.url, passwords);
  const store = await openStore({
    appUrl: withLogin(database.url, "skywarden_app", passwords.app),
    systemUrl: withLogin(database.url, "skywarden_system", passwords.system),
    connections: 4,
  });
  return {
    store,
    url: database.url,
    cpuSeconds: () => cpuSecondsOf(database.pid),
    async close() {
      await store.close();
      await database.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** The server's own, and its children's: a backend that has ended counts in its parent. */
function cpuSecondsOf(serverPid: number): number {
  const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  const ticks = pids.map((pid) => {
    const fields = statOf(pid);
    if (!fields) return 0;
    const [parent, user, system, childrenUser, childrenSystem] = [1, 11, 12, 13, 14].map((at) =>
      Number(fields[at]),
    ) as [number, number, number, number, number];
    if (Number(pid) === serverPid) return user + system + childrenUser + childrenSystem;
    return parent === serverPid ? user + system : 0;
  });
  return ticks.reduce((sum, value) => sum + value, 0) / ticksPerSecond;
}

/** What follows the name, which may hold spaces; null if the process has ended meanwhile. */
function statOf(pid: string): string[] | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    return text.slice(text.lastIndexOf(")") + 2).split(" ");
  } catch (error) {
    if (["ENOENT", "ESRCH"].includes((error as { code?: string }).code ?? "")) return null;
    throw error;
  }
}
