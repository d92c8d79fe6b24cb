// Tenants: the installation's rulers make and end them, and act in any of them.
import type * as contract from "#contract/session.ts";
import { Problem } from "#model/problem.ts";
import { audit as recordAudit } from "#store/audit.ts";
import * as tenants from "#store/tenants.ts";
import { audit, found, inTenant, type RouteFunction } from "../context.ts";
import { defaultLimit, pageOf, readCursor } from "../cursor.ts";

export const listTenants: RouteFunction<typeof contract.listTenants> = async ({ parts, query }) => {
  const limit = query.limit ?? defaultLimit;
  const after = readCursor(query.cursor, ["text"])?.[0] ?? null;
  const rows = await parts.store.asSystem((tx) => tenants.listTenants(tx, after, limit));
  return pageOf(rows, limit, (tenant) => [tenant.id]);
};

export const createTenant: RouteFunction<typeof contract.createTenant> = async ({ parts, caller, body }) =>
  parts.store.asSystem(async (tx) => {
    const tenant = await tenants.createTenant(tx, parts.master, body.name);
    await recordAudit(
      { ...tx, tenantId: tenant.id },
      { actor: caller.actor, action: "tenant.created", subject: tenant.id, detail: { name: body.name } },
    );
    return tenant;
  });

export const changeTenant: RouteFunction<typeof contract.changeTenant> = async ({
  parts,
  caller,
  params,
  body,
}) =>
  parts.store.asSystem(async (tx) => {
    const tenant = found(await tenants.renameTenant(tx, params.id, body.name), "tenant");
    await recordAudit(
      { ...tx, tenantId: tenant.id },
      { actor: caller.actor, action: "tenant.changed", subject: tenant.id, detail: { name: body.name } },
    );
    return tenant;
  });

export const removeTenant: RouteFunction<typeof contract.removeTenant> = async (context) => {
  const { parts, caller, params } = context;
  if (params.id === caller.homeTenantId)
    throw new Problem("conflict", "You belong to this tenant; another domain administrator must remove it.");
  const removed = await parts.store.asSystem((tx) => tenants.removeTenant(tx, params.id));
  if (!removed) throw new Problem("not-found", "There is no tenant of that id.");
  const inHome = { parts, caller: { ...caller, tenantId: caller.homeTenantId } };
  await inTenant(inHome, (tx) => audit(context, tx, "tenant.removed", params.id));
  return null;
};
