// Opens what a simulator serves: the world with what its folder keeps, the settings, limits, faults and log.
// Knows nothing of ports.
import type { Simulation } from "./answer.ts";
import { withDefaults } from "./defaults.ts";
import { openEvents } from "./events/state.ts";
import { openInjectedFaults } from "./injected-faults.ts";
import { type Kept, openKept, StartProblem, type Wanted } from "./kept.ts";
import { openLimits } from "./limits.ts";
import { openRequestLog } from "./request-log.ts";
import { changedSettings, initialSettings, type Settings, type SettingsChange } from "./settings.ts";
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

export async function openSimulation(
  options: SimulatorOptions,
): Promise<{ simulation: Simulation; kept: Kept }> {
  const { now = () => new Date(), resources } = options;
  const named = typeof options.world === "string" ? await worldDefinition(options.world) : options.world;
  const definition = sized(named, resources);
  const wanted = wantedOf(definition, options);
  const kept = openKept(options.dataDir, wanted, now());
  const world = openWorld({
    definition: withDefaults(definition),
    seed: wanted.seed,
    accountCount: wanted.accounts,
    bornAt: new Date(kept.facts.bornAt),
    onChange: kept.append,
    kept: kept.changes,
  });
  const settings = settingsOf(world, definition, options);
  return { simulation: simulationOf(world, kept.facts.secret, settings, now), kept };
}

function sized(definition: WorldDefinition, resources: number | undefined): WorldDefinition {
  if (resources === undefined) return definition;
  if (!definition.withResources)
    throw new StartProblem(`How much the world ${definition.name} holds is given: leave --resources out.`);
  return definition.withResources(resources);
}

function wantedOf({ name, fewestAccounts = 1 }: WorldDefinition, options: SimulatorOptions): Wanted {
  const { seed = 1, accounts = 127, bornAt, resources } = options;
  if (accounts < fewestAccounts)
    throw new StartProblem(`The world ${name} has at least ${fewestAccounts} accounts, not ${accounts}.`);
  return {
    world: name,
    seed,
    accounts,
    ...(resources === undefined ? {} : { resources }),
    ...(bornAt ? { bornAt } : {}),
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
