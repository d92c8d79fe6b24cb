// "Try it" of the demo: its steps as the world is, and the acts that change it. Everywhere else there is nothing here.
import { setTimeout as sleep } from "node:timers/promises";
import type { Catalog } from "#catalog/load.ts";
import type * as contract from "#contract/demo.ts";
import type { DemoScores } from "#contract/demo.ts";
import { Problem } from "#model/problem.ts";
import { shownRow } from "#onboarding/diagnosis/view.ts";
import {
  type DemoCloud,
  type DemoOrganization,
  readDemoClouds,
  readDemoOrganization,
} from "#store/demo-steps.ts";
import type { TenantTx } from "#store/open.ts";
import { audit, type Context, inTenant, type RouteFunction } from "../context.ts";
import {
  harvestStarted,
  hasSynced,
  progressOf,
  readDemoHistory,
  scoresBefore,
  stepTaken,
} from "../demo-progress.ts";
import { readCounts } from "../scores.ts";
import { type SimulatedWorld, type StepInWorld, WorldRefused } from "../simulated-world.ts";
import { diagnosed } from "./permissions.ts";

type Asked = Pick<Context, "parts" | "caller">;

interface Stage {
  world: SimulatedWorld;
  organization: DemoOrganization;
  clouds: DemoCloud[];
  steps: StepInWorld[];
}

export const getDemo: RouteFunction<typeof contract.getDemo> = async (context) => {
  const stage = await openStage(context);
  if (stage === null) return { organizationId: null, steps: [] };
  const { organization, steps, clouds: known } = stage;
  const { catalog } = context.parts;
  return inTenant(context, async (tx) => {
    const history = await readDemoHistory(tx);
    const progress = new Map<StepInWorld, Awaited<ReturnType<typeof progressOf>>>();
    for (const step of steps)
      progress.set(step, await progressOf(tx, history, step, organization, cloudOf(known, step)?.id ?? null));
    // Read last: what has ended shows its outcome.
    const clouds = await readDemoClouds(tx, organization.id);
    const shown = [];
    for (const step of steps) {
      const { id, state, acts, account, policy, shownBy } = step;
      const cloud = cloudOf(clouds, step);
      shown.push({
        ...{ id, state, acts, policy, shownBy, cloud: cloud && shownCloud(cloud) },
        account: account && { ...account, name: account.name ?? cloud?.name ?? account.id },
        progress: progress.get(step) ?? null,
        scores:
          step.isScored && cloud
            ? { before: scoresBefore(history, step), now: await readScores(tx, catalog, cloud.id) }
            : null,
      });
    }
    return { organizationId: organization.id, steps: shown };
  });
};

export const takeDemoStep: RouteFunction<typeof contract.takeDemoStep> = async (context) => {
  const { params, body, parts, caller } = context;
  const stage = await openStage(context);
  if (stage === null)
    throw new Problem("conflict", "Connect the simulated organization first; the demo does so at its start.");
  const { world, organization, clouds, steps } = stage;
  const step = steps.find(({ id }) => id === params.step);
  if (!step?.acts.includes(body.act))
    throw new Problem("conflict", "That cannot be done as the simulated world is now. Look at it again.");
  const cloud = cloudOf(clouds, step);
  const document = body.act === "fix" ? await shownFix(context, step, cloud) : undefined;
  const before =
    body.act === "break" && cloud
      ? await inTenant(context, (tx) => readScores(tx, parts.catalog, cloud.id))
      : undefined;
  await answeredBy(() => world.act(step, body.act, { document }));
  await inTenant(context, (tx) =>
    audit(context, tx, stepTaken, step.id, {
      ...{ act: body.act, accountId: step.account?.id ?? null, ...(before ? { before } : {}) },
    }),
  );
  const changedAt = new Date();
  if (!step.isSynced && cloud) return { jobId: await harvest(context, step, cloud.id) };
  const jobId = await parts.work.syncOrganization(caller.tenantId, organization.id, null);
  if (step.isHarvested && cloud)
    harvestAfterSync(context, world, step, cloud.id, changedAt).catch((cause: unknown) => {
      if (!world.stopping.aborted)
        parts.log.warn({ err: cause }, "the harvest after a step was not asked for");
    });
  return { jobId };
};

