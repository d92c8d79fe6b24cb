// Connecting, testing and changing one cloud account.
import type * as contract from "#contract/single-cloud.ts";
import { dormantStates } from "#model/cloud.ts";
import { Problem } from "#model/problem.ts";
import { pauseCloud, renameCloud, resumeCloud } from "#store/cloud-changes.ts";
import type { TenantTx } from "#store/open.ts";
import { cloudRevision } from "#store/revision.ts";
import { accepted, audit, type Context, inTenant, type RouteFunction } from "../context.ts";
import { setRevision } from "../revision.ts";
import { lockForWrite, readCloud, requireCloud } from "./clouds.ts";

export const createCloud: RouteFunction<typeof contract.createCloud> = async (context) => {
  const { parts, caller, body } = context;
  const record = (tx: TenantTx, id: string) =>
    audit(context, tx, "cloud.created", id, { name: body.name.trim() });
  const id = accepted(await parts.onboarding.createCloud(caller.tenantId, body, record));
  return inTenant(context, async (tx) => {
    setRevision(context, await cloudRevision(tx, id));
    return readCloud(context, tx, id);
  });
};

export const validateCloud: RouteFunction<typeof contract.validateCloud> = ({ parts, caller, body }) =>
  parts.onboarding.validateCloud(caller.tenantId, body);

export const testCloud: RouteFunction<typeof contract.testCloud> = async (context) => {
  const { parts, caller, params } = context;
  await inTenant(context, (tx) => requireCloud(tx, params.id));
  const tested = await parts.onboarding.testCloud(caller.tenantId, params.id);
  if (tested) return tested;
  throw new Problem(
    "managed-cloud",
    "An organization manages this cloud; its status says whether the member role works, and a sync or a harvest tries it again.",
  );
};

export const changeCloud: RouteFunction<typeof contract.changeCloud> = async (context) => {
  const { params } = context;
  const changeAccess = await triedAccess(context);
  return inTenant(context, async (tx) => {
    const cloud = await lockForWrite(context, tx);
    if (changeAccess) {
      await changeAccess(tx);
      await audit(context, tx, "cloud.access-changed", params.id);
    }
    await changeName(context, tx, cloud);
    await changePause(context, tx, cloud);
    setRevision(context, await cloudRevision(tx, params.id));
    return readCloud(context, tx, params.id);
  });
};

type Change = Context<typeof contract.changeCloud>;
type Locked = Awaited<ReturnType<typeof lockForWrite>>;

/** AWS is asked before the row is locked. */
async function triedAccess(context: Change): Promise<((tx: TenantTx) => Promise<void>) | null> {
  const { parts, caller, params, body } = context;
  const { paused: _, ...change } = body;
  const { name: __, ...access } = change;
  if (Object.values(change).every((value) => value === undefined)) return null;
  const { accountId, organizationId } = await inTenant(context, (tx) => readCloud(context, tx, params.id));
  const isNameAlone = Object.values(access).every((value) => value === undefined);
  // That a managed cloud is not renamed here is told with where it is done.
  if (isNameAlone && organizationId !== null) return null;
  const apply = accepted(
    await parts.onboarding.changeCloud(caller.tenantId, { id: params.id, accountId }, change),
  );
  return isNameAlone ? null : apply;
}

async function changeName(context: Change, tx: TenantTx, cloud: Locked): Promise<void> {
  const { params, body } = context;
  const name = body.name?.trim();
  if (name === undefined || name === cloud.name) return;
  if (cloud.organizationId !== null)
    throw new Problem("managed-cloud", "Rename the account in AWS; the next sync takes its name over.");
  await renameCloud(tx, params.id, { name, accountId: cloud.accountId });
  await audit(context, tx, "cloud.renamed", params.id, { from: cloud.name, to: name });
}

async function changePause(context: Change, tx: TenantTx, cloud: Locked): Promise<void> {
  const { params, body, caller } = context;
  if (body.paused === undefined || body.paused === cloud.paused) return;
  if (cloud.state === "removing") throw new Problem("conflict", "The cloud is being removed.");
  if (body.paused && dormantStates.includes(cloud.state))
    throw new Problem(
      "conflict",
      `The cloud is ${cloud.state}: nothing of it is harvested that could be paused.`,
    );
  if (body.paused) await pauseCloud(tx, params.id, caller.actor);
  else await resumeCloud(tx, params.id, cloud.state);
  await audit(context, tx, body.paused ? "cloud.paused" : "cloud.resumed", params.id);
}
