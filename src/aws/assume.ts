// Credentials of roles: AssumeRole at the regional STS, kept by (source, role, external id, session
// name, duration), renewed at about 80 % of their life by one call however many wait for it.
import type { AwsCaller, AwsCredentials, AwsError } from "#model/aws-call.ts";

/** Who assumes: the installation's own identity or a user's key. */
export interface CredentialSource {
  /** Tells sources apart in the cache; no secret. */
  id: string;
  credentials(): Promise<CredentialsAnswer>;
}

export type CredentialsAnswer = { ok: true; credentials: AwsCredentials } | { ok: false; error: AwsError };

export interface RoleToAssume {
  source: CredentialSource;
  roleArn: string;
  externalId: string | null;
  sessionName: string;
  durationSeconds: number;
  /** STS of this region is asked: tokens of the global one are not valid in opt-in regions. */
  region: string;
}

/** A role assumed by a role's session lives an hour at most, whatever it allows itself. */
const chainedSeconds = 3600;
const keptRoles = 20_000;
/** Credentials with less left than this are not handed out. */
const smallestLifeMs = 60_000;

interface Kept {
  credentials: AwsCredentials;
  renewAtMs: number;
  expiresAtMs: number;
}

export interface RoleCache {
  assume(role: RoleToAssume, signal?: AbortSignal): Promise<CredentialsAnswer>;
  /** Forgets what was kept for a role, for example after its trust was changed. */
  forget(roleArn: string): void;
}

export function openRoleCache(call: AwsCaller, now: () => number = Date.now): RoleCache {
  const kept = new Map<string, Kept>();
  const flights = new Map<string, Promise<CredentialsAnswer>>();

  async function renew(key: string, role: RoleToAssume): Promise<CredentialsAnswer> {
    const answer = await assumeRole(call, role);
    const old = kept.get(key);
    if (!answer.ok) {
      // A denial is news about the role; a throttle is not, and the old credentials still work.
      const isPassing = answer.error.reason === "throttled" || answer.error.reason === "unavailable";
      if (old && isPassing && old.expiresAtMs - now() > smallestLifeMs) {
        return { ok: true, credentials: old.credentials };
      }
      kept.delete(key);
      return answer;
    }
    const expiresAtMs = answer.credentials.expiration?.getTime() ?? now() + role.durationSeconds * 1000;
    const lifeMs = expiresAtMs - now();
    // 75 to 85 %: a thousand roles assumed in one minute must not be renewed in one minute.
    kept.delete(key);
    kept.set(key, {
      credentials: answer.credentials,
      expiresAtMs,
      renewAtMs: now() + lifeMs * (0.75 + 0.1 * Math.random()),
    });
    if (kept.size > keptRoles) kept.delete(kept.keys().next().value as string);
    return answer;
  }

  return {
    async assume(role, signal) {
      const { source, roleArn, externalId, sessionName, durationSeconds } = role;
      const key = JSON.stringify([roleArn, source.id, externalId, sessionName, durationSeconds]);
      const known = kept.get(key);
      if (known && now() < known.renewAtMs && known.expiresAtMs - now() > smallestLifeMs) {
        return { ok: true, credentials: known.credentials };
      }
      let flight = flights.get(key);
      if (!flight) {
        // The flight serves all who wait, so nobody's cancellation ends it.
        flight = renew(key, role).finally(() => flights.delete(key));
        flights.set(key, flight);
      }
      return signal ? orAborted(flight, signal) : flight;
    },
    forget(roleArn) {
      for (const key of kept.keys()) if (JSON.parse(key)[0] === roleArn) kept.delete(key);
    },
  };
}

async function assumeRole(call: AwsCaller, role: RoleToAssume): Promise<CredentialsAnswer> {
  const source = await role.source.credentials();
  if (!source.ok) return source;
  const isChained = source.credentials.sessionToken !== undefined;
  const answer = await call<{
    Credentials?: {
      AccessKeyId?: string;
      SecretAccessKey?: string;
      SessionToken?: string;
      Expiration?: Date;
    };
  }>({
    client: "sts",
    operation: "AssumeRole",
    input: {
      RoleArn: role.roleArn,
      RoleSessionName: role.sessionName,
      DurationSeconds: isChained ? Math.min(role.durationSeconds, chainedSeconds) : role.durationSeconds,
      ...(role.externalId === null ? {} : { ExternalId: role.externalId }),
    },
    region: role.region,
    accountId: null,
    credentials: source.credentials,
  });
  if (!answer.ok) return { ok: false, error: answer.error };
  const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = answer.output.Credentials ?? {};
  if (!AccessKeyId || !SecretAccessKey || !SessionToken) {
    const message = "sts:AssumeRole answered without credentials";
    const error: AwsError = {
      code: "UnreadableAnswer",
      message,
      status: null,
      requestId: null,
      reason: "failed",
    };
    return { ok: false, error };
  }
  return {
    ok: true,
    credentials: {
      accessKeyId: AccessKeyId,
      secretAccessKey: SecretAccessKey,
      sessionToken: SessionToken,
      ...(Expiration instanceof Date ? { expiration: Expiration } : {}),
    },
  };
}

function orAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(signal.reason);
    signal.addEventListener("abort", onAbort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", onAbort));
  });
}
