// Sign in and out, who am I.
import type { FastifyReply } from "fastify";
import type { getMe, signIn as signInRoute, signOut as signOutRoute } from "#contract/session.ts";
import { roleMay } from "#model/permission.ts";
import { Problem } from "#model/problem.ts";
import { audit as recordAudit } from "#store/audit.ts";
import { verifyPassword } from "#store/passwords.ts";
import { endSession, findSession, openSession, sessionLongestMs, tokenHash } from "#store/sessions.ts";
import { findLogin } from "#store/users.ts";
import { refuseForeignOrigin, sessionCookie } from "../caller.ts";
import { audit, type Context, inTenant, type RouteFunction } from "../context.ts";
import type { ApiParts } from "../parts.ts";
import { signInLimits } from "../sign-in-limits.ts";

export const signIn: RouteFunction<typeof signInRoute> = async (context) => {
  const { parts, body, request, reply } = context;
  refuseForeignOrigin(parts, request);
  const limits = signInLimits(request.server);
  await limits.refuseIfExceeded(request);
  const login = await parts.store.asSystem((tx) => findLogin(tx, body.email.trim()));
  const isRight = await verifyPassword(body.password, login?.passwordHash ?? null);
  if (!login || !isRight) {
    await limits.countFailure(request);
    if (login)
      await parts.store.asSystem((tx) =>
        recordAudit(
          { ...tx, tenantId: login.tenantId },
          { actor: login.email, action: "session.refused", subject: login.id, detail: { from: request.ip } },
        ),
      );
    throw new Problem("wrong-credentials", "Check the e-mail address and the password.");
  }
  const { token, identity } = await parts.store.asSystem(async (tx) => {
    const token = await openSession(tx, login);
    await recordAudit(
      { ...tx, tenantId: login.tenantId },
      { actor: login.email, action: "session.opened", subject: login.id, detail: { from: request.ip } },
    );
    return { token, identity: await findSession(tx, tokenHash(token), null) };
  });
  if (identity === null || identity === "expired" || identity.tenant === null)
    throw new Error("a session that was just opened is not there");
  setCookie(parts, reply, token, sessionLongestMs / 1000);
  return meOf(parts, {
    userId: identity.userId,
    email: identity.email,
    role: identity.role,
    tenantId: identity.tenant.id,
    tenantName: identity.tenant.name,
  });
};

export const signOut: RouteFunction<typeof signOutRoute> = async (context) => {
  const { parts, caller, reply } = context;
  const hash = caller.sessionHash;
  if (hash) {
    await parts.store.asSystem((tx) => endSession(tx, hash));
    await inTenant(context, (tx) => audit(context, tx, "session.closed", caller.userId));
  }
  setCookie(parts, reply, "", 0);
  return null;
};

export const readMe: RouteFunction<typeof getMe> = async ({ parts, caller }: Context<typeof getMe>) =>
  meOf(parts, caller);

function meOf(
  { settings, demo }: ApiParts,
  who: Pick<Context["caller"], "userId" | "email" | "role" | "tenantId" | "tenantName">,
) {
  const { userId, email, role, tenantId, tenantName } = who;
  const { simulated, version } = settings;
  const tryIt = Boolean(demo) && roleMay(role, "organizations:write");
  return { userId, email, role, tenantId, tenantName, simulated, tryIt, version };
}

function setCookie(parts: ApiParts, reply: FastifyReply, token: string, maxAgeSeconds: number): void {
  const { name, isSecure } = sessionCookie(parts);
  reply.setCookie(name, token, {
    path: "/",
    httpOnly: true,
    sameSite: "strict",
    secure: isSecure,
    maxAge: maxAgeSeconds,
  });
}
