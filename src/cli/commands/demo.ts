// `skywarden demo` (npm start): simulator, Skywarden itself, and the main job on a simulated
// organization, through the public API. Touches nothing but loopback and its data folder.

import { readConfig } from "#config.ts";
import { openLog } from "#log.ts";
import { StartRefused } from "#model/problem.ts";
import { ApiRefused } from "../api-client.ts";
import { openClosers } from "../closers.ts";
import { startChildren } from "../demo/children.ts";
import { withoutInstallation } from "../demo/environment.ts";
import { claimFolder } from "../demo/folder-claim.ts";
import { type MainJobResult, runMainJob } from "../demo/main-job.ts";
import { openProgressLine } from "../demo/progress-line.ts";
import { openSignIn, type SignIn, saveSignIn } from "../demo/sign-in.ts";
import { summaryText } from "../demo/summary-text.ts";
import { onStopSignal } from "../stop-signal.ts";
import { ChildFailed } from "../supervise.ts";

export interface DemoOptions {
  accounts: number;
  seed: number;
  port: number | null;
  once: boolean;
  json: boolean;
}

export async function demo(options: DemoOptions): Promise<void> {
  const startedAt = performance.now();
  const { dataDir, logLevel } = readConfig(withoutInstallation(process.env), {
    demo: true,
    folder: process.cwd(),
  });
  const log = openLog({ level: process.env.SKYWARDEN_LOG_LEVEL ? logLevel : "warn" });
  const closers = openClosers();
  let isDone = false;
  const stop = onStopSignal(async () => {
    await closers.close();
    // Stopped before the summary: whoever waits for the exit code must not take that for success.
    if (!isDone) process.exit(1);
  });
  const line = openProgressLine(process.stderr, startedAt);
  try {
    closers.add(await claimFolder(dataDir));
    const signIn = await openSignIn(dataDir);
    const { world, url } = await startChildren({ ...options, dataDir, signIn }, log, closers);
    await saveSignIn(dataDir, { ...signIn, url });
    const result = await runMainJob({ url, apiKey: signIn.apiKey }, world, line, closers.stopping);
    const seconds = (performance.now() - startedAt) / 1000;
    tell(options, result, seconds, { ...signIn, url });
    isDone = true;
    // Later the person at the browser may have changed what the world began with.
    const isAsExpected = result.wrong.length === 0;
    if (options.once || !(isAsExpected || result.isResumed)) stop.stop(isAsExpected ? 0 : 1);
    else process.stderr.write("Skywarden keeps running; press Ctrl-C to stop it.\n");
  } catch (cause) {
    const isStopped = closers.stopping.aborted;
    line.end();
    await closers.close();
    // What fails because it is being stopped is no failure; the stop itself exits.
    if (!isStopped) throw asSentence(cause);
  }
}

function asSentence(cause: unknown): unknown {
  // The child has said why in a sentence of its own.
  if (cause instanceof ChildFailed && cause.exitCode === 2) return new StartRefused("", 2, cause);
  return cause instanceof ApiRefused ? new StartRefused(cause.message, 1, cause) : cause;
}

function tell(options: DemoOptions, result: MainJobResult, seconds: number, signIn: Required<SignIn>): void {
  if (!options.json) {
    process.stdout.write(summaryText(result, seconds, signIn));
    return;
  }
  const { summary, syncCalls, stacks, wrong, seconds: parts } = result;
  const { url, email, password } = signIn;
  process.stdout.write(
    `${JSON.stringify({ ok: wrong.length === 0, wrong, seconds, parts, stacks, syncCalls, summary, url, email, password })}\n`,
  );
}
