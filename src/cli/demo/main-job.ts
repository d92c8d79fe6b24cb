// The demo's main job, through the public API alone: connect the organization, wait for sync and
// first harvest, check that everything is as it should be.
import { setTimeout as sleep } from "node:timers/promises";
import { getSummary } from "#contract/activity.ts";
import { getHarvest, listClouds } from "#contract/cloud.ts";
import { getExternalId } from "#contract/external-id.ts";
import { createOrganization, getOrganization, listOrganizations } from "#contract/organization.ts";
import { getPlatformIdentity } from "#contract/platform.ts";
import type { ResponseOf } from "#contract/route.ts";
import { getTemplate } from "#contract/template.ts";
import { StartRefused } from "#model/problem.ts";
import { type ApiAddress, callApi } from "../api-client.ts";
import { createRoles } from "./administrator.ts";
import type { SimulatedOrganization } from "./administrator-access.ts";
import type { ProgressLine } from "./progress-line.ts";
import { memberRoleName, organizationRoleName } from "./roles.ts";

export interface DemoWorld extends SimulatedOrganization {
  hostingAccountId: string;
  suspendedAccountIds: string[];
  scpDeniedAccountId: string;
  forgottenAccountId: string;
}

export type Summary = ResponseOf<typeof getSummary>;
type Cloud = ResponseOf<typeof listClouds>["items"][number];

export interface MainJobResult {
  summary: Summary;
  clouds: Cloud[];
  syncCalls: number;
  stacks: number;
  /** The organization was connected by an earlier run. */
  isResumed: boolean;
  /** Of the parts of this job, one after the other. */
  seconds: { roles: number; sync: number; harvest: number };
  /** Sentences that name what is not as expected; empty = success. */
  wrong: string[];
}

/** The summary counts the estate anew: asked each 400 ms, it took a tenth of the demo's CPU (2026-11-22). */
const pollMs = { least: 400, most: 2_000, timesTheAnswer: 10 };
const patienceMs = 15 * 60_000;

export async function runMainJob(
  api: ApiAddress,
  world: DemoWorld,
  line: ProgressLine,
  signal?: AbortSignal,
): Promise<MainJobResult> {
  const { items } = await callApi(api, listOrganizations);
  const known = items[0]?.id;
  const lap = stopwatch();
  const stacks = known ? 0 : await prepareAccounts(api, world, line);
  const roles = lap();
  const organizationId = known ?? (await connect(api, world));
  const syncCalls = await waitForSync(api, organizationId, line, signal);
  const sync = lap();
  const { summary, clouds } = await waitForHarvest(api, line, signal);
  const wrong = await whatIsWrong(api, world, clouds);
  line.end();
  const seconds = { roles, sync, harvest: lap() };
  return { summary, clouds, syncCalls, stacks, isResumed: known !== undefined, seconds, wrong };
}

/** Seconds since it was asked last. */
function stopwatch(): () => number {
  let last = performance.now();
  return () => {
    const now = performance.now();
    const seconds = (now - last) / 1000;
    last = now;
    return seconds;
  };
}

async function prepareAccounts(api: ApiAddress, world: DemoWorld, line: ProgressLine): Promise<number> {
  const { externalId } = await callApi(api, getExternalId);
  const { partitions } = await callApi(api, getPlatformIdentity);
  const platformRoleArn = partitions.find(({ partition }) => partition === "aws")?.roleArn;
  if (!platformRoleArn)
    throw new Error(`The installation has no identity: ${partitions[0]?.note ?? "unknown"}`);
  const template = (name: "organization-role" | "member-role") =>
    callApi(api, getTemplate, { params: { name }, query: { format: "cloudformation" } }) as Promise<string>;
  const templates = {
    organizationRole: await template("organization-role"),
    memberRole: await template("member-role"),
  };
  return createRoles(
    world,
    templates,
    { platformRoleArn, externalId },
    world.forgottenAccountId,
    (done, total) => line.show(`Creating roles from the templates: ${done} of ${total} accounts`),
  );
}

async function connect(api: ApiAddress, world: DemoWorld): Promise<string> {
  const role = (name: string) => ({ arn: `arn:aws:iam::${world.managementAccountId}:role/${name}` });
  const { id } = await callApi(api, createOrganization, {
    body: {
      provider: "aws",
      nickname: "demo",
      externalId: null,
      credentialSource: "host",
      organizationRole: role(organizationRoleName),
      memberRole: role(memberRoleName),
      autoRemoveSuspended: false,
      autoBadge: true,
    },
  });
  return id;
}

