// What is wrong with clouds, equal causes together with what mends them; the history of a cloud's status.
import Type from "typebox";
import { cloudStates } from "#model/cloud.ts";
import { badgeFilters } from "./cloud.ts";
import { defineRoute, idParams, instant, listOf, literals, nullable, paging, queryOf } from "./route.ts";

const problemKey = {
  state: literals(cloudStates),
  code: nullable(Type.String({ maxLength: 200 })),
  /** A policy, a role without its account, a key, operations. */
  cause: nullable(Type.String({ maxLength: 4000 })),
};
export const cloudProblem = Type.Object({
  ...problemKey,
  /** What it is, in a few words. */
  title: Type.String(),
  clouds: Type.Integer(),
  /** The words of the cloud that has had it longest. */
  reason: nullable(Type.String()),
  since: instant,
  /** The first 50. */
  accountIds: Type.Array(Type.String()),
  repair: Type.Object({
    /** What to do, in order. */
    steps: Type.Array(Type.String()),
    /** To be copied into a terminal or a policy. */
    commands: Type.Array(Type.Object({ label: Type.String(), text: Type.String() })),
    links: Type.Array(Type.Object({ label: Type.String(), url: Type.String() })),
  }),
  /** The clouds that have it, in the web. */
  link: Type.String(),
});

export const listCloudProblems = defineRoute({
  name: "listCloudProblems",
  method: "GET",
  path: "/clouds/problems",
  summary: "What is wrong with clouds: equal causes together, the largest first, each with what mends it",
  permission: "estate:read",
  query: queryOf(badgeFilters),
  response: Type.Object({ clouds: Type.Integer(), items: Type.Array(cloudProblem) }),
});
export const checkCloudProblem = defineRoute({
  name: "checkCloudProblem",
  method: "POST",
  path: "/clouds/problems/check",
  summary: "Try all clouds of a problem again, as one job",
  permission: "harvest:run",
  body: Type.Object(problemKey, { additionalProperties: false }),
  response: Type.Object({ jobId: Type.String(), clouds: Type.Integer() }),
  status: 202,
});

export const listStatusHistory = defineRoute({
  name: "listStatusHistory",
  method: "GET",
  path: "/clouds/:id/status-history",
  summary: "Changes of a cloud's status, newest first; kept for 400 days",
  permission: "estate:read",
  params: idParams,
  query: queryOf(paging),
  response: listOf(
    Type.Object({
      id: Type.String(),
      at: instant,
      from: nullable(literals(cloudStates)),
      to: literals(cloudStates),
      code: nullable(Type.String()),
      reason: nullable(Type.String()),
    }),
  ),
});
