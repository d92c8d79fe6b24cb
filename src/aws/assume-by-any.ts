// A role that is assumed with one of several external ids: the first that is not refused. Knows nothing of why
// there are several.
import type { CredentialsAnswer, RoleCache, RoleToAssume } from "./assume.ts";

export interface AssumedByAny {
  held: CredentialsAnswer;
  /** Of the ids, by place: those that AWS refused. All of them, if the role refuses. */
  refused: number[];
}

/** Anything but a refusal says nothing about an external id, so it is the answer. */
export async function assumeByAny(
  roles: Pick<RoleCache, "assume">,
  role: Omit<RoleToAssume, "externalId">,
  externalIds: string[],
  signal?: AbortSignal,
): Promise<AssumedByAny> {
  const refused: number[] = [];
  let held: CredentialsAnswer | undefined;
  for (const [at, externalId] of externalIds.entries()) {
    held = await roles.assume({ ...role, externalId }, signal);
    if (held.ok || held.error.code !== "AccessDenied") break;
    refused.push(at);
  }
  if (!held) throw new Error("a role is assumed with an external id");
  return { held, refused };
}
