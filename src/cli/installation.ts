// Opens what every process of an installation needs: database, keys, catalog. The first process of
// a host also migrates; workers only connect.

import { openJudges } from "#assess/judge.ts";
import { relationalRules } from "#assess/relational.ts";
import { loadCatalog } from "#catalog/load.ts";
import type { Config } from "#config.ts";
import { migrateQueues } from "#jobs/queues.ts";
import type { Log } from "#log.ts";
import { openMasterKey } from "#master-key.ts";
import { StartRefused } from "#model/problem.ts";
import { derive, type MasterKey } from "#secrets.ts";
import { registerCatalog } from "#store/catalog-generations.ts";
import { type EmbeddedDatabase, startEmbedded } from "#store/embedded.ts";
import { migrate } from "#store/migrate.ts";
import { openStore, type Store, withLogin } from "#store/open.ts";

export interface Opened {
  master: MasterKey;
  /** File of the master key, null if it came by the environment. */
  masterKeyPath: string | null;
  store: Store;
  urls: { app: string; system: string };
  close(): Promise<void>;
}

/** Starts or reaches the database, brings it to this release and opens it. `onLost`: the embedded server died. */
export async function openInstallation(
  config: Config,
  log: Log,
  onLost: (reason: string) => void,
): Promise<Opened> {
  const master = await openMasterKey(config);
  const embedded =
    config.databaseUrl === null ? await startEmbedded({ dataDir: config.dataDir, log, onLost }) : null;
  const ownerUrl = embedded?.url ?? (config.databaseUrl as string);
  try {
    await reach(ownerUrl, () => migrate(ownerUrl, passwords(master.key)));
    await migrateQueues(ownerUrl, ["skywarden_app", "skywarden_system"]);
    if (master.isNew) log.info({ path: master.path }, "a master key was made; keep a copy of it");
    return await connect(ownerUrl, master.key, master.path, embedded);
  } catch (cause) {
    await embedded?.stop();
    throw cause;
  }
}

/** For a worker: the schema is there already. */
export async function joinInstallation(config: Config): Promise<Opened> {
  if (config.databaseUrl === null)
    throw new StartRefused(
      "A worker needs SKYWARDEN_DATABASE_URL and the installation's master key; `skywarden serve` starts workers by itself.",
    );
  const master = await openMasterKey(config);
  const url = config.databaseUrl;
  return reach(url, () => connect(url, master.key, master.path, null));
}

async function connect(
  anyUrl: string,
  master: MasterKey,
  masterKeyPath: string | null,
  embedded: EmbeddedDatabase | null,
): Promise<Opened> {
  const { app, system } = passwords(master);
  const urls = {
    app: withLogin(anyUrl, "skywarden_app", app),
    system: withLogin(anyUrl, "skywarden_system", system),
  };
  const store = await openStore({ appUrl: urls.app, systemUrl: urls.system });
  return {
    master,
    masterKeyPath,
    store,
    urls,
    async close() {
      await store.close();
      await embedded?.stop();
    },
  };
}

function passwords(master: MasterKey): { app: string; system: string } {
  const password = (role: string) => derive(master, `database role ${role}`).toString("base64url");
  return { app: password("skywarden_app"), system: password("skywarden_system") };
}

async function reach<T>(url: string, connectTo: () => Promise<T>): Promise<T> {
  try {
    return await connectTo();
  } catch (cause) {
    const code = (cause as { code?: string }).code;
    const place = new URL(url).host;
    if (code === "28P01" || code === "28000")
      throw new StartRefused(
        `The database at ${place} refused the login; check SKYWARDEN_DATABASE_URL, and that the master key is this installation's.`,
        2,
        cause,
      );
    if (code !== undefined && /^(ECONN|ENOTFOUND|ETIMEDOUT|EHOST|3D000|57P03)/.test(code))
      throw new StartRefused(`The database at ${place} cannot be reached (${code}).`, 2, cause);
    throw cause;
  }
}

export async function openCatalog() {
  const catalog = await loadCatalog();
  return { catalog, judges: openJudges(catalog), relational: relationalRules(catalog) };
}

export type OpenedCatalog = Awaited<ReturnType<typeof openCatalog>>;

export async function announceCatalog(
  store: Store,
  { catalog, judges }: OpenedCatalog,
  version: string,
): Promise<void> {
  const ruleSets = [...judges.values()].map((judge) => ({
    hash: judge.ruleSet,
    type: judge.type,
    insightIds: judge.insights.map(({ definition }) => definition.id),
  }));
  await store.asSystem((tx) => registerCatalog(tx, catalog.generation, version, ruleSets));
}
