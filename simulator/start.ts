// Starts a simulator: opens its world, keeps its journal, serves AWS on one port and the admin on another.
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { adminServer } from "./admin-server.ts";
import { administratorOf } from "./administrator.ts";
import type { Simulation } from "./answer.ts";
import { withDefaults } from "./defaults.ts";
import { openEvents } from "./events/state.ts";
import { openInjectedFaults } from "./injected-faults.ts";
import { openKept, StartProblem } from "./kept.ts";
import { openLimits } from "./limits.ts";
import { containerPath } from "./metadata/container.ts";
import { metadataServer } from "./metadata/server.ts";
import { keepTokenFiles, type TokenFiles } from "./metadata/token-files.ts";
import { issuerOf } from "./metadata/web-identity.ts";
import { openRequestLog } from "./request-log.ts";
import { changedSettings, initialSettings, type Settings, type SettingsChange } from "./settings.ts";
import { type WireServer, wireServer } from "./wire-server.ts";
import { openWorld, type World, type WorldDefinition } from "./world.ts";
import { worldDefinition } from "./worlds.ts";

export interface SimulatorOptions {
  /** Name of a world ("demo", "small"), or a definition of one's own. */
  world: string | WorldDefinition;
  accounts?: number;
  /** About as many things in each account, in worlds that let one choose. */
  resources?: number;
  seed?: number;
  port?: number;
  /** When the world is born: every derived date is an offset from it. The kept world's, else now, unless told. */
  bornAt?: Date;
  /** Without it nothing is kept. */
  dataDir?: string;
  latencyMs?: number;
  limits?: Partial<Settings["limits"]>;
  /** Over what the world file sets. */
  settings?: SettingsChange;
  /** Where token files are kept fresh; `tokens` in the data folder unless told, and without one nowhere. */
  tokenFolder?: string;
  /** The simulator's clock, for tests. */
  now?: () => Date;
}

export interface Simulator {
  endpoint: string;
  /** Opens the admin port by itself: its first path segment is the token. */
  adminUrl: string;
  adminToken: string;
  /** For AWS_EC2_METADATA_SERVICE_ENDPOINT. */
  metadataUrl: string;
  /** For AWS_CONTAINER_CREDENTIALS_FULL_URI. */
  containerCredentialsUrl: string;
  /** For AWS_CONTAINER_AUTHORIZATION_TOKEN. */
  containerAuthorizationToken: string;
  /** Only with a data or token folder. */
  tokenFiles?: TokenFiles;
  /** Of the issuer that signs web identity tokens. */
  webIdentityIssuer: string;
  managementAccountId: string;
  hostingAccountId: string;
  /** The management account's administrator. */
  accessKeyId: string;
  secretAccessKey: string;
  region: string;
  /** The world itself, for tests in the same process. */
  world: World;
  stop(): Promise<void>;
}

export async function startSimulator(options: SimulatorOptions): Promise<Simulator> {
  const { seed = 1, accounts = 127, now = () => new Date() } = options;
  const definition = sized(
    typeof options.world === "string" ? await worldDefinition(options.world) : options.world,
    options.resources,
  );
  const { name, fewestAccounts = 1 } = definition;
  if (accounts < fewestAccounts)
    throw new StartProblem(`The world ${name} has at least ${fewestAccounts} accounts, not ${accounts}.`);
  const { bornAt, resources } = options;
  const wanted = {
    world: name,
    seed,
    accounts,
    ...(resources === undefined ? {} : { resources }),
    ...(bornAt ? { bornAt } : {}),
  };
  const kept = openKept(options.dataDir, wanted, now());
  const world = openWorld({
    definition: withDefaults(definition),
    seed,
    accountCount: accounts,
    bornAt: new Date(kept.facts.bornAt),
    onChange: kept.append,
    kept: kept.changes,
  });
  const settings = settingsOf(world, definition, options);
  const simulation = simulationOf(world, kept.facts.secret, settings, now);
  const administrator = administratorOf(world);
  const tokens = {
    adminToken: randomBytes(24).toString("hex"),
    containerToken: randomBytes(24).toString("hex"),
  };
  const metadata = metadataServer(simulation, tokens.containerToken);
  const admin = adminServer({
    simulation,
    adminToken: tokens.adminToken,
    describeWorld: () => describeWorld(world, name),
    describeMetadata: () => describeMetadata(sources),
  });
  const servers = [wireServer(simulation), admin, metadata] as const;
  const [wire] = servers;
  let tokenFiles: ReturnType<typeof keepTokenFiles> | undefined;
  const stop = async () => {
    tokenFiles?.stop();
    await Promise.all(servers.map(close));
    kept.close();
  };
  try {
    await listen(wire, options.port ?? 0);
    await listen(admin, 0);
    await listen(metadata, 0);
    const tokenFolder = options.tokenFolder ?? (options.dataDir && join(options.dataDir, "tokens"));
    if (tokenFolder) tokenFiles = keepTokenFiles(simulation, tokenFolder);
  } catch (error) {
    await stop();
    throw error;
  }
  const metadataUrl = urlOf(metadata);
  const sources: CredentialSources = {
    metadataUrl,
    containerCredentialsUrl: `${metadataUrl}${containerPath}`,
    containerAuthorizationToken: tokens.containerToken,
    webIdentityIssuer: issuerOf(world),
    ...(tokenFiles ? { tokenFiles: tokenFiles.files } : {}),
  };
  const adminUrl = `${urlOf(admin)}/${tokens.adminToken}`;
  return {
    endpoint: urlOf(wire),
    adminUrl,
    adminToken: tokens.adminToken,
    ...sources,
    managementAccountId: world.managementAccountId,
    hostingAccountId: world.hostingAccountId,
    ...administrator,
    region: "us-east-1",
    world,
    stop,
  };
}

