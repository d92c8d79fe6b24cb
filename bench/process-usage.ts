// Memory and CPU of a process and all that descend from it, sampled from /proc (Linux only) and summed by kind.
// Knows nothing of what the processes do: the caller names their kinds.

import { readdirSync, readFileSync } from "node:fs";

export interface Usage {
  /** The largest process of the kind; of PostgreSQL, whose processes share memory, all together. */
  peakMiB: number;
  cpuSeconds: number;
}

export interface Sampler {
  sample(): void;
  byKind(): Map<string, Usage>;
}

interface ProcessSample {
  kind: string;
  cpuSeconds: number;
  /** Of children that have ended. */
  endedCpuSeconds: number;
  peakMiB: number;
  ownMiB: number;
  sharedMiB: number;
}

/** Linux reports times in 1/100 s (USER_HZ) on every platform that Node runs on. */
const ticksPerSecond = 100;

/** `kindOf` gets a command line; null leaves the process out. `summed` are kinds that are measured as a whole. */
export function openSampler(
  rootPid: number,
  kindOf: (command: string) => string | null,
  summed: ReadonlySet<string>,
): Sampler {
  const largest = new Map<string, Usage>();
  const keep = (kind: string, peakMiB: number, cpuSeconds: number) => {
    const before = largest.get(kind) ?? { peakMiB: 0, cpuSeconds: 0 };
    largest.set(kind, {
      peakMiB: Math.max(before.peakMiB, peakMiB),
      cpuSeconds: Math.max(before.cpuSeconds, cpuSeconds),
    });
  };
  return {
    sample() {
      const byKind = Map.groupBy(descendants(rootPid, kindOf), ({ kind }) => kind);
      for (const [kind, processes] of byKind) {
        const total = (of: (one: ProcessSample) => number) =>
          processes.reduce((sum, one) => sum + of(one), 0);
        const most = (of: (one: ProcessSample) => number) => Math.max(...processes.map(of));
        const isWhole = summed.has(kind);
        keep(
          kind,
          isWhole ? total((one) => one.ownMiB) + most((one) => one.sharedMiB) : most((one) => one.peakMiB),
          total((one) => one.cpuSeconds) + (isWhole ? total((one) => one.endedCpuSeconds) : 0),
        );
      }
    },
    byKind: () => largest,
  };
}

function descendants(rootPid: number, kindOf: (command: string) => string | null): ProcessSample[] {
  const parents = new Map<number, { parent: number; fields: string[] }>();
  for (const name of readdirSync("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    const stat = procFile(name, "stat");
    // The name before the fields may hold spaces and parentheses.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    if (stat !== "") parents.set(Number(name), { parent: Number(fields[1]), fields });
  }
  const isDescendant = (pid: number): boolean => {
    for (let at: number | undefined = pid; at !== undefined && at > 1; at = parents.get(at)?.parent)
      if (at === rootPid) return true;
    return false;
  };
  return [...parents].flatMap(([pid, { fields }]) => {
    if (!isDescendant(pid)) return [];
    const kind = kindOf(procFile(`${pid}`, "cmdline").replaceAll("\0", " "));
    return kind === null ? [] : [sampleOf(`${pid}`, kind, fields)];
  });
}

function sampleOf(pid: string, kind: string, fields: string[]): ProcessSample {
  const status = procFile(pid, "status");
  const mebibytes = (name: string) =>
    Number(new RegExp(`^${name}:\\s+(\\d+) kB`, "m").exec(status)?.[1] ?? 0) / 1024;
  const seconds = (first: number) => (Number(fields[first]) + Number(fields[first + 1])) / ticksPerSecond;
  return {
    kind,
    cpuSeconds: seconds(11),
    endedCpuSeconds: seconds(13),
    peakMiB: mebibytes("VmHWM"),
    ownMiB: mebibytes("RssAnon"),
    sharedMiB: mebibytes("RssShmem") + mebibytes("RssFile"),
  };
}

function procFile(pid: string, name: string): string {
  try {
    return readFileSync(`/proc/${pid}/${name}`, "utf8");
  } catch (error) {
    // It ended meanwhile.
    if (["ENOENT", "ESRCH"].includes((error as NodeJS.ErrnoException).code ?? "")) return "";
    throw error;
  }
}
