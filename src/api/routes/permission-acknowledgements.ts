// Missing permissions that a person calls known: one row, or all rows of a problem.
import type * as contract from "#contract/permission.ts";
import { problemIdOf } from "#onboarding/diagnosis/summary.ts";
import { lockCloudRow } from "#store/cloud-changes.ts";
import type { TenantTx } from "#store/open.ts";
import { deleteAcknowledgements, saveAcknowledgements } from "#store/permission-acknowledgements.ts";
import { audit, type Context, found, inTenant, type RouteFunction } from "../context.ts";
import { diagnosed, shownAcknowledgement } from "./permissions.ts";

export const acknowledgePermission: RouteFunction<typeof contract.acknowledgePermission> = async (
  context,
) => {
  const { params, body, caller } = context;
  const saved = await inTenant(context, async (tx) => {
    found(await lockCloudRow(tx, params.id), "cloud");
    const until = body.until ? new Date(body.until) : null;
    const { region, action, note } = body;
    const [row] = await saveAcknowledgements(tx, params.id, [{ region, action }], {
      ...{ note, until },
      by: caller.actor,
    });
    if (!row) throw new Error("an upsert returns its row");
    await audit(context, tx, "permission.acknowledged", params.id, {
      region,
      action,
      note,
      until: body.until ?? null,
    });
    return row;
  });
  const { region, action } = saved;
  return {
    region,
    action,
    ...(shownAcknowledgement(saved) as NonNullable<ReturnType<typeof shownAcknowledgement>>),
  };
};

export const withdrawAcknowledgement: RouteFunction<typeof contract.withdrawAcknowledgement> = async (
  context,
) => {
  const { params, query } = context;
  await inTenant(context, async (tx) => {
    found(await lockCloudRow(tx, params.id), "cloud");
    if ((await deleteAcknowledgements(tx, params.id, [query])) === 0) found(null, "acknowledgement");
    await audit(context, tx, "permission.acknowledgement-withdrawn", params.id, query);
  });
  return null;
};

/** The regions and actions of a problem as the diagnosis finds it now. */
async function placesOf(
  context: Pick<Context, "parts" | "caller">,
  tx: TenantTx,
  id: string,
  problem: string,
) {
  found(await lockCloudRow(tx, id), "cloud");
  const { diagnosis } = await diagnosed(context, tx, id, new Date());
  const rows = (diagnosis?.rows ?? []).filter((row) => problemIdOf(row) === problem);
  if (rows.length === 0) found(null, "problem of this cloud");
  return rows.map(({ region, action }) => ({ region, action }));
}

export const acknowledgePermissionProblem: RouteFunction<
  typeof contract.acknowledgePermissionProblem
> = async (context) => {
  const { params, body, caller } = context;
  const { note, until = null } = body;
  const rows = await inTenant(context, async (tx) => {
    const places = await placesOf(context, tx, params.id, params.problem);
    const saved = await saveAcknowledgements(tx, params.id, places, {
      note,
      until: until === null ? null : new Date(until),
      by: caller.actor,
    });
    const { problem } = params;
    await audit(context, tx, "permission.acknowledged", params.id, { problem, places, note, until });
    return saved.length;
  });
  return { rows };
};

export const withdrawProblemAcknowledgement: RouteFunction<
  typeof contract.withdrawProblemAcknowledgement
> = async (context) => {
  const { params } = context;
  const rows = await inTenant(context, async (tx) => {
    const places = await placesOf(context, tx, params.id, params.problem);
    const deleted = await deleteAcknowledgements(tx, params.id, places);
    if (deleted === 0) found(null, "acknowledgement");
    const { problem } = params;
    await audit(context, tx, "permission.acknowledgement-withdrawn", params.id, { problem, places });
    return deleted;
  });
  return { rows };
};