async function waitForSync(
  api: ApiAddress,
  id: string,
  line: ProgressLine,
  signal?: AbortSignal,
): Promise<number> {
  for await (const _ of patience("The sync", signal)) {
    const { sync, accountCounts } = await callApi(api, getOrganization, { params: { id } });
    if (sync.state === "done") return sync.calls;
    if (sync.state === "failed" || sync.state === "needs-confirmation")
      throw new StartRefused(`The sync of the simulated organization ended: ${sync.error}`, 1);
    const { clouds } = await callApi(api, getSummary);
    line.show(`Syncing the organization: ${Math.max(accountCounts.total, clouds.total)} accounts`);
  }
  throw new Error("unreachable");
}

const settled = new Set([
  "suspended",
  "awaiting-role",
  "assume-role-failed",
  "invalid-credentials",
  "out-of-scope",
  "paused",
]);

async function waitForHarvest(
  api: ApiAddress,
  line: ProgressLine,
  signal?: AbortSignal,
): Promise<{ summary: Summary; clouds: Cloud[] }> {
  for await (const _ of patience("The first harvest", signal)) {
    const summary = await callApi(api, getSummary);
    line.show(progressText(summary));
    const { harvest } = summary;
    if (summary.clouds.byStatus.pending > 0 || harvest.scopesDue > 0 || harvest.toJudge > 0) continue;
    const clouds = await allClouds(api);
    if (clouds.every((cloud) => settled.has(cloud.status.state) || cloud.lastHarvestAt !== null))
      return { summary: await callApi(api, getSummary), clouds };
  }
  throw new Error("unreachable");
}

function progressText({ clouds, resources, findings, harvest }: Summary): string {
  const { critical, high, medium, low } = findings.bySeverity;
  const scopes = harvest.scopesDone + harvest.scopesDue;
  return `Harvesting: ${harvest.scopesDone} of ${scopes} scopes in ${clouds.total} clouds · ${resources.total} resources · findings ${critical} critical, ${high} high, ${medium} medium, ${low} low · ${harvest.calls} calls`;
}

async function allClouds(api: ApiAddress): Promise<Cloud[]> {
  const clouds: Cloud[] = [];
  let cursor: string | null = null;
  do {
    const page: ResponseOf<typeof listClouds> = await callApi(api, listClouds, {
      query: { limit: 1000, ...(cursor ? { cursor } : {}) },
    });
    clouds.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor);
  return clouds;
}

async function* patience(what: string, signal?: AbortSignal): AsyncGenerator<void> {
  const endsAt = Date.now() + patienceMs;
  while (Date.now() < endsAt) {
    const askedAt = performance.now();
    yield;
    const tookMs = performance.now() - askedAt;
    const pauseMs = Math.min(pollMs.most, Math.max(pollMs.least, tookMs * pollMs.timesTheAnswer));
    await sleep(pauseMs, undefined, { signal });
  }
  throw new StartRefused(`${what} is not complete after ${patienceMs / 60_000} minutes.`, 1);
}

/** Every cloud must be what the world makes of it, and every harvested one seen in every region. */
async function whatIsWrong(api: ApiAddress, world: DemoWorld, clouds: Cloud[]): Promise<string[]> {
  const expected = (accountId: string): Cloud["status"]["state"] => {
    if (world.suspendedAccountIds.includes(accountId)) return "suspended";
    if (accountId === world.forgottenAccountId) return "awaiting-role";
    return accountId === world.scpDeniedAccountId ? "warning" : "healthy";
  };
  const wrong = clouds.flatMap(({ accountId, name, status }) =>
    status.state === expected(accountId)
      ? []
      : [
          `${name} (${accountId}) is ${status.state}, not ${expected(accountId)}${status.reason ? `: ${status.reason}` : ""}`,
        ],
  );
  for (const cloud of clouds.filter(
    ({ status }) => status.state === "healthy" || status.state === "warning",
  )) {
    const harvest = await callApi(api, getHarvest, { params: { id: cloud.id } });
    const never = harvest.items.filter((scope) => scope.lastTriedAt === null);
    const seen = new Set(harvest.items.map((scope) => scope.region));
    const missing = harvest.regions.filter((region) => !seen.has(region));
    if (never.length > 0)
      wrong.push(`${cloud.name} (${cloud.accountId}): ${never.length} scopes were never harvested`);
    if (missing.length > 0 || harvest.regions.length === 0)
      wrong.push(
        `${cloud.name} (${cloud.accountId}): not harvested in ${missing.join(", ") || "any region"}`,
      );
  }
  return wrong;
}
