// Users of the tenant. Nobody gives, changes or takes a role above their own.
import type * as contract from "#contract/session.ts";
import type { Role } from "#model/cloud.ts";
import { Problem } from "#model/problem.ts";
import * as keys from "#store/api-keys.ts";
import type { TenantTx } from "#store/open.ts";
import { hashPassword } from "#store/passwords.ts";
import { endSessionsOf } from "#store/sessions.ts";
import * as users from "#store/users.ts";
import type { Caller } from "../caller.ts";
import { audit, type Context, found, inTenant, type RouteFunction } from "../context.ts";
import { defaultLimit, pageOf, readCursor } from "../cursor.ts";

export const listUsers: RouteFunction<typeof contract.listUsers> = async (context) => {
  const limit = context.query.limit ?? defaultLimit;
  const after = readCursor(context.query.cursor, ["text"])?.[0] ?? null;
  const rows = await inTenant(context, (tx) => users.listUsers(tx, after, limit));
  return pageOf(rows, limit, (user) => [user.id]);
};

export const createUser: RouteFunction<typeof contract.createUser> = async (context) => {
  const { body, caller } = context;
  refuseRoleAbove(caller, body.role);
  const passwordHash = await hashPassword(body.password);
  return inTenant(context, async (tx) => {
    const user = await users.createUser(tx, { email: body.email, passwordHash, role: body.role });
    if (user === "taken")
      throw new Problem("conflict", "This e-mail address is in use; choose another.", {
        errors: [{ path: "/email", code: "taken", detail: "Choose another e-mail address." }],
      });
    await audit(context, tx, "user.created", user.id, { email: user.email, role: user.role });
    return user;
  });
};

export const changeUser: RouteFunction<typeof contract.changeUser> = async (context) => {
  const { body, caller, params } = context;
  if (body.role !== undefined) refuseRoleAbove(caller, body.role);
  const passwordHash = body.password === undefined ? undefined : await hashPassword(body.password);
  return asRuler(context, async (tx) => {
    const before = found(await users.findUser(tx, params.id), "user");
    refuseRoleAbove(caller, before.role);
    if (body.role !== undefined && body.role !== "domain-admin") await refuseLastAdmin(tx, before.id);
    await users.changeUser(tx, before.id, { role: body.role, passwordHash });
    await audit(context, tx, "user.changed", before.id, {
      ...(body.role === undefined ? {} : { role: body.role, was: before.role }),
      ...(passwordHash === undefined ? {} : { password: "changed" }),
    });
    // A new password is often the answer to a stolen session.
    if (passwordHash !== undefined) await endSessionsOf(tx, before.id);
    return { ...before, role: body.role ?? before.role };
  });
};

export const removeUser: RouteFunction<typeof contract.removeUser> = async (context) => {
  const { caller, params } = context;
  await asRuler(context, async (tx) => {
    const user = found(await users.findUser(tx, params.id), "user");
    refuseRoleAbove(caller, user.role);
    await refuseLastAdmin(tx, user.id);
    await users.removeUser(tx, user.id);
    await audit(context, tx, "user.removed", user.id, { email: user.email });
  });
  return null;
};

/** Whether a domain administrator is the last one can only be seen across tenants. */
function asRuler<T>(
  { parts, caller }: Pick<Context, "parts" | "caller">,
  work: (tx: TenantTx) => Promise<T>,
) {
  return parts.store.asSystem((tx) => work({ ...tx, tenantId: caller.tenantId }));
}

async function refuseLastAdmin(tx: TenantTx, id: string): Promise<void> {
  if (await users.isLastDomainAdmin(tx, id))
    throw new Problem("conflict", "This is the last domain administrator; make another one first.");
}

function refuseRoleAbove(caller: Caller, role: Role): void {
  if (!keys.isRoleWithin(role, caller.role))
    throw new Problem("not-allowed", `The role ${role} stands above yours, ${caller.role}.`);
}

export const listApiKeys: RouteFunction<typeof contract.listApiKeys> = async (context) => {
  const limit = context.query.limit ?? defaultLimit;
  const after = readCursor(context.query.cursor, ["text"])?.[0] ?? null;
  const rows = await inTenant(context, (tx) => keys.listApiKeys(tx, after, limit));
  return pageOf(rows, limit, (key) => [key.id]);
};

export const createApiKey: RouteFunction<typeof contract.createApiKey> = async (context) => {
  const { body, caller } = context;
  const role = body.role ?? caller.role;
  refuseRoleAbove(caller, role);
  const expiresAt = body.expiresAt ?? null;
  if (expiresAt !== null && Date.parse(expiresAt) <= Date.now())
    throw new Problem("invalid-form", "/expiresAt: Give an instant in the future.", {
      errors: [{ path: "/expiresAt", code: "out-of-range", detail: "Give an instant in the future." }],
    });
  return inTenant(context, async (tx) => {
    const made = await keys.createApiKey(tx, { name: body.name, role, userId: caller.userId, expiresAt });
    await audit(context, tx, "api-key.created", made.id, { name: body.name, role, expiresAt });
    return made;
  });
};

export const removeApiKey: RouteFunction<typeof contract.removeApiKey> = async (context) => {
  await inTenant(context, async (tx) => {
    const key = found(await keys.findApiKeyById(tx, context.params.id), "API key");
    refuseRoleAbove(context.caller, key.role);
    await keys.removeApiKey(tx, context.params.id);
    await audit(context, tx, "api-key.removed", context.params.id, { name: key.name });
  });
  return null;
};
