// How often somebody may fail to sign in: per address and per e-mail address. Right passwords count nothing,
// so that nobody is slowed down by working.
import type { FastifyInstance, FastifyRequest } from "fastify";
import { Problem } from "#model/problem.ts";

const windowMs = 5 * 60_000;
const failuresPerAddress = 30;
const failuresPerEmail = 10;

type Limit = ReturnType<FastifyInstance["createRateLimit"]>;

export interface SignInLimits {
  refuseIfExceeded(request: FastifyRequest): Promise<void>;
  countFailure(request: FastifyRequest): Promise<void>;
}

const limitsOf = new WeakMap<object, SignInLimits>();

export function signInLimits(app: FastifyInstance): SignInLimits {
  const known = limitsOf.get(app.server);
  if (known) return known;
  const limits: Limit[] = [
    app.createRateLimit({
      max: failuresPerAddress,
      timeWindow: windowMs,
      keyGenerator: (request) => `address ${request.ip}`,
    }),
    app.createRateLimit({ max: failuresPerEmail, timeWindow: windowMs, keyGenerator: emailKey }),
  ];
  const made: SignInLimits = {
    async refuseIfExceeded(request) {
      for (const limit of limits) {
        const state = await limit(request, { increment: false });
        if (!state.isAllowed && state.remaining === 0)
          throw new Problem("slow-down", "Too many wrong passwords; wait, then try again.", {
            retryAfterSeconds: Math.max(1, state.ttlInSeconds),
          });
      }
    },
    async countFailure(request) {
      for (const limit of limits) await limit(request);
    },
  };
  limitsOf.set(app.server, made);
  return made;
}

function emailKey(request: FastifyRequest): string {
  const { email } = request.body as { email: string };
  return `email ${email.trim().toLowerCase()}`;
}
