// Ctrl-C, `kill` and a closed terminal: the first starts one orderly stop. npm and terminals send the same signal
// twice to one process, so a repeat within a second is none; a later one means "now".

export interface StopSignals {
  /** Starts the same orderly stop from elsewhere (a lost parent, a lost database). Only the first call counts. */
  stop(exitCode?: number): void;
}

const repeatMs = 1_000;

/** `stop` ends everything; then the process exits with 0, or with the code given to `StopSignals.stop`. */
export function onStopSignal(
  stop: () => Promise<void>,
  onError: (error: unknown) => void = (error) => process.stderr.write(`${error}\n`),
): StopSignals {
  let firstAt: number | null = null;
  const begin = (exitCode: number) => {
    if (firstAt !== null) return;
    firstAt = performance.now();
    stop().then(
      () => process.exit(exitCode),
      (error) => {
        onError(error);
        process.exit(1);
      },
    );
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(signal, () => {
      // 130 = ended by SIGINT, for every impatient repeat.
      if (firstAt !== null && performance.now() - firstAt > repeatMs) process.exit(130);
      begin(0);
    });
  }
  return { stop: (exitCode = 1) => begin(exitCode) };
}
