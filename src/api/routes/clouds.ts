// Cloud accounts, their badges and their harvest.
import type * as contract from "#contract/cloud.ts";
import { dormantStates } from "#model/cloud.ts";
import { roleMay } from "#model/permission.ts";
import { Problem } from "#model/problem.ts";
import { actionsByOperation } from "#onboarding/diagnosis/needed-actions.ts";
import { roleSummary } from "#onboarding/role-view.ts";
import * as badges from "#store/badges.ts";
import { announce } from "#store/changes.ts";
import { lockCloudRow } from "#store/cloud-changes.ts";
import { removedByUser } from "#store/cloud-removal.ts";
import { setCloudStates } from "#store/cloud-states.ts";
import * as clouds from "#store/clouds.ts";
import { cloudsUsing } from "#store/external-id-trials.ts";
import { readHarvest } from "#store/harvest-scopes.ts";
import type { TenantTx } from "#store/open.ts";
import { cloudRevision, requireRevision } from "#store/revision.ts";
import { readRoleInspection } from "#store/role-inspections.ts";
import { audit, type Context, found, inTenant, type RouteFunction } from "../context.ts";
import { defaultLimit, pageOf, readCursor } from "../cursor.ts";
import { severitiesOf, wantedClouds } from "../filters.ts";
import { ifMatch, setRevision } from "../revision.ts";

export const listClouds: RouteFunction<typeof contract.listClouds> = async (context) => {
  const { query, parts } = context;
  const limit = query.limit ?? defaultLimit;
  const sort = query.sort ?? "name";
  const cursor = readCursor(query.cursor, ["text", "text"]);
  return inTenant(context, async (tx) => {
    const asked = {
      ids: await wantedClouds(tx, query, query.externalId && (await cloudsUsing(tx, query.externalId))),
      states: query.status,
      code: query.code,
      cause: query.cause,
      organizationId: query.organizationId,
      text: query.q,
      sort,
      after: cursor && { value: cursor[0], id: cursor[1] },
      limit,
    };
    const rows = await clouds.listClouds(tx, asked, severitiesOf(parts.catalog));
    const page = pageOf(rows, limit, (cloud) => [cloud.sortValue, cloud.id]);
    const items = page.items.map(({ sortValue: _, ...cloud }) => cloud);
    return { items, nextCursor: page.nextCursor, total: await clouds.countClouds(tx, asked) };
  });
};

export const getCloud: RouteFunction<typeof contract.getCloud> = async (context) => {
  const { parts, caller, params } = context;
  const detail = await inTenant(context, async (tx) => {
    const cloud = await readCloud(context, tx, params.id);
    setRevision(context, await cloudRevision(tx, params.id));
    const role = await readRoleInspection(tx, params.id);
    const detail = await clouds.readCloudDetail(tx, params.id);
    return { ...cloud, ...detail, role: role && roleSummary(parts.catalog, role) };
  });
  const { onboarding } = parts;
  const mayWrite = roleMay(caller.role, "clouds:write");
  const [roleArn, access] = await Promise.all([
    onboarding.roleArn(caller.tenantId, params.id),
    // For those who may change it (E24).
    mayWrite ? onboarding.cloudAccess(caller.tenantId, params.id) : null,
  ]);
  const formerAccess = mayWrite ? await onboarding.formerAccess(caller.tenantId, params.id) : null;
  return { ...detail, roleArn, access, formerAccess };
};

export const removeCloud: RouteFunction<typeof contract.removeCloud> = async (context) => {
  const { parts, caller, params } = context;
  await inTenant(context, async (tx) => {
    const cloud = await lockForWrite(context, tx);
    if (cloud.organizationId !== null && !["out-of-scope", "suspended", "removing"].includes(cloud.state))
      throw new Problem(
        "managed-cloud",
        "The organization would add it again; exclude the account there first, then remove the cloud.",
      );
    await setCloudStates(tx, [params.id], {
      state: "removing",
      code: removedByUser,
      reason: `Removed by ${caller.actor}.`,
      action: null,
    });
    await audit(context, tx, "cloud.removed", params.id, { accountId: cloud.accountId });
  });
  await parts.work.removeCloud(caller.tenantId, params.id);
  return null;
};

export async function lockForWrite(
  context: Pick<Context<typeof contract.removeCloud>, "params" | "request">,
  tx: TenantTx,
) {
  const { id } = context.params;
  const cloud = found(await lockCloudRow(tx, id), "cloud");
  await requireRevision(tx, "clouds", id, ifMatch(context, (await cloudRevision(tx, id)) ?? ""));
  return cloud;
}

