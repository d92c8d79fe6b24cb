// What a benchmark measures and how it is printed: one line per figure, `PASS|FAIL name measured limit`, with the
// machine above. A benchmark is a file here whose default export is a BenchmarkRun.

import { arch, cpus, platform, release, totalmem } from "node:os";

export interface Figure {
  /** Stable, of the form benchmark.what: others compare runs by it. */
  name: string;
  measured: number;
  /** "calls", "s", "MiB", "evaluations/s". */
  unit: string;
  /** The limit. Without one the figure is for information and passes. */
  atMost?: number;
  atLeast?: number;
  /** What dominates, what was compared. */
  note?: string;
}

/** From the command line: `--accounts 12 --json` is { accounts: "12", json: true }. */
export type BenchmarkOptions = Record<string, string | true>;

export type BenchmarkRun = (options: BenchmarkOptions) => Promise<Figure[]>;

export function passes({ measured, atMost, atLeast }: Figure): boolean {
  if (!Number.isFinite(measured)) return false;
  return (atMost === undefined || measured <= atMost) && (atLeast === undefined || measured >= atLeast);
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
  const { name, measured, unit, atMost, atLeast, note } = figure;
  const limits = [
    ...(atLeast === undefined ? [] : [`${plainNumber(atLeast)} (${unit}, at least)`]),
    ...(atMost === undefined ? [] : [`${plainNumber(atMost)} (${unit}, at most)`]),
  ];
  const bound = limits.length === 0 ? `- (${unit}, for information)` : limits.join(" ");
  const remark = note === undefined ? "" : `: ${note}`;
  return `${figure.pass ? "PASS" : "FAIL"} ${name} ${plainNumber(measured)} ${bound}${remark}`;
}

/** Three significant digits below 1000, whole numbers above. */
function plainNumber(value: number): string {
  return String(Math.abs(value) >= 1_000 ? Math.round(value) : Number(value.toPrecision(3)));
}