function sized(definition: WorldDefinition, resources: number | undefined): WorldDefinition {
  if (resources === undefined) return definition;
  if (!definition.withResources)
    throw new StartProblem(`How much the world ${definition.name} holds is given: leave --resources out.`);
  return definition.withResources(resources);
}

/** The initial ones, what the world file changes, what the caller changes. */
function settingsOf(world: World, definition: WorldDefinition, options: SimulatorOptions): Settings {
  const changes: SettingsChange[] = [
    definition.settings?.(world) ?? {},
    options.limits ? { limits: options.limits } : {},
    options.settings ?? {},
  ];
  let settings = initialSettings(options.latencyMs);
  for (const change of changes) {
    const changed = changedSettings(settings, change);
    if ("problem" in changed) throw new Error(`settings: ${changed.problem}`);
    settings = changed;
  }
  return settings;
}

function simulationOf(world: World, secret: string, settings: Settings, now: () => Date): Simulation {
  const simulation: Simulation = {
    world,
    secret,
    settings,
    limits: openLimits(
      () => simulation.settings.limits,
      () => world.managementAccountId,
      world.seed,
      () => performance.now(),
    ),
    faults: openInjectedFaults(() => simulation.settings, world.seed),
    log: openRequestLog(),
    now,
  };
  openEvents(world, () => simulation.settings.events, now);
  return simulation;
}

function describeWorld(world: World, name: string): object {
  const { seed, accountCount, bornAt, managementAccountId, hostingAccountId } = world;
  return { world: name, seed, accounts: accountCount, bornAt, managementAccountId, hostingAccountId };
}

type CredentialSources = Pick<
  Simulator,
  | "metadataUrl"
  | "containerCredentialsUrl"
  | "containerAuthorizationToken"
  | "webIdentityIssuer"
  | "tokenFiles"
>;

/** As environment variables, by source. */
function describeMetadata(sources: CredentialSources): object {
  const { webIdentityTokenFile, containerAuthorizationTokenFile } = sources.tokenFiles ?? {};
  return {
    instance: { AWS_EC2_METADATA_SERVICE_ENDPOINT: sources.metadataUrl },
    container: {
      AWS_CONTAINER_CREDENTIALS_FULL_URI: sources.containerCredentialsUrl,
      AWS_CONTAINER_AUTHORIZATION_TOKEN: sources.containerAuthorizationToken,
    },
    pod: {
      AWS_CONTAINER_CREDENTIALS_FULL_URI: sources.containerCredentialsUrl,
      AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: containerAuthorizationTokenFile,
    },
    webIdentity: { AWS_WEB_IDENTITY_TOKEN_FILE: webIdentityTokenFile, issuer: sources.webIdentityIssuer },
  };
}

async function listen(server: WireServer, port: number): Promise<void> {
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
}

function urlOf(server: WireServer): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function close(server: WireServer): Promise<void> {
  if (!server.listening) return;
  const closed = once(server, "close");
  server.close();
  server.closeAllConnections();
  await closed;
}
