// Jobs, audit events and the summary.

import type { Catalog } from "#catalog/load.ts";
import type * as contract from "#contract/activity.ts";
import { Problem } from "#model/problem.ts";
import { listAuditEvents as readAuditEvents } from "#store/audit.ts";
import { announce } from "#store/changes.ts";
import * as jobs from "#store/jobs.ts";
import type { TenantTx } from "#store/open.ts";
import { countByType } from "#store/resources.ts";
import * as estate from "#store/summary.ts";
import { attentionOf } from "../attention.ts";
import { audit, found, inTenant, type RouteFunction } from "../context.ts";
import { defaultLimit, pageOf, readCursor } from "../cursor.ts";
import { severitiesOf, wantedClouds } from "../filters.ts";
import { readCounts } from "../scores.ts";

export const listJobs: RouteFunction<typeof contract.listJobs> = async (context) => {
  const { query } = context;
  const limit = query.limit ?? defaultLimit;
  const cursor = readCursor(query.cursor, ["instant", "text"]);
  const rows = await inTenant(context, (tx) =>
    jobs.listJobs(tx, {
      states: query.state,
      kind: query.kind,
      after: cursor && { createdAt: cursor[0], id: cursor[1] },
      limit,
    }),
  );
  const page = pageOf(rows, limit, (job) => [job.createdAt, job.id]);
  return { ...page, items: page.items.map(({ createdAt: _, ...job }) => job) };
};

export const getJob: RouteFunction<typeof contract.getJob> = async (context) =>
  found(await inTenant(context, (tx) => jobs.findJob(tx, context.params.id)), "job");

export const cancelJob: RouteFunction<typeof contract.cancelJob> = async (context) => {
  const { parts, caller, params } = context;
  await inTenant(context, async (tx) => {
    const job = found(await jobs.findJob(tx, params.id), "job");
    if (job.state === "cancelled") return;
    if (!(await jobs.cancelJob(tx, params.id))) throw new Problem("conflict", "The job has ended already.");
    await audit(context, tx, "job.cancelled", params.id, { kind: job.kind, subject: job.subject });
    await announce(tx, "job", params.id);
  });
  await parts.work.cancel(caller.tenantId, params.id);
  return null;
};

export const listAuditEvents: RouteFunction<typeof contract.listAuditEvents> = async (context) => {
  const { query } = context;
  const limit = query.limit ?? defaultLimit;
  const before = readCursor(query.cursor, ["integer"])?.[0] ?? null;
  const rows = await inTenant(context, (tx) => readAuditEvents(tx, { action: query.action, before, limit }));
  return pageOf(rows, limit, (event) => [event.id]);
};

export const streamEvents: RouteFunction<typeof contract.streamEvents> = async ({
  streams,
  caller,
  reply,
}) => {
  streams.refuseIfFull();
  reply.hijack();
  reply.raw.writeHead(200, {
    ...(reply.getHeaders() as Record<string, string>),
    "content-type": "text/event-stream",
    "cache-control": "no-store",
    // Proxies that buffer would hold events back.
    "x-accel-buffering": "no",
  });
  streams.open(caller.tenantId, reply.raw);
  return "";
};

const historyDays = 30;
const recentOfAKind = 6;

export const getSummary: RouteFunction<typeof contract.getSummary> = async (context) => {
  const { catalog } = context.parts;
  return inTenant(context, async (tx) => {
    const cloudIds = await wantedClouds(tx, context.query);
    const counts = await readCounts(tx, catalog, cloudIds);
    const { scopes } = counts;
    const byStatus = await estate.countCloudsByState(tx, cloudIds);
    const byType = await countByType(tx, cloudIds);
    const findings = estate.findingsBySeverity([...counts.insights.values()], severitiesOf(catalog));
    const scores = counts.scoreOf([...catalog.insights.keys()]);
    return {
      clouds: { total: sum(Object.values(byStatus)), byStatus },
      resources: { total: sum([...byType.values()]), byType: Object.fromEntries(byType) },
      findings: { total: sum(Object.values(findings)), bySeverity: findings },
      coverage: scores.coverage,
      score: scores.value,
      scores,
      harvest: {
        scopesDone: scopes.done,
        scopesDue: scopes.due,
        scopesInGap: scopes.inGap,
        toJudge: await estate.countPending(tx, cloudIds),
        calls: await estate.countCalls(tx, cloudIds),
        oldestObservedAt: scopes.oldestObservedAt,
      },
      attention: attentionOf({
        byStatus,
        findings,
        scopesInGap: scopes.inGap,
        syncs: cloudIds === null ? await estate.troubledSyncs(tx) : [],
      }),
      recent: await recent(tx, catalog, cloudIds),
      history: await history(tx, { findings, score: scores.value }, cloudIds),
    };
  });
};

/** Past days as they were kept, of the whole estate or of the clouds that are asked for; today as it is. */
async function history(
  tx: TenantTx,
  now: { findings: estate.HistoryDay["findings"]; score: number | null },
  cloudIds: string[] | null,
) {
  const today = new Date().toISOString().slice(0, 10);
  const kept = await estate.readHistory(tx, historyDays, cloudIds);
  const past = kept.filter(({ day }) => day < today);
  return [
    ...past.map(({ day, findings, passed, failed }) => ({
      day,
      findings,
      score: passed + failed === 0 ? null : passed / (passed + failed),
    })),
    { day: today, findings: now.findings, score: now.score },
  ];
}

async function recent(tx: TenantTx, catalog: Catalog, cloudIds: string[] | null) {
  const findings = (await estate.recentFindings(tx, recentOfAKind, cloudIds)).map((event) => ({
    at: event.at,
    kind: event.event === "closed" ? ("finding-closed" as const) : ("finding-opened" as const),
    title: catalog.insights.get(event.insightId)?.title ?? event.insightId,
    detail: `${event.resource} in ${event.cloud}`,
    link: `/findings/${event.findingId}`,
  }));
  const states = (await estate.recentStates(tx, recentOfAKind, cloudIds)).map((event) => ({
    at: event.at,
    kind: "cloud-status" as const,
    title: `${event.cloud}: ${event.state.replaceAll("-", " ")}`,
    detail: event.reason,
    link: `/clouds/${event.cloudId}`,
  }));
  // Deeds belong to no cloud.
  const done = cloudIds === null ? await estate.recentDeeds(tx, recentOfAKind) : [];
  const deeds = done.map((event) => ({
    at: event.at,
    kind: "audit" as const,
    title: `${event.name === null ? "" : `${event.name}: `}${event.action.replace(".", " ").replaceAll("-", " ")}`,
    detail: `by ${event.actor}`,
    link: linkOf(event),
  }));
  return [...findings, ...states, ...deeds].sort((a, b) => (a.at < b.at ? 1 : -1));
}

function linkOf({ cloudId, organizationId }: estate.RecentDeed): string | null {
  if (cloudId !== null) return `/clouds/${cloudId}`;
  return organizationId === null ? null : `/organizations/${organizationId}`;
}

function sum(numbers: number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
