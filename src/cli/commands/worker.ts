// `skywarden worker`: harvests, syncs and judges on an installation's database; any number of them,
// on any number of hosts.
import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import { readConfig } from "#config.ts";
import { openQueues } from "#jobs/queues.ts";
import { startWorker } from "#jobs/worker.ts";
import { openLog } from "#log.ts";
import { derive } from "#secrets.ts";
import { openVault } from "#store/vault.ts";
import { version } from "#version.ts";
import { openAwsSide } from "../aws.ts";
import { joinInstallation, openCatalog } from "../installation.ts";
import { onStopSignal } from "../stop-signal.ts";
import { exitWithParent, reportReady } from "../supervise.ts";

export async function work({ simulated }: { simulated: boolean }): Promise<void> {
  const config = readConfig(process.env, { demo: simulated, folder: process.cwd() });
  const log = openLog({ level: config.logLevel });
  const stopping = new AbortController();
  const closers: (() => Promise<unknown>)[] = [];
  const stop = onStopSignal(async () => {
    stopping.abort(new Error("the worker stops"));
    for (const close of closers.reverse()) await close();
  });
  exitWithParent(() => stop.stop(0));
  const [{ store, master, urls, close }, catalog] = await Promise.all([
    joinInstallation(config),
    openCatalog(),
  ]);
  closers.push(close);
  const aws = openAwsSide(process.env, { version, loopbackOnly: simulated });
  closers.push(() => aws.close());
  const queues = await openQueues(urls.system, store, log);
  closers.push(() => queues.stop());
  await startWorker({
    store,
    vault: openVault(master),
    queues,
    call: aws.call,
    roles: aws.roles,
    platform: aws.platform,
    ...catalog,
    sensitiveKey: derive(master, "sensitive values"),
    holder: `${hostname()} ${process.pid} ${randomUUID()}`,
    log,
    stopping: stopping.signal,
  });
  log.info("worker takes jobs");
  reportReady();
}
