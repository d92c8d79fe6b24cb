// Credentials that AWS refuses: tried again at once and often, because a new key, a renewed one or a wrong clock
// mends itself within seconds. Only more than 25 refusals within 5 minutes say that they are invalid.
import { setTimeout as pause } from "node:timers/promises";
import type { CredentialsAnswer } from "#aws/assume.ts";
import { recordRefusal } from "#store/credential-refusals.ts";
import type { CloudToHarvest } from "#store/harvest-plan.ts";
import type { CloudAccess } from "./cloud-access.ts";
import type { JobParts } from "./parts.ts";
import { isBadKey } from "./role-failure.ts";

const limit = { count: 25, minutes: 5 };
/** 26 tries then take less than a slice of a harvest. */
const retryMs = 2_000;

export interface Assumed {
  held: CredentialsAnswer;
  /** The credentials themselves were refused so often that they are invalid. */
  isInvalid: boolean;
}

/** Refusals count by credential: clouds that share one learn of its end together. */
export async function assumePatiently(
  parts: Pick<JobParts, "store" | "patience">,
  tenantId: string,
  cloud: CloudToHarvest,
  access: CloudAccess,
  signal: AbortSignal,
): Promise<Assumed> {
  const credential = access.keyId === null ? `host ${cloud.partition}` : `key ${access.keyId}`;
  for (;;) {
    const held = await access.assume(signal);
    if (held.ok || !isBadKey(held.error.code)) return { held, isInvalid: false };
    const isOver = await parts.store.withTenant(tenantId, (tx) => recordRefusal(tx, credential, limit));
    if (isOver || cloud.state === "invalid-credentials") return { held, isInvalid: true };
    await pause(parts.patience?.refusedRetryMs ?? retryMs, undefined, { signal });
  }
}
