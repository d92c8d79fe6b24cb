// The tenant's external id and its rotation.
import type * as contract from "#contract/external-id.ts";
import { Problem } from "#model/problem.ts";
import { askForCheck, readRotation } from "#store/external-id-rotations.ts";
import { accepted, audit, inTenant, type RouteFunction } from "../context.ts";

export const getExternalId: RouteFunction<typeof contract.getExternalId> = async (context) => {
  const { parts, caller } = context;
  const { onboarding } = parts;
  const values = await onboarding.externalId(caller.tenantId);
  await inTenant(context, (tx) => audit(context, tx, "external-id.read", caller.tenantId));
  return { ...values, rotation: await onboarding.rotation(caller.tenantId) };
};

export const getRotation: RouteFunction<typeof contract.getRotation> = async ({ parts, caller }) => ({
  rotation: await parts.onboarding.rotation(caller.tenantId),
});

export const startRotation: RouteFunction<typeof contract.startRotation> = async ({ parts, caller }) => {
  const rotation = accepted(await parts.onboarding.startRotation(caller.tenantId, caller.actor));
  await parts.work.checkExternalId(caller.tenantId);
  return { rotation };
};

export const checkRotation: RouteFunction<typeof contract.checkRotation> = async (context) => {
  const { parts, caller } = context;
  await inTenant(context, async (tx) => {
    if (!(await readRotation(tx)))
      throw new Problem("not-found", "No rotation of the external id is under way.");
    await askForCheck(tx);
    await audit(context, tx, "external-id.rotation-checked", caller.tenantId);
  });
  return { jobId: await parts.work.checkExternalId(caller.tenantId) };
};

export const finishRotation: RouteFunction<typeof contract.finishRotation> = async (context) => {
  const { parts, caller, body } = context;
  const { tenantId, actor } = caller;
  const rotation = accepted(await parts.onboarding.finishRotation(tenantId, actor, body.accepted ?? 0));
  return { rotation };
};

export const abortRotation: RouteFunction<typeof contract.abortRotation> = async ({ parts, caller }) => ({
  rotation: accepted(await parts.onboarding.abortRotation(caller.tenantId, caller.actor)),
});