export async function readCloud({ parts }: Pick<Context, "parts">, tx: TenantTx, id: string) {
  return found(await clouds.findCloud(tx, id, severitiesOf(parts.catalog)), "cloud");
}

export const listBadges: RouteFunction<typeof contract.listBadges> = async (context) =>
  inTenant(context, async (tx) => {
    await requireCloud(tx, context.params.id);
    return { items: await badges.listBadges(tx, context.params.id) };
  });

export const addBadge: RouteFunction<typeof contract.addBadge> = async (context) =>
  writeBadges(context, async (tx, id) => {
    const refusal = await badges.addBadge(tx, id, context.body);
    if (refusal) throw refusedBadges([refusal], () => "/key");
    await audit(context, tx, "badge.added", id, context.body);
  });

export const replaceBadges: RouteFunction<typeof contract.replaceBadges> = async (context) =>
  writeBadges(context, async (tx, id) => {
    const wanted = context.body.badges;
    const index = (key: string) => wanted.findIndex((badge) => badge.key === key);
    const doubled = wanted.findIndex((badge, i) => index(badge.key) !== i);
    if (doubled >= 0)
      throw new Problem("invalid-form", "Each key may stand once.", {
        errors: [
          { path: `/badges/${doubled}/key`, code: "duplicate", detail: "This key stands above already." },
        ],
      });
    const refusals = await badges.replaceBadges(tx, id, wanted);
    if (refusals.length > 0) throw refusedBadges(refusals, (key) => `/badges/${index(key)}/key`);
    await audit(context, tx, "badge.replaced", id, { badges: wanted });
  });

export const removeBadge: RouteFunction<typeof contract.removeBadge> = async (context) =>
  writeBadges(context, async (tx, id) => {
    const removed = await badges.removeBadge(tx, id, context.query.key);
    if (removed === false) throw new Problem("not-found", "The cloud has no badge of that key.");
    if (removed !== true) throw refusedBadges([removed], () => "/key");
    await audit(context, tx, "badge.removed", id, { key: context.query.key });
  });

async function writeBadges(
  context: Pick<Context, "parts" | "caller"> & { params: { id: string } },
  write: (tx: TenantTx, id: string) => Promise<void>,
) {
  const { id } = context.params;
  return inTenant(context, async (tx) => {
    // Locked, so that two writers do not both pass the checks.
    found(await lockCloudRow(tx, id), "cloud");
    await write(tx, id);
    await announce(tx, "cloud", id);
    return { items: await badges.listBadges(tx, id) };
  });
}

function refusedBadges(refusals: badges.BadgeRefusal[], pathOf: (key: string) => string): Problem {
  const errors = refusals.map(({ key, reason }) => ({
    path: pathOf(key),
    code: "reserved-badge",
    detail: reason,
  }));
  const words = refusals.map(({ key, reason }) => `${key}: ${reason}`).join(" ");
  return new Problem("reserved-badge", words, { errors });
}

export async function requireCloud(tx: TenantTx, id: string): Promise<void> {
  if (!(await clouds.cloudExists(tx, id))) throw new Problem("not-found", "There is no cloud of that id.");
}

export const getHarvest: RouteFunction<typeof contract.getHarvest> = async (context) =>
  inTenant(context, async (tx) => {
    await requireCloud(tx, context.params.id);
    const harvest = await readHarvest(tx, context.params.id);
    const actions = await actionsByOperation(context.parts.catalog);
    const items = harvest.items.map(({ gaps, ...scope }) => ({
      ...scope,
      gaps: gaps.map((gap) => ({
        ...gap,
        action: gap.reason === "denied" ? (actions.get(gap.operation) ?? null) : null,
      })),
    }));
    return { ...harvest, items };
  });

export const startHarvest: RouteFunction<typeof contract.startHarvest> = async (context) => {
  const { parts, caller, params, query } = context;
  if (query.type !== undefined && !parts.catalog.resourceTypes.has(query.type))
    throw new Problem("invalid-query", "/type: Give a type that GET /resource-types lists.", {
      errors: [
        { path: "/type", code: "not-allowed-value", detail: "Give a type that GET /resource-types lists." },
      ],
    });
  const { state } = found(await inTenant(context, (tx) => lockCloudRow(tx, params.id)), "cloud");
  if (dormantStates.includes(state))
    throw new Problem(
      "conflict",
      `The cloud is ${state}: nothing of it is harvested.${state === "paused" ? " Resume it first." : ""}`,
    );
  const jobId = await parts.work.harvestCloud(caller.tenantId, params.id, query);
  await inTenant(context, (tx) => audit(context, tx, "harvest.started", params.id, { ...query, jobId }));
  return { jobId };
};
