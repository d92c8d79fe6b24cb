// Grants of many candidates put together: one row for all that hold the same actions by the same statements under
// the same conditions.
import type { Candidate, CandidateKind } from "./candidates.ts";
import { type Grant, keyOf } from "./judge-candidate.ts";

export interface Holder {
  id: string;
  resourceId: string | null;
  name: string | null;
  accountId: string | null;
  cloudId: string | null;
}

export interface Holding extends Grant {
  kind: CandidateKind;
  isAssumed: boolean;
  holders: Holder[];
  holderCount: number;
}

/** Named in a row; the rest is counted. */
const holdersShown = 100;

export function gather(found: readonly { candidate: Candidate; grants: readonly Grant[] }[]): Holding[] {
  const holdings = new Map<string, Holding>();
  for (const { candidate, grants } of found) {
    for (const grant of grants) {
      const { kind, isAssumed, id, resourceId, name, accountId, cloudId } = candidate;
      const actions = grant.actions.map(({ action }) => action);
      const key = `${kind} ${isAssumed} ${actions.join(" ")} ${keyOf(grant)}`;
      const holding = holdings.get(key) ?? { ...grant, kind, isAssumed, holders: [], holderCount: 0 };
      holdings.set(key, holding);
      holding.holderCount++;
      if (holding.holders.length < holdersShown)
        holding.holders.push({ id, resourceId, name, accountId, cloudId });
    }
  }
  return [...holdings.values()];
}
