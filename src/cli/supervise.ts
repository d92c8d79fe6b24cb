// Child processes of `serve` and `demo` (workers, the simulator): started through bin/skywarden.js with an IPC
// channel, in process groups of their own, and ended by their parent, in the order that the parent chooses.

import { type ChildProcess, spawn } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { Log } from "#log.ts";

export interface SupervisedChild {
  /** What the child sent with `reportReady`, of its latest start. */
  readonly ready: unknown;
  readonly pid: number | undefined;
  /** Asks the child to stop and waits for its end; kills it after the limit. */
  stop(): Promise<void>;
}

export interface ChildOptions {
  /** For the log: worker-1, simulator. */
  name: string;
  /** The command line after `skywarden`. */
  args: string[];
  /** The whole environment: nothing of this process's own is added. */
  env: NodeJS.ProcessEnv;
  log: Log;
  /** Time from start to `reportReady`. */
  readyLimitMs?: number;
  stopLimitMs?: number;
  /** Pause before the first restart; doubles up to 30 s while the child does not live for a minute. */
  restartPauseMs?: number;
  /** Script that is run instead of bin/skywarden.js. */
  entry?: string;
}

/** A child that ends by itself after it was ready is started again; one that never gets ready rejects. */
export async function superviseChild(options: ChildOptions): Promise<SupervisedChild> {
  const { name, log, stopLimitMs = 5_000 } = options;
  let run = await start(options);
  let stopping = false;
  const wakeUp = new AbortController();
  const kept = keepAlive();
  return {
    get ready() {
      return run.ready;
    },
    get pid() {
      return run.process.pid;
    },
    async stop() {
      stopping = true;
      wakeUp.abort();
      await endChild(run, stopLimitMs, log.child({ child: name }));
      await kept;
      // A restart that got ready in this very moment.
      await endChild(run, stopLimitMs, log.child({ child: name }));
    },
  };

  async function keepAlive(): Promise<void> {
    let pauseMs = options.restartPauseMs ?? 500;
    while (!stopping) {
      const startedAt = Date.now();
      const end = await run.ended;
      if (stopping) return;
      pauseMs =
        Date.now() - startedAt > 60_000 ? (options.restartPauseMs ?? 500) : Math.min(pauseMs * 2, 30_000);
      log.error({ child: name, ...end, pauseMs }, "a child process has ended; it is started again");
      await restart(pauseMs);
    }
  }

  async function restart(pauseMs: number): Promise<void> {
    await sleep(pauseMs, undefined, { signal: wakeUp.signal }).catch(() => undefined);
    if (stopping) return;
    try {
      run = await start(options, wakeUp.signal);
    } catch (error) {
      // run.ended is settled, so the loop comes here again after a longer pause.
      if (!stopping) log.error({ child: name, err: error }, "a child process does not start");
    }
  }
}

interface Run {
  process: ChildProcess;
  ready: unknown;
  ended: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
}

async function start(options: ChildOptions, cancel?: AbortSignal): Promise<Run> {
  const { name, args, env, readyLimitMs = 60_000 } = options;
  const entry = options.entry ?? fileURLToPath(entryUrl());
  const child = spawn(process.execPath, [entry, ...args], {
    env,
    // A process group of its own: Ctrl-C in the terminal reaches only the parent, which stops all in order.
    detached: true,
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  const ended = new Promise<Awaited<Run["ended"]>>((settle) => {
    child.once("exit", (code, signal) => settle({ code, signal }));
    child.once("error", () => settle({ code: null, signal: null }));
  });
  const timeout = new AbortController();
  try {
    const outcome = await Promise.race([
      readyOf(child),
      ended,
      sleep(readyLimitMs, "late" as const, { signal: timeout.signal }),
      ...(cancel === undefined ? [] : [aborted(cancel)]),
    ]);
    if (typeof outcome === "object" && "ready" in outcome)
      return { process: child, ready: outcome.ready, ended };
    child.kill("SIGKILL");
    if (typeof outcome === "object") throw new ChildFailed(name, outcome.code);
    throw new Error(
      `${name} ${outcome === "late" ? `was not ready after ${readyLimitMs} ms` : "was stopped"}`,
    );
  } finally {
    timeout.abort();
  }
}

/** The child ended before it was ready; a code of 2 means that it has said why in a sentence of its own. */
export class ChildFailed extends Error {
  readonly exitCode: number | null;
  constructor(name: string, exitCode: number | null) {
    super(`${name} ended before it was ready (exit code ${exitCode ?? "none, a signal"})`);
    this.exitCode = exitCode;
  }
}

async function endChild(run: Run, limitMs: number, log: Log): Promise<void> {
  const timeout = new AbortController();
  run.process.kill("SIGTERM");
  const late = sleep(limitMs, "late" as const, { signal: timeout.signal }).catch(() => "in time" as const);
  if ((await Promise.race([run.ended, late])) === "late") {
    log.warn({ limitMs }, "a child process does not stop and is killed");
    run.process.kill("SIGKILL");
    await run.ended;
  }
  timeout.abort();
}

function readyOf(child: ChildProcess): Promise<{ ready: unknown }> {
  return new Promise((settle) => {
    child.on("message", (message) => {
      if (isReady(message)) settle({ ready: message.ready });
    });
  });
}

function aborted(signal: AbortSignal): Promise<"stopped"> {
  return new Promise((settle) => signal.addEventListener("abort", () => settle("stopped"), { once: true }));
}

function isReady(message: unknown): message is { ready: unknown } {
  return typeof message === "object" && message !== null && "ready" in message;
}

/** Beside src/ in a checkout, beside dist/ when installed. */
function entryUrl(): URL {
  const isBuilt = import.meta.url.endsWith(".js");
  return new URL(isBuilt ? "../../../bin/skywarden.js" : "../../bin/skywarden.js", import.meta.url);
}

/** In a child: tells the parent that it works. `facts` is JSON: a port, a URL. */
export function reportReady(facts: unknown = null): void {
  process.send?.({ ready: facts });
}

/** In a child: a parent that was killed closes the channel; then nobody else would end this process. */
export function exitWithParent(stop: () => void): void {
  if (process.send === undefined) return;
  process.once("disconnect", stop);
  if (!process.connected) stop();
}
