// A role that follows the tenant's external id. While that is rotated (E28) the new one is tried first; what works
// is remembered, so that a role which has only the old one costs a second call now and then, not at every session.
import type { CredentialsAnswer, RoleToAssume } from "#aws/assume.ts";
import { assumeByAny } from "#aws/assume-by-any.ts";
import type { FollowedExternalIds } from "#onboarding/external-id.ts";
import type { ExternalIdUse } from "#store/external-id-rotations.ts";
import { recordTrial } from "#store/external-id-trials.ts";
import type { JobParts } from "./parts.ts";

/** A new external id that was refused is tried again after this, unless somebody asks for a check. */
const triedAgainMs = 15 * 60_000;

export interface RotatingRole {
  tenantId: string;
  /** The cloud or the organization whose role it is. */
  subject: string;
  role: Omit<RoleToAssume, "externalId">;
  externalIds: FollowedExternalIds;
  /** Even if it was refused a minute ago. */
  tryNew?: boolean;
}

export function assumeRotating(
  parts: Pick<JobParts, "roles" | "store">,
  { tenantId, subject, role, externalIds, tryNew = false }: RotatingRole,
): (signal?: AbortSignal) => Promise<CredentialsAnswer> {
  const { current, rotation } = externalIds;
  if (!rotation) return (signal) => parts.roles.assume({ ...role, externalId: current }, signal);
  const values = { new: rotation.next, old: current };
  const wasRefused = Date.now() - (rotation.refusedAt?.getTime() ?? 0) < triedAgainMs;
  let order: ("new" | "old")[] = wasRefused && !tryNew ? ["old", "new"] : ["new", "old"];
  let known = rotation.uses;
  return async (signal) => {
    const named = order;
    const { held, refused } = await assumeByAny(
      parts.roles,
      role,
      named.map((name) => values[name]),
      signal,
    );
    // Neither granted nor refused by all: nothing was learnt.
    if (!held.ok && refused.length < named.length) return held;
    const uses: ExternalIdUse = held.ok ? (named[refused.length] ?? "neither") : "neither";
    const isNewRefused = refused.some((at) => named[at] === "new");
    if (uses !== known || isNewRefused)
      await parts.store.withTenant(tenantId, (tx) =>
        recordTrial(tx, { rotationId: rotation.id, subject, uses, isNewRefused }),
      );
    known = uses;
    if (uses !== "neither") order = uses === "new" ? ["new", "old"] : ["old", "new"];
    return held;
  };
}
