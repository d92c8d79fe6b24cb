// `skywarden worker`: harvests, syncs and judges on an installation's database; any number of them,
// on any number of hosts.
import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import { type Config, readConfig } from "#config.ts";
import { startLending } from "#jobs/lend-identity.ts";
import { openQueues } from "#jobs/queues.ts";
import { startReporting } from "#jobs/report-identity.ts";
import { startWorker } from "#jobs/worker.ts";
import { type Log, openLog } from "#log.ts";
import { derive } from "#secrets.ts";
import { openLentSessions } from "#store/lent-sessions.ts";
import { openSealedSources } from "#store/platform-sources.ts";
import { openVault } from "#store/vault.ts";
import { version } from "#version.ts";
import { openAwsSide } from "../aws.ts";
import { type Closers, openClosers } from "../closers.ts";
import { joinInstallation, openCatalog } from "../installation.ts";
import { onStopSignal } from "../stop-signal.ts";
import { exitWithParent, reportReady } from "../supervise.ts";

export async function work({ simulated }: { simulated: boolean }): Promise<void> {
  const config = readConfig(process.env, { demo: simulated, folder: process.cwd() });
  const log = openLog({ level: config.logLevel });
  const closers = openClosers();
  const stop = onStopSignal(() => closers.close());
  exitWithParent(() => stop.stop(0));
  try {
    await takeJobs(config, log, simulated, closers);
  } catch (cause) {
    const isStopped = closers.stopping.aborted;
    await closers.close();
    // What fails because it is being stopped is no failure; the stop itself exits.
    if (!isStopped) throw cause;
    return;
  }
  log.info("worker takes jobs");
  reportReady();
}

async function takeJobs(config: Config, log: Log, simulated: boolean, closers: Closers): Promise<void> {
  const joining = closers.opening(joinInstallation(config), ({ close }) => close());
  const [{ store, master, urls }, catalog] = await Promise.all([joining, openCatalog()]);
  const sources = openSealedSources(store, master);
  const lent = openLentSessions(store, master);
  const holder = `${hostname()} ${process.pid} ${randomUUID()}`;
  const aws = openAwsSide(process.env, {
    version,
    loopbackOnly: simulated,
    platformRoleArn: config.platformRoleArn,
    storedKeys: sources.read,
    lentSessions: lent.read,
  });
  closers.add(() => aws.close());
  const queues = await closers.opening(openQueues(urls.system, store, log), (opened) => opened.stop());
  const { host, platform } = aws;
  const whose = { process: holder, host: hostname(), kind: "worker" as const };
  closers.add(startReporting({ ...whose, store, platform, log, stopping: closers.stopping }));
  if (config.lendIdentity)
    await startLending({ platform, host, lent, holder, log, stopping: closers.stopping });
  await startWorker({
    store,
    vault: openVault(master),
    queues,
    call: aws.call,
    roles: aws.roles,
    platform,
    ...catalog,
    sensitiveKey: derive(master, "sensitive values"),
    holder,
    log,
    patience: { awaitingRoleMs: config.awaitingRoleHours * 3_600_000 },
    stopping: closers.stopping,
  });
}
