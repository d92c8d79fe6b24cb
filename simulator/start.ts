// Starts a simulator: opens its world, keeps its journal, serves AWS on one port and the admin on another.
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { adminServer } from "./admin-server.ts";
import type { Simulation } from "./answer.ts";
import { withDefaults } from "./defaults.ts";
import { openEvents } from "./events/state.ts";
import { iam, roleArnOf } from "./iam-lookup.ts";
import { chance, iamId, accessKeyId as newAccessKeyId, secretAccessKey as newSecret } from "./ids.ts";
import { openInjectedFaults } from "./injected-faults.ts";
import { openKept, StartProblem } from "./kept.ts";
import { openLimits } from "./limits.ts";
import { openRequestLog } from "./request-log.ts";
import { issueSession } from "./sessions.ts";
import { changedSettings, initialSettings, type Settings, type SettingsChange } from "./settings.ts";
import type { IamUser } from "./shapes.ts";
import { wireServer } from "./wire-server.ts";
import { openWorld, type World, type WorldDefinition } from "./world.ts";
import { worldDefinition } from "./worlds.ts";

export interface SimulatorOptions {
  /** Name of a world ("demo", "small"), or a definition of one's own. */
  world: string | WorldDefinition;
  accounts?: number;
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
  /** Life of what the container endpoint serves; 3600 unless told. */
  containerCredentialSeconds?: number;
  /** The simulator's clock, for tests. */
  now?: () => Date;
}

export interface Simulator {
  endpoint: string;
  /** Opens the admin port by itself: its first path segment is the token. */
  adminUrl: string;
  adminToken: string;
  /** For AWS_CONTAINER_CREDENTIALS_FULL_URI. */
  containerCredentialsUrl: string;
  /** For AWS_CONTAINER_AUTHORIZATION_TOKEN. */
  containerAuthorizationToken: string;
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

const administratorName = "administrator";
const installRoleName = "Skywarden-Install-Role";

export async function startSimulator(options: SimulatorOptions): Promise<Simulator> {
  const { seed = 1, accounts = 127, now = () => new Date() } = options;
  const definition = typeof options.world === "string" ? await worldDefinition(options.world) : options.world;
  const { name, fewestAccounts = 1 } = definition;
  if (accounts < fewestAccounts)
    throw new StartProblem(`The world ${name} has at least ${fewestAccounts} accounts, not ${accounts}.`);
  const { bornAt } = options;
  const wanted = { world: name, seed, accounts, ...(bornAt ? { bornAt } : {}) };
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
  const lifeSeconds = options.containerCredentialSeconds ?? 3600;
  const admin = adminServer({
    simulation,
    ...tokens,
    describeWorld: () => describeWorld(world, name),
    containerCredentials: () => installCredentials(simulation, lifeSeconds),
  });
  const wire = wireServer(simulation);
  try {
    await listen(wire, options.port ?? 0);
    await listen(admin, 0);
  } catch (error) {
    await Promise.all([close(wire), close(admin)]);
    kept.close();
    throw error;
  }
  const adminUrl = `${urlOf(admin)}/${tokens.adminToken}`;
  return {
    endpoint: urlOf(wire),
    adminUrl,
    adminToken: tokens.adminToken,
    containerCredentialsUrl: `${urlOf(admin)}/container-credentials`,
    containerAuthorizationToken: tokens.containerToken,
    managementAccountId: world.managementAccountId,
    hostingAccountId: world.hostingAccountId,
    ...administrator,
    region: "us-east-1",
    world,
    stop: async () => {
      await Promise.all([close(wire), close(admin)]);
      kept.close();
    },
  };
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

/** The administrator is a user of the management account, made at the first start and kept like any change. */
function administratorOf(world: World): { accessKeyId: string; secretAccessKey: string } {
  const accountId = world.managementAccountId;
  const { users } = iam(world, accountId);
  const known = users.get(administratorName)?.accessKeys.find((key) => key.secretAccessKey);
  if (known?.secretAccessKey)
    return { accessKeyId: known.AccessKeyId, secretAccessKey: known.secretAccessKey };
  const CreateDate = world.bornAt.toISOString();
  const secretAccessKey = newSecret();
  const accessKeyId = newAccessKeyId("AKIA", accountId, chance);
  const user: IamUser = {
    UserName: administratorName,
    UserId: iamId("AIDA", world.random(accountId, administratorName)),
    Path: "/",
    CreateDate,
    inlinePolicies: {},
    attachedPolicies: [`arn:${world.partition}:iam::aws:policy/AdministratorAccess`],
    Tags: [],
    groups: [],
    accessKeys: [{ AccessKeyId: accessKeyId, Status: "Active", CreateDate, secretAccessKey }],
    mfaDevices: [],
  };
  users.put(administratorName, user);
  return { accessKeyId, secretAccessKey };
}

function installCredentials({ world, secret, now }: Simulation, lifeSeconds: number) {
  const accountId = world.hostingAccountId;
  const role = iam(world, accountId).roles.get(installRoleName);
  if (!role) return undefined;
  const issuedAt = now();
  const credentials = issueSession(secret, {
    accountId,
    roleName: role.RoleName,
    roleId: role.RoleId,
    sessionName: "container",
    issuedAt: issuedAt.toISOString(),
    expiresAt: new Date(issuedAt.getTime() + lifeSeconds * 1000).toISOString(),
  });
  return { credentials, roleArn: roleArnOf(world, accountId, role) };
}

function describeWorld(world: World, name: string): object {
  const { seed, accountCount, bornAt, managementAccountId, hostingAccountId } = world;
  return { world: name, seed, accounts: accountCount, bornAt, managementAccountId, hostingAccountId };
}

async function listen(server: Server, port: number): Promise<void> {
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
}

function urlOf(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function close(server: Server): Promise<void> {
  if (!server.listening) return;
  const closed = once(server, "close");
  server.close();
  server.closeAllConnections();
  await closed;
}
