// Judges what lies in `pending` for a cloud: resources whose neighbours changed, whose rules are
// outdated, or whose time has come. Removes only rows that were not queued again meanwhile.
import { type JudgedInsight, outcomeOf, type TypeJudge } from "#assess/judge.ts";
import type { InsightOutcome, Judgement } from "#model/judgement.ts";
import { readsOf } from "#rules/reads.ts";
import { announce } from "#store/changes.ts";
import { lockCloud } from "#store/leases.ts";
import { judgeWithNeighbours } from "#store/neighbour-verdicts.ts";
import { readNeighbourhood } from "#store/neighbourhood.ts";
import type { TenantTx } from "#store/open.ts";
import { readPending, removePending } from "#store/pending.ts";
import { readDocuments, type StoredDocument, saveJudged } from "#store/stored-documents.ts";
import { type JudgedResource, writeVerdicts } from "#store/verdicts.ts";
import type { JobParts } from "./parts.ts";
import type { Address } from "./queues.ts";

export type JudgingParts = Pick<JobParts, "store" | "catalog" | "judges" | "stopping">;

const batchSize = 500;
const batchesPerJob = 40;
const evidenceBatchSize = 25;

interface Judged {
  stored: StoredDocument;
  judgement: Judgement;
}

export async function judgeCloud(
  parts: JudgingParts,
  { tenantId, id }: Address,
  signal: AbortSignal,
): Promise<"done" | "more"> {
  for (let batch = 0; batch < batchesPerJob; batch++) {
    if (signal.aborted || parts.stopping.aborted) return "done";
    const judged = await parts.store.withTenant(tenantId, (tx) => judgeBatch(parts, tx, id));
    if (judged < batchSize) return "done";
  }
  return "more";
}

async function judgeBatch(parts: JudgingParts, tx: TenantTx, cloudId: string): Promise<number> {
  await lockCloud(tx, cloudId, null, parts.catalog.generation);
  const pending = await readPending(tx, cloudId, "judge", batchSize);
  if (pending.length === 0) return 0;
  const documents = await readDocuments(
    tx,
    pending.map((row) => row.resource),
  );
  const now = Date.now() + parts.store.clockOffsetMs;
  const byType = Map.groupBy(documents, (stored) => stored.type);
  for (const [type, ofType] of byType) {
    const judge = parts.judges.get(type);
    // A type that this release knows no more keeps what it had.
    if (!judge) continue;
    const judged = await judgeDocuments(parts, tx, judge, ofType, now);
    await writeVerdicts(tx, cloudId, judged);
    await saveJudged(
      tx,
      judged.map((one) => one.judgement),
    );
  }
  await removePending(tx, cloudId, "judge", pending);
  await announce(tx, "summary", cloudId);
  return pending.length;
}

async function judgeDocuments(
  parts: JudgingParts,
  tx: TenantTx,
  judge: TypeJudge,
  documents: StoredDocument[],
  now: number,
): Promise<JudgedResource[]> {
  const judged: Judged[] = documents.map((stored) => ({
    stored,
    judgement: judge.judge(stored.id, stored.document, stored.gaps, now),
  }));
  const path = (type: string, relation: string) =>
    parts.catalog.resourceTypes.get(type)?.relations[relation]?.by.replaceAll("[]", "");
  for (const [i, insight] of judge.insights.entries()) {
    if (!insight.isRelational) continue;
    const undecided = judged.filter(({ judgement }) => judgement.outcomes[i]?.verdict === "wait");
    if (undecided.length === 0) continue;
    const verdicts = await judgeWithNeighbours(
      tx,
      insight.definition,
      undecided.map(({ stored }) => stored.id),
      now,
      path,
    );
    const verdictOf = ({ stored }: Judged) => verdicts.get(stored.id) ?? "unknown";
    for (const one of undecided) {
      const { document, gaps } = one.stored;
      one.judgement.outcomes[i] = decided(outcomeOf(insight, verdictOf(one), document, gaps, now));
    }
    const failed = undecided.filter((one) => verdictOf(one) === "fail");
    await showEvidence(tx, insight, i, failed, now);
  }
  return judged.map(({ stored, judgement }) => ({
    judgement,
    type: stored.type,
    judgedBefore: stored.judgedBefore,
  }));
}

/** Failed, and by which neighbours; read for a few at a time, as documents can be large. */
async function showEvidence(
  tx: TenantTx,
  insight: JudgedInsight,
  at: number,
  failed: readonly Judged[],
  now: number,
): Promise<void> {
  const reads = readsOf(insight.definition.passes);
  for (let from = 0; from < failed.length; from += evidenceBatchSize) {
    const few = failed.slice(from, from + evidenceBatchSize);
    const neighbours = await readNeighbourhood(
      tx,
      reads,
      few.map(({ stored }) => stored),
    );
    for (const { stored, judgement } of few)
      judgement.outcomes[at] = outcomeOf(insight, "fail", stored.document, stored.gaps, now, neighbours);
  }
}

/** The estate has been asked: what is still open is unknown and waits for nothing. */
function decided(outcome: InsightOutcome): InsightOutcome {
  return outcome.verdict === "wait" ? { ...outcome, verdict: "unknown" } : outcome;
}
