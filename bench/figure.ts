// What a benchmark measures and how it is printed: one line per figure, `PASS|FAIL name measured limit`, with the
// machine above. A benchmark is a file here whose default export is a BenchmarkRun.

import { arch, cpus, platform, release, totalmem } from "node:os";

export interface Figure {
  /** Stable, of the form benchmark.what: others compare runs by it. */
  name: string;
  measured: number;
  /** "calls", "s", "MiB", "evaluations/s". */
  unit: string;
  /** Without a limit the figure is for information and passes. */
  limit?: number;
  /** Which side of the limit is good. */
  direction?: "atMost" | "atLeast";
  /** What dominates, what was compared. */
  note?: string;
}

/** From the command line: `--accounts 12 --json` is { accounts: "12", json: true }. */
export type BenchmarkOptions = Record<string, string | true>;

export type BenchmarkRun = (options: BenchmarkOptions) => Promise<Figure[]>;

export function passes({ measured, limit, direction = "atMost" }: Figure): boolean {
  if (!Number.isFinite(measured)) return false;
  if (limit === undefined) return true;
  return direction === "atMost" ? measured <= limit : measured >= limit;
}

export function hardware(): string {
  const cores = cpus();
  const model = cores[0]?.model.trim() ?? "unknown processor";
  const gibibytes = Math.round(totalmem() / 2 ** 30);
  return `${cores.length} × ${model}, ${gibibytes} GiB, ${platform()} ${release()} ${arch()}, Node ${process.versions.node}`;
}

/** Returns whether all figures pass. */
export function printFigures(benchmark: string, figures: Figure[], asJson: boolean): boolean {
  const rows = figures.map((figure) => ({ ...figure, pass: passes(figure) }));
  if (asJson) {
    process.stdout.write(`${JSON.stringify({ benchmark, hardware: hardware(), figures: rows })}\n`);
  } else {
    for (const row of rows) process.stdout.write(`${lineOf(row)}\n`);
  }
  return rows.length > 0 && rows.every((row) => row.pass);
}

function lineOf(figure: Figure & { pass: boolean }): string {
  const { name, measured, unit, limit, direction = "atMost", note } = figure;
  const side = direction === "atMost" ? "at most" : "at least";
  const bound =
    limit === undefined ? `- (${unit}, for information)` : `${plainNumber(limit)} (${unit}, ${side})`;
  const remark = note === undefined ? "" : `: ${note}`;
  return `${figure.pass ? "PASS" : "FAIL"} ${name} ${plainNumber(measured)} ${bound}${remark}`;
}

/** Three significant digits below 1000, whole numbers above. */
function plainNumber(value: number): string {
  return String(Math.abs(value) >= 1_000 ? Math.round(value) : Number(value.toPrecision(3)));
}
