// `skywarden serve`: the API with the web in this process, workers as its children. The API never
// harvests; a busy harvest must not freeze the web.

import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:net";
import { availableParallelism, hostname } from "node:os";
import { buildServer } from "#api/server.ts";
import type { SimulatedWorld } from "#api/simulated-world.ts";
import { userAgentOf } from "#aws/settings.ts";
import { type Config, readConfig } from "#config.ts";
import { openQueues } from "#jobs/queues.ts";
import { startReporting } from "#jobs/report-identity.ts";
import { openWork } from "#jobs/work.ts";
import { type Log, openLog } from "#log.ts";
import { StartRefused } from "#model/problem.ts";
import { openOnboarding } from "#onboarding/open.ts";
import { openChangeFeed } from "#store/changes.ts";
import { ensureInstallation, type Installation } from "#store/installation.ts";
import { openLentSessions } from "#store/lent-sessions.ts";
import { openSealedSources } from "#store/platform-sources.ts";
import { openVault } from "#store/vault.ts";
import { version } from "#version.ts";
import { openAwsSide } from "../aws.ts";
import { type Closers, openClosers } from "../closers.ts";
import { administratorVariable, openTryIt } from "../demo/try-it/open.ts";
import {
  announceCatalog,
  type Opened,
  type OpenedCatalog,
  openCatalog,
  openInstallation,
} from "../installation.ts";
import { onStopSignal } from "../stop-signal.ts";
import { exitWithParent, reportReady, superviseChild } from "../supervise.ts";
import { webFolder } from "../web-folder.ts";

export interface ServeOptions {
  role: "api" | "worker" | "all";
  simulated: boolean;
}

export interface ServeFacts {
  url: string;
  adminEmail: string;
  /** Only at the first start, and only if it was made up. */
  generatedPassword: string | null;
}

export async function serve(options: ServeOptions): Promise<void> {
  const config = readConfig(process.env, { demo: options.simulated, folder: process.cwd() });
  const log = openLog({ level: config.logLevel });
  for (const warning of config.warnings) log.warn(warning);
  await refuseBusyPort(config);
  const closers = openClosers();
  const { stopping } = closers;
  const demo = openTryIt(process.env[administratorVariable], { isSimulated: options.simulated, stopping });
  if (demo) closers.add(demo.close);
  const stop = onStopSignal(() => closers.close());
  exitWithParent(() => stop.stop(0));
  try {
    const facts = await start(config, log, { ...options, demo }, closers, (reason) => {
      log.fatal({ reason }, "the database is lost");
      stop.stop(1);
    });
    log.info({ url: facts.url }, "Skywarden serves");
    reportReady(facts);
    if (process.send === undefined) tell(facts);
  } catch (cause) {
    const isStopped = closers.stopping.aborted;
    await closers.close();
    // What fails because it is being stopped is no failure; the stop itself exits.
    if (!isStopped) throw cause;
  }
}

async function start(
  config: Config,
  log: Log,
  options: ServeOptions & { demo: SimulatedWorld | null },
  closers: Closers,
  onLost: (reason: string) => void,
): Promise<ServeFacts> {
  const opening = closers.opening(openInstallation(config, log, onLost), ({ close }) => close());
  const [opened, catalog] = await Promise.all([opening, openCatalog()]);
  const installation = await ensureInstallation(opened.store, opened.master, config);
  for (const note of installation.notes) log.warn(note);
  await announceCatalog(opened.store, catalog, version);
  // The one waits for processes, the other computes. Registered first, the workers are stopped after the API.
  const [, url] = await Promise.all([
    options.role === "api" ? null : startWorkers(opened, log, options.simulated, closers),
    options.role === "worker" ? "" : startApi(config, log, options, opened, catalog, closers),
  ]);
  return factsOf(url, installation);
}

function factsOf(url: string, { adminEmail, generatedPassword }: Installation): ServeFacts {
  return { url, adminEmail, generatedPassword };
}

