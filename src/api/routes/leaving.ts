// Leaving an organization, proofs that no access is left, and the way back to former credentials.
import type * as contract from "#contract/leaving.ts";
import { Problem } from "#model/problem.ts";
import { findProof, listProofRoles, listProofs } from "#store/access-proof-roles.ts";
import { forgetProofCredentials, restartProof } from "#store/access-proofs.ts";
import type { TenantTx } from "#store/open.ts";
import { accepted, audit, type Context, found, inTenant, type RouteFunction } from "../context.ts";
import { defaultLimit, pageOf, readCursor } from "../cursor.ts";
import { ifMatch } from "../revision.ts";
import { readCloud } from "./clouds.ts";
import { revisionOf } from "./organizations.ts";

export const removeOrganization: RouteFunction<typeof contract.removeOrganization> = async (context) => {
  const { parts, caller, params, query } = context;
  const { preview = false, prove = false, restore = false } = query;
  const ifRevision = ifMatch(context, await revisionOf(context, params.id));
  const { tenantId, actor } = caller;
  const options = { preview, prove, restore, actor, ifRevision };
  const left = accepted(await parts.onboarding.remove(tenantId, params.id, options));
  if (left.proof) await parts.work.proveNoAccess(tenantId, left.proof.id);
  return left;
};

export const proveNoAccess: RouteFunction<typeof contract.proveNoAccess> = async (context) => {
  const { parts, caller, params } = context;
  await revisionOf(context, params.id);
  const { tenantId, actor } = caller;
  const proof = accepted(await parts.onboarding.proveNoAccess(tenantId, params.id, actor));
  await parts.work.proveNoAccess(tenantId, proof.id);
  return proof;
};

export const listAccessProofs: RouteFunction<typeof contract.listAccessProofs> = async (context) => {
  const { query } = context;
  const limit = query.limit ?? defaultLimit;
  const cursor = readCursor(query.cursor, ["instant", "text"]);
  return inTenant(context, async (tx) => {
    const rows = await listProofs(tx, cursor && { askedAt: cursor[0], id: cursor[1] }, limit);
    const page = pageOf(rows, limit, (proof) => [proof.askedText, proof.id]);
    return { ...page, items: page.items.map(({ askedText: _, ...proof }) => proof) };
  });
};

export const getAccessProof: RouteFunction<typeof contract.getAccessProof> = async (context) =>
  inTenant(context, (tx) => readProof(tx, context.params.id));

async function readProof(tx: TenantTx, id: string) {
  return found(await findProof(tx, id), "proof");
}

export const listAccessProofRoles: RouteFunction<typeof contract.listAccessProofRoles> = async (context) => {
  const { params, query } = context;
  const limit = query.limit ?? defaultLimit;
  const after = readCursor(query.cursor, ["text"])?.[0] ?? null;
  return inTenant(context, async (tx) => {
    await readProof(tx, params.id);
    const rows = await listProofRoles(tx, params.id, { outcomes: query.outcome, after, limit });
    return pageOf(rows, limit, ({ roleArn }) => [roleArn]);
  });
};

export const repeatAccessProof: RouteFunction<typeof contract.repeatAccessProof> = async (context) => {
  const { parts, caller, params } = context;
  const proof = await inTenant(context, async (tx) => {
    await readProof(tx, params.id);
    if (!(await restartProof(tx, params.id)))
      throw new Problem(
        "conflict",
        "The credentials that this proof needs are gone: every role was refused, somebody ended it, or a week went by.",
      );
    const restarted = await readProof(tx, params.id);
    await audit(context, tx, "access-proof.repeated", restarted.awsOrganizationId, { proofId: params.id });
    return restarted;
  });
  await parts.work.proveNoAccess(caller.tenantId, params.id);
  return proof;
};

export const endAccessProof: RouteFunction<typeof contract.endAccessProof> = async (context) =>
  inTenant(context, async (tx) => {
    const { id } = context.params;
    const { awsOrganizationId } = await readProof(tx, id);
    if (await forgetProofCredentials(tx, id))
      await audit(context, tx, "access-proof.ended", awsOrganizationId, { proofId: id });
    return null;
  });

export const rollBackOrganization: RouteFunction<typeof contract.rollBackOrganization> = async (context) => {
  const { parts, params, query } = context;
  const ifRevision = ifMatch(context, await revisionOf(context, params.id));
  const options = { ...optionsOf(context, query.preview), ifRevision };
  return accepted(await parts.onboarding.rollBackOrganization(context.caller.tenantId, params.id, options));
};

export const rollBackCloud: RouteFunction<typeof contract.rollBackCloud> = async (context) => {
  const { parts, caller, params, query } = context;
  const { id, accountId } = await inTenant(context, (tx) => readCloud(context, tx, params.id));
  const options = optionsOf(context, query.preview);
  const cloud = { id, accountId };
  return accepted(await parts.onboarding.rollBackCloud(caller.tenantId, cloud, options));
};

function optionsOf({ caller }: Pick<Context, "caller">, preview = false) {
  return { preview, actor: caller.actor };
}
