// `skywarden serve`: the API with the web in this process, workers as its children. The API never
// harvests; a busy harvest must not freeze the web.

import { once } from "node:events";
import { createServer } from "node:net";
import { availableParallelism } from "node:os";
import { buildServer } from "#api/server.ts";
import { type Config, readConfig } from "#config.ts";
import { openQueues } from "#jobs/queues.ts";
import { openWork } from "#jobs/work.ts";
import { type Log, openLog } from "#log.ts";
import { StartRefused } from "#model/problem.ts";
import { openOnboarding } from "#onboarding/open.ts";
import { openChangeFeed } from "#store/changes.ts";
import { ensureInstallation, type Installation } from "#store/installation.ts";
import { openVault } from "#store/vault.ts";
import { version } from "#version.ts";
import { openAwsSide } from "../aws.ts";
import {
  announceCatalog,
  type Opened,
  type OpenedCatalog,
  openCatalog,
  openInstallation,
} from "../installation.ts";
import { onStopSignal } from "../stop-signal.ts";
import { exitWithParent, reportReady, type SupervisedChild, superviseChild } from "../supervise.ts";
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
  const closers: (() => Promise<unknown>)[] = [];
  const stop = onStopSignal(async () => {
    for (const close of closers.reverse()) await close();
  });
  exitWithParent(() => stop.stop(0));
  try {
    const facts = await start(config, log, options, closers, (reason) => {
      log.fatal({ reason }, "the database is lost");
      stop.stop(1);
    });
    log.info({ url: facts.url }, "Skywarden serves");
    reportReady(facts);
    if (process.send === undefined) tell(facts);
  } catch (cause) {
    for (const close of closers.reverse()) await close();
    throw cause;
  }
}

async function start(
  config: Config,
  log: Log,
  options: ServeOptions,
  closers: (() => Promise<unknown>)[],
  onLost: (reason: string) => void,
): Promise<ServeFacts> {
  const [opened, catalog] = await Promise.all([openInstallation(config, log, onLost), openCatalog()]);
  closers.push(opened.close);
  const installation = await ensureInstallation(opened.store, opened.master, config);
  for (const note of installation.notes) log.warn(note);
  await announceCatalog(opened.store, catalog, version);
  const workers = options.role === "api" ? [] : await startWorkers(opened, log, options.simulated);
  closers.push(() => Promise.all(workers.map((worker) => worker.stop())));
  const url = options.role === "worker" ? "" : await startApi(config, log, options, opened, catalog, closers);
  return factsOf(url, installation);
}

function factsOf(url: string, { adminEmail, generatedPassword }: Installation): ServeFacts {
  return { url, adminEmail, generatedPassword };
}

async function startApi(
  config: Config,
  log: Log,
  { simulated }: ServeOptions,
  { store, master, urls }: Opened,
  { catalog }: OpenedCatalog,
  closers: (() => Promise<unknown>)[],
): Promise<string> {
  const aws = openAwsSide(process.env, { version, loopbackOnly: simulated });
  const queues = await openQueues(urls.system, store, log);
  const changes = await openChangeFeed(urls.app, log);
  const work = openWork(store, queues);
  const onboarding = openOnboarding({
    store,
    vault: openVault(master),
    call: aws.call,
    roles: aws.roles,
    platform: aws.platform,
    platformRoleArn: config.platformRoleArn,
    harvestActions: catalog.allHarvestActions(),
    onCreated: async (tenantId, id) => void (await work.syncOrganization(tenantId, id)),
    onRemoving: async (tenantId, ids) => {
      for (const id of ids) await queues.wake("remove-cloud", { tenantId, id });
    },
  });
  const settings = { version, simulated, publicUrl: config.publicUrl, webFolder: webFolder() };
  const app = await buildServer({ store, master, log, catalog, onboarding, work, changes, settings });
  closers.push(
    () => aws.close(),
    () => queues.stop(),
    () => changes.close(),
    () => app.close(),
  );
  return app.listen({ host: config.host, port: config.port });
}

/** Each worker is a process of its own; one core is left to the API and the database. */
async function startWorkers(opened: Opened, log: Log, simulated: boolean): Promise<SupervisedChild[]> {
  const count = Math.max(1, availableParallelism() - 1);
  const env = {
    ...process.env,
    SKYWARDEN_DATABASE_URL: opened.urls.app,
    SKYWARDEN_MASTER_KEY: opened.master.bytes.toString("base64"),
  };
  delete (env as NodeJS.ProcessEnv).SKYWARDEN_MASTER_KEY_FILE;
  const args = ["worker", ...(simulated ? ["--simulated"] : [])];
  return Promise.all(
    Array.from({ length: count }, (_, i) => superviseChild({ name: `worker-${i + 1}`, args, env, log })),
  );
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