/** null: the organization is not connected yet. */
async function openStage(context: Asked): Promise<Stage | null> {
  const world = context.parts.demo;
  if (!world) throw new Problem("not-found", "There is nothing at this address.");
  const known = await inTenant(context, async (tx) => {
    const organization = await readDemoOrganization(tx, world.managementAccountId);
    return organization && { organization, clouds: await readDemoClouds(tx, organization.id) };
  });
  if (known === null) return null;
  const isFree = ({ accountId, isActive }: DemoCloud) =>
    isActive && accountId !== world.managementAccountId && !world.exceptAccountIds.includes(accountId);
  const free = known.clouds.filter(isFree).map(({ accountId }) => accountId);
  return { world, ...known, steps: await answeredBy(() => world.look(free)) };
}

async function answeredBy<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (!(cause instanceof WorldRefused)) throw cause;
    throw cause.isAway
      ? new Problem("simulator-away", "It has ended or hangs. Start the demo again.", { cause })
      : new Problem("conflict", `The simulated AWS refused: ${cause.message}`, { cause });
  }
}

function cloudOf(clouds: readonly DemoCloud[], { account }: StepInWorld): DemoCloud | null {
  return clouds.find(({ accountId }) => accountId === account?.id) ?? null;
}

function shownCloud({ id, name, state, reason, path }: DemoCloud) {
  return { id, name, state, reason, path };
}

async function readScores(tx: TenantTx, catalog: Catalog, cloudId: string): Promise<DemoScores> {
  const all = [...catalog.insights.keys()];
  const scoreOf = async (ids: string[] | null) => (await readCounts(tx, catalog, ids)).scoreOf(all);
  return { estate: await scoreOf(null), cloud: await scoreOf([cloudId]) };
}

/** The document that the diagnosis proposes now, if it is a change of what the person has looked at. */
async function shownFix(
  context: Context<typeof contract.takeDemoStep>,
  { policy, shownBy }: StepInWorld,
  cloud: DemoCloud | null,
): Promise<unknown> {
  if (!cloud || !policy) throw new Problem("conflict", "There is no policy to mend.");
  const { diagnosis } = await inTenant(context, (tx) => diagnosed(context, tx, cloud.id, new Date()));
  const row = diagnosis?.rows.find(
    ({ action, region }) => action === shownBy?.action && region === shownBy.region,
  );
  const { fix } = row ? await shownRow(context.parts.catalog, row) : { fix: null };
  if (!fix?.document.arn?.endsWith(`/${policy.id}`))
    throw new Problem("conflict", "No change of this policy is proposed yet: wait until it was synced.");
  if (context.body.hash !== fix.document.hash)
    throw new Problem(
      "changed-meanwhile",
      "The policy is not the one that you have looked at. Read the change again, then apply it.",
    );
  return fix.after;
}

const askAgainMs = 400;
const longestMs = 5 * 60_000;

/** The harvest compares with what the sync has read, so it comes after. */
async function harvestAfterSync(
  context: Asked,
  { managementAccountId, stopping }: SimulatedWorld,
  step: StepInWorld,
  cloudId: string,
  since: Date,
): Promise<void> {
  const endsAt = Date.now() + longestMs;
  for (;;) {
    const organization = await inTenant(context, (tx) => readDemoOrganization(tx, managementAccountId));
    if (!organization || hasSynced(organization, since) || Date.now() > endsAt) break;
    await sleep(askAgainMs, undefined, { signal: stopping });
  }
  await harvest(context, step, cloudId);
}

async function harvest(context: Asked, { id: step }: StepInWorld, cloudId: string): Promise<string> {
  const jobId = await context.parts.work.harvestCloud(context.caller.tenantId, cloudId, {});
  await inTenant(context, (tx) => audit(context, tx, harvestStarted, cloudId, { step, jobId }));
  return jobId;
}
