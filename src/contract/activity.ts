// Summary, jobs, audit events and the event stream.
import Type from "typebox";
import { type CloudState, cloudStates } from "#model/cloud.ts";
import { badgeFilters, severityCounts } from "./cloud.ts";
import { score } from "./inventory.ts";
import {
  defineRoute,
  idParams,
  instant,
  listOf,
  literals,
  nothing,
  nullable,
  paging,
  queryOf,
  repeatable,
} from "./route.ts";

export const jobStates = ["queued", "running", "done", "failed", "cancelled"] as const;
export const job = Type.Object({
  id: Type.String(),
  kind: Type.String(),
  /** What it works on, in words. */
  subject: Type.String(),
  state: literals(jobStates),
  done: Type.Integer(),
  total: nullable(Type.Integer()),
  failed: Type.Integer(),
  /** Units per second since it started, null before it is known. */
  rate: nullable(Type.Number()),
  secondsLeft: nullable(Type.Number()),
  error: nullable(Type.String()),
  startedAt: nullable(instant),
  finishedAt: nullable(instant),
});
export const listJobs = defineRoute({
  name: "listJobs",
  method: "GET",
  path: "/jobs",
  summary: "Running and recent work",
  permission: "estate:read",
  query: queryOf({
    ...paging,
    state: repeatable(literals(jobStates)),
    kind: Type.Optional(Type.String({ maxLength: 100 })),
  }),
  response: listOf(job),
});
export const getJob = defineRoute({
  name: "getJob",
  method: "GET",
  path: "/jobs/:id",
  summary: "One job",
  permission: "estate:read",
  params: idParams,
  response: job,
});
export const cancelJob = defineRoute({
  name: "cancelJob",
  method: "DELETE",
  path: "/jobs/:id",
  summary: "Cancel a job; what it committed stays",
  permission: "harvest:run",
  params: idParams,
  response: nothing,
  status: 204,
});

export const auditEvent = Type.Object({
  id: Type.String(),
  at: instant,
  actor: Type.String(),
  action: Type.String(),
  subject: nullable(Type.String()),
  detail: Type.Record(Type.String(), Type.Unknown()),
});
export const listAuditEvents = defineRoute({
  name: "listAuditEvents",
  method: "GET",
  path: "/audit-events",
  summary: "Who did what in Skywarden, newest first",
  permission: "audit:read",
  query: queryOf({ ...paging, action: Type.Optional(Type.String({ maxLength: 100 })) }),
  response: listOf(auditEvent),
});

export const streamEvents = defineRoute({
  name: "streamEvents",
  method: "GET",
  path: "/stream",
  summary: "Server-sent events: job, cloud, finding and summary changes",
  permission: "estate:read",
  response: Type.String(),
  produces: "text/event-stream",
});

export const summary = Type.Object({
  clouds: Type.Object({
    total: Type.Integer(),
    byStatus: Type.Object(
      Object.fromEntries(cloudStates.map((state) => [state, Type.Integer()])) as Record<
        CloudState,
        ReturnType<typeof Type.Integer>
      >,
    ),
  }),
  resources: Type.Object({ total: Type.Integer(), byType: Type.Record(Type.String(), Type.Integer()) }),
  findings: Type.Object({ total: Type.Integer(), bySeverity: severityCounts }),
  coverage: nullable(Type.Number()),
  score: nullable(Type.Number()),
  scores: score,
  harvest: Type.Object({
    scopesDone: Type.Integer(),
    scopesDue: Type.Integer(),
    scopesInGap: Type.Integer(),
    /** Resources that wait to be judged again, with their neighbours. */
    toJudge: Type.Integer(),
    /** API calls made to AWS since the installation began. */
    calls: Type.Integer(),
    oldestObservedAt: nullable(instant),
  }),
  /** What needs a person now: grouped causes, largest first, at most five. */
  attention: Type.Array(
    Type.Object({
      kind: literals(["clouds", "findings", "gaps"]),
      code: Type.String(),
      title: Type.String(),
      count: Type.Integer(),
      action: Type.String(),
      link: Type.String(),
    }),
  ),
  /** What changed last, newest first. */
  recent: Type.Array(
    Type.Object({
      at: instant,
      kind: literals(["finding-opened", "finding-closed", "cloud-status", "audit"]),
      title: Type.String(),
      detail: nullable(Type.String()),
      link: nullable(Type.String()),
    }),
  ),
  /** Daily history, oldest first, at most 30 days. Under a badge filter that of the clouds which carry the badges today. */
  history: Type.Array(
    Type.Object({ day: Type.String(), findings: severityCounts, score: nullable(Type.Number()) }),
  ),
});
export const getSummary = defineRoute({
  name: "getSummary",
  method: "GET",
  path: "/summary",
  summary: "The estate in figures",
  permission: "estate:read",
  query: queryOf(badgeFilters),
  response: summary,
});