async function startApi(
  config: Config,
  log: Log,
  { simulated, demo }: ServeOptions & { demo: SimulatedWorld | null },
  { store, master, urls }: Opened,
  { catalog }: OpenedCatalog,
  closers: Closers,
): Promise<string> {
  const sources = openSealedSources(store, master);
  const aws = openAwsSide(process.env, {
    version,
    loopbackOnly: simulated,
    platformRoleArn: config.platformRoleArn,
    storedKeys: sources.read,
    lentSessions: openLentSessions(store, master).read,
  });
  closers.add(() => aws.close());
  const whose = {
    process: `${hostname()} ${process.pid} ${randomUUID()}`,
    host: hostname(),
    kind: "serve" as const,
  };
  closers.add(startReporting({ ...whose, store, platform: aws.platform, log, stopping: closers.stopping }));
  const queues = await closers.opening(openQueues(urls.system, store, log), (opened) => opened.stop());
  const changes = await closers.opening(openChangeFeed(urls.app, log), (opened) => opened.close());
  const work = openWork(store, queues);
  const onboarding = openOnboarding({
    store,
    vault: openVault(master),
    call: aws.call,
    roles: aws.roles,
    platform: aws.platform,
    sources,
    resourceTypes: catalog.resourceTypes,
    userAgent: userAgentOf(version),
    harvestActions: catalog.allHarvestActions(),
    onCreated: async (tenantId, id) => void (await work.syncOrganization(tenantId, id)),
    onRemoving: async (tenantId, ids) => {
      for (const id of ids) await queues.wake("remove-cloud", { tenantId, id });
    },
  });
  const { publicUrl, templateBuckets, sourceIps } = config;
  const settings = { version, simulated, publicUrl, templateBuckets, sourceIps, webFolder: webFolder() };
  const parts = {
    store,
    master,
    log,
    catalog,
    onboarding,
    work,
    changes,
    settings,
    demo,
    pools: () => store.pools(),
  };
  const app = await closers.opening(buildServer(parts), (opened) => opened.close());
  return app.listen({ host: config.host, port: config.port });
}

/** Killed in the middle it loses nothing; a demo must be gone 5 s after Ctrl-C. */
const workerStopLimitMs = 2_500;

/** Each worker is a process of its own; one core is left to the API and the database. */
async function startWorkers(opened: Opened, log: Log, simulated: boolean, closers: Closers): Promise<void> {
  const count = Math.max(1, availableParallelism() - 1);
  const env = {
    ...process.env,
    SKYWARDEN_DATABASE_URL: opened.urls.app,
    SKYWARDEN_MASTER_KEY: opened.master.bytes.toString("base64"),
  };
  delete (env as NodeJS.ProcessEnv).SKYWARDEN_MASTER_KEY_FILE;
  delete (env as NodeJS.ProcessEnv)[administratorVariable];
  const args = ["worker", ...(simulated ? ["--simulated"] : [])];
  const stopLimitMs = workerStopLimitMs;
  const started = Array.from({ length: count }, (_, i) =>
    superviseChild({ name: `worker-${i + 1}`, args, env, log, stopLimitMs }),
  );
  const workers = Promise.all(started);
  await closers.openingChild(workers, (all) => Promise.all(all.map((worker) => worker.stop())));
}

/** Before anything is started: a port that is taken ends it with one sentence. */
async function refuseBusyPort({ host, port }: Config): Promise<void> {
  if (port === 0) return;
  const probe = createServer().listen(port, host);
  try {
    await once(probe, "listening");
  } catch (cause) {
    const code = (cause as { code?: string }).code;
    if (code === "EADDRINUSE")
      throw new StartRefused(
        `Port ${port} on ${host} is taken by another program; set SKYWARDEN_PORT (or --port) to a free one.`,
        2,
        cause,
      );
    if (code === "EACCES")
      throw new StartRefused(`This user may not listen on port ${port}; choose one above 1023.`, 2, cause);
    if (code === "EADDRNOTAVAIL")
      throw new StartRefused(`SKYWARDEN_HOST ${host} is not an address of this machine.`, 2, cause);
    if (code === "ENOTFOUND" || code === "EAI_AGAIN")
      throw new StartRefused(`SKYWARDEN_HOST ${host} is not a known name.`, 2, cause);
    throw cause;
  }
  probe.close();
  await once(probe, "close");
}

function tell({ url, adminEmail, generatedPassword }: ServeFacts): void {
  process.stdout.write(`Skywarden serves at ${url}\nSign in as ${adminEmail}`);
  process.stdout.write(
    generatedPassword === null ? "\n" : ` with the password ${generatedPassword} (shown this once)\n`,
  );
}
