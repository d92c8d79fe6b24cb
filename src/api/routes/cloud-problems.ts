// What is wrong with clouds, tried again as a whole; and how a cloud's status came to be what it is.
import type * as contract from "#contract/cloud-problem.ts";
import { Problem } from "#model/problem.ts";
import * as problems from "#store/cloud-problems.ts";
import { listStatusChanges } from "#store/cloud-states.ts";
import { readRoleInspection, stackSetNameOf } from "#store/role-inspections.ts";
import { audit, type Context, inTenant, type RouteFunction } from "../context.ts";
import { defaultLimit, pageOf, readCursor } from "../cursor.ts";
import { wantedClouds } from "../filters.ts";
import { repairOf } from "../problem-repairs.ts";
import { requireCloud } from "./clouds.ts";

export const listCloudProblems: RouteFunction<typeof contract.listCloudProblems> = async (context) => {
  const found = await inTenant(context, async (tx) =>
    problems.listProblems(tx, await wantedClouds(tx, context.query)),
  );
  const items = await Promise.all(found.map((problem) => shownProblem(context, problem)));
  return { clouds: items.reduce((sum, { clouds }) => sum + clouds, 0), items };
};

/** The name of the StackSet or the stack, where CloudFormation has put it on a role. */
function madeBy(
  context: Pick<Context, "parts" | "caller">,
  { organizationId, cloudId }: problems.CloudProblem,
): Promise<string | null> {
  return inTenant(context, async (tx) =>
    organizationId === null
      ? ((await readRoleInspection(tx, cloudId))?.reading?.stackName ?? null)
      : stackSetNameOf(tx, organizationId),
  );
}

async function shownProblem(context: Pick<Context, "parts" | "caller">, problem: problems.CloudProblem) {
  const { parts, caller } = context;
  const { state, code, cause, clouds, reason, since, accountIds, cloudId } = problem;
  const isAboutRole = code === "denied-by-scp";
  const roleArn = isAboutRole ? await parts.onboarding.roleArn(caller.tenantId, cloudId) : null;
  return {
    ...{ state, code, cause, clouds, reason, since, accountIds },
    ...repairOf(problem, { roleArn, madeBy: await madeBy(context, problem) }),
    link: linkOf(problem),
  };
}

/** As the web's filter bar writes it. */
function linkOf({ state, code, cause }: problems.ProblemKey): string {
  const tokens = [
    ["status", state],
    ["code", code],
    ["cause", cause],
  ].flatMap(([key, value]) => (value ? [`${key}:${/\s/.test(value) ? `"${value}"` : value}`] : []));
  return `/clouds?${new URLSearchParams({ filter: tokens.join(" ") })}`;
}

export const checkCloudProblem: RouteFunction<typeof contract.checkCloudProblem> = async (context) => {
  const { parts, caller, body } = context;
  const { state, code, cause } = body;
  const known = problems.problemStates.find((each) => each === state);
  const ids = known
    ? await inTenant(context, (tx) => problems.cloudsWithProblem(tx, { state: known, code, cause }))
    : [];
  if (ids.length === 0) throw new Problem("conflict", "No cloud has this problem any more.");
  const subject = [state.replaceAll("-", " "), cause ?? code].filter(Boolean).join(": ");
  const jobId = await parts.work.checkClouds(caller.tenantId, subject, ids);
  await inTenant(context, (tx) =>
    audit(context, tx, "clouds.checked", jobId, { state, code, cause, clouds: ids.length }),
  );
  return { jobId, clouds: ids.length };
};

export const listStatusHistory: RouteFunction<typeof contract.listStatusHistory> = async (context) => {
  const { params, query } = context;
  const limit = query.limit ?? defaultLimit;
  const before = readCursor(query.cursor, ["integer"])?.[0] ?? null;
  const rows = await inTenant(context, async (tx) => {
    await requireCloud(tx, params.id);
    return listStatusChanges(tx, params.id, { before, limit });
  });
  return pageOf(rows, limit, ({ id }) => [id]);
};
