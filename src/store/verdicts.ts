// Writes the differences that new judgements make: verdict rows, counters, findings and their
// history, all in the caller's transaction. Callers hold the cloud's write lock (store/leases.ts).
import type { Judgement } from "#model/judgement.ts";
import { closeFindings, openFindings } from "./finding-rows.ts";
import type { TenantTx } from "./open.ts";
import {
  dropVerdicts,
  readVerdicts,
  saveCounts,
  saveVerdicts,
  type VerdictChange,
  type VerdictKey,
  verdictKey,
} from "./verdict-rows.ts";
import { nextState, type VerdictState } from "./verdict-transition.ts";

export interface JudgedResource {
  judgement: Judgement;
  type: string;
  /** Insights of the rule set that judged it before; empty for a new or returned resource. */
  judgedBefore: string[];
}

interface RemovedVerdict extends VerdictKey {
  before: VerdictState;
}

/** Returns how many findings were opened and closed. */
export async function writeVerdicts(
  tx: TenantTx,
  cloudId: string,
  judged: JudgedResource[],
): Promise<{ opened: number; closed: number }> {
  if (judged.length === 0) return { opened: 0, closed: 0 };
  const known = judged.filter(({ judgedBefore }) => judgedBefore.length > 0);
  const stored = await readVerdicts(
    tx,
    known.map(({ judgement }) => judgement.resourceId),
  );
  const changes = judged.flatMap((one) => changesOf(one, stored));
  const removed = judged.flatMap((one) => removedOf(one, stored));
  await saveVerdicts(tx, cloudId, changes.filter(differs));
  await dropVerdicts(tx, removed);
  await saveCounts(tx, cloudId, [
    ...changes.map(({ outcome, before, after }) => ({ insightId: outcome.insightId, before, after })),
    ...removed.map((row) => ({ ...row, after: null })),
  ]);
  const failing = changes.filter(
    ({ after, outcome }) => after?.verdict === "fail" && outcome.verdict !== "wait",
  );
  const opened = await openFindings(tx, cloudId, failing);
  const closed = await closeFindings(tx, [
    ...changes.filter(hasEnded).map((change) => ({
      resourceId: change.resourceId,
      insightId: change.outcome.insightId,
      reason: change.after?.verdict === "not-applicable" ? "not-applicable" : "passes",
    })),
    ...removed.filter(isFail).map((row) => ({ ...row, reason: "insight-removed" })),
  ]);
  return { opened, closed };
}

/** Takes resources that are gone out of verdicts and counters and closes their findings. */
export async function dropJudged(
  tx: TenantTx,
  cloudId: string,
  gone: { id: string; judgedBefore: string[] }[],
): Promise<number> {
  if (gone.length === 0) return 0;
  const ids = gone.map(({ id }) => id);
  const stored = await readVerdicts(tx, ids);
  const removed = gone.flatMap(({ id, judgedBefore }) =>
    judgedBefore.map((insightId) => ({
      resourceId: id,
      insightId,
      before: stateOf(stored, { resourceId: id, insightId }),
    })),
  );
  await tx.client.query("delete from verdicts where tenant_id = $1 and resource_id = any($2)", [
    tx.tenantId,
    ids,
  ]);
  await saveCounts(
    tx,
    cloudId,
    removed.map((row) => ({ ...row, after: null })),
  );
  return closeFindings(
    tx,
    removed.filter(isFail).map((row) => ({ ...row, reason: "resource-gone" })),
  );
}

/** Of a pair that was judged before. */
function stateOf(stored: ReadonlyMap<string, VerdictState>, key: VerdictKey): VerdictState {
  return stored.get(verdictKey(key)) ?? { verdict: "pass", stale: false };
}

function changesOf(
  { judgement: { resourceId, outcomes }, type, judgedBefore }: JudgedResource,
  stored: ReadonlyMap<string, VerdictState>,
): VerdictChange[] {
  return outcomes.map((outcome) => {
    const { insightId } = outcome;
    const before = judgedBefore.includes(insightId) ? stateOf(stored, { resourceId, insightId }) : null;
    return { resourceId, type, outcome, before, after: nextState(before, outcome.verdict) };
  });
}

/** Verdicts of insights that judge the type no more. */
function removedOf(
  { judgement: { resourceId, outcomes }, judgedBefore }: JudgedResource,
  stored: ReadonlyMap<string, VerdictState>,
): RemovedVerdict[] {
  return judgedBefore
    .filter((insightId) => !outcomes.some((outcome) => outcome.insightId === insightId))
    .map((insightId) => ({ resourceId, insightId, before: stateOf(stored, { resourceId, insightId }) }));
}

/** An unknown may have another gap than before. */
function differs({ before, after, outcome }: VerdictChange): boolean {
  return (
    before?.verdict !== after?.verdict || before?.stale !== after?.stale || outcome.verdict === "unknown"
  );
}

function isFail({ before }: { before: VerdictState }): boolean {
  return before?.verdict === "fail";
}

function hasEnded({ before, after }: VerdictChange): boolean {
  return before?.verdict === "fail" && after?.verdict !== "fail";
}
