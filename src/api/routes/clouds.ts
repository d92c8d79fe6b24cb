// Cloud accounts, their badges and their harvest.
import type * as contract from "#contract/cloud.ts";
import { dormantStates } from "#model/cloud.ts";
import { Problem } from "#model/problem.ts";
import * as badges from "#store/badges.ts";
import { announce } from "#store/changes.ts";
import { lockCloudRow, pauseCloud, renameCloud, resumeCloud } from "#store/cloud-changes.ts";
import { setCloudStates } from "#store/cloud-states.ts";
import * as clouds from "#store/clouds.ts";
import { readHarvest } from "#store/harvest-scopes.ts";
import type { TenantTx } from "#store/open.ts";
import { cloudRevision, requireRevision } from "#store/revision.ts";
import { accepted, audit, type Context, found, inTenant, type RouteFunction } from "../context.ts";
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
      ids: await wantedClouds(tx, query),
      states: query.status,
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
    return { ...cloud, ...(await clouds.readCloudDetail(tx, params.id)) };
  });
  return { ...detail, roleArn: await parts.onboarding.roleArn(caller.tenantId, params.id) };
};

export const createCloud: RouteFunction<typeof contract.createCloud> = async (context) => {
  const { parts, caller, body } = context;
  const id = accepted(await parts.onboarding.createCloud(caller.tenantId, body));
  return inTenant(context, async (tx) => {
    await audit(context, tx, "cloud.created", id, { name: body.name });
    setRevision(context, await cloudRevision(tx, id));
    return readCloud(context, tx, id);
  });
};

export const changeCloud: RouteFunction<typeof contract.changeCloud> = async (context) => {
  const { body, params, caller } = context;
  return inTenant(context, async (tx) => {
    const cloud = await lockForWrite(context, tx);
    if (body.name !== undefined && body.name !== cloud.name) {
      if (cloud.organizationId !== null)
        throw new Problem("managed-cloud", "Rename the account in AWS; the next sync takes its name over.");
      await renameCloud(tx, params.id, { name: body.name, accountId: cloud.accountId });
      await audit(context, tx, "cloud.renamed", params.id, { from: cloud.name, to: body.name });
    }
    if (body.paused !== undefined && body.paused !== cloud.paused) {
      if (cloud.state === "removing") throw new Problem("conflict", "The cloud is being removed.");
      if (body.paused) await pauseCloud(tx, params.id, caller.actor);
      else await resumeCloud(tx, params.id);
      await audit(context, tx, body.paused ? "cloud.paused" : "cloud.resumed", params.id);
    }
    setRevision(context, await cloudRevision(tx, params.id));
    return readCloud(context, tx, params.id);
  });
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
      code: "removed-by-user",
      reason: `Removed by ${caller.actor}.`,
      action: null,
    });
    await audit(context, tx, "cloud.removed", params.id, { accountId: cloud.accountId });
  });
  await parts.work.removeCloud(caller.tenantId, params.id);
  return null;
};

async function lockForWrite(
  context: Context<typeof contract.changeCloud | typeof contract.removeCloud>,
  tx: TenantTx,
) {
  const { id } = context.params;
  const cloud = found(await lockCloudRow(tx, id), "cloud");
  await requireRevision(tx, "clouds", id, ifMatch(context, (await cloudRevision(tx, id)) ?? ""));
  return cloud;
}

async function readCloud({ parts }: Pick<Context, "parts">, tx: TenantTx, id: string) {
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

async function requireCloud(tx: TenantTx, id: string): Promise<void> {
  if (!(await clouds.cloudExists(tx, id))) throw new Problem("not-found", "There is no cloud of that id.");
}

export const getHarvest: RouteFunction<typeof contract.getHarvest> = async (context) =>
  inTenant(context, async (tx) => {
    await requireCloud(tx, context.params.id);
    return readHarvest(tx, context.params.id);
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
    throw new Problem("conflict", `The cloud is ${state}: nothing of it is harvested.`);
  const jobId = await parts.work.harvestCloud(caller.tenantId, params.id, query);
  await inTenant(context, (tx) => audit(context, tx, "harvest.started", params.id, { ...query, jobId }));
  return { jobId };
};
