// Tries every role of an organization that is left, or about to be, and writes down whether AWS still lets it be
// assumed (E28). Nothing is done with what is granted. Killed at any line it goes on where it was.
import { openRoleCache } from "#aws/assume.ts";
import { type AssumedByAny, assumeByAny } from "#aws/assume-by-any.ts";
import { partitionNamed } from "#aws/partitions.ts";
import {
  type AccessOutcome,
  findProof,
  finishProof,
  recordOutcome,
  rolesToTry,
} from "#store/access-proof-roles.ts";
import { openProof, type ProofCredentials } from "#store/access-proofs.ts";
import { audit } from "#store/audit.ts";
import { endJob, queueJob, saveProgress } from "#store/job-rows.ts";
import { sourceOf } from "./cloud-access.ts";
import type { JobParts } from "./parts.ts";
import type { Address } from "./queues.ts";

const atOnce = 10;
/** The shortest session that AWS gives. */
const durationSeconds = 900;

export async function proveNoAccess(
  parts: JobParts,
  { tenantId, id }: Address,
  signal: AbortSignal,
): Promise<"done"> {
  const { store } = parts;
  const stop = AbortSignal.any([signal, parts.stopping]);
  const opened = await store.withTenant(tenantId, async (tx) => {
    const proof = await openProof(tx, parts.vault, id);
    if (!proof) return null;
    const { nickname: subject, organizationId } = proof;
    return { proof, jobId: await queueJob(tx, { kind: "prove-no-access", subject, organizationId }) };
  });
  if (!opened) return "done";
  const { proof, jobId } = opened;
  for (;;) {
    const roles = await store.withTenant(tenantId, (tx) => rolesToTry(tx, id, atOnce));
    if (roles.length === 0) break;
    await Promise.all(
      roles.map(async ({ roleArn }) => {
        const { outcome, detail } = await tryRole(parts, proof.credentials, roleArn, stop);
        if (!stop.aborted)
          await store.withTenant(tenantId, (tx) => recordOutcome(tx, id, roleArn, outcome, detail));
      }),
    );
    if (stop.aborted) return "done";
    await report(parts, tenantId, id, jobId);
  }
  await store.withTenant(tenantId, async (tx) => {
    const ended = await finishProof(tx, id);
    await endJob(tx, jobId, null);
    if (!ended) return;
    const { awsOrganizationId: subject, roles } = ended;
    await audit(tx, {
      actor: "system",
      action: "access-proof.finished",
      subject,
      detail: { proofId: id, ...roles },
    });
  });
  return "done";
}

async function report({ store }: JobParts, tenantId: string, id: string, jobId: string): Promise<void> {
  const proof = await store.withTenant(tenantId, (tx) => findProof(tx, id));
  if (!proof) return;
  const { total, left, works, unknown } = proof.roles;
  await saveProgress(store, tenantId, jobId, { done: total - left, total, failed: works + unknown });
}

/** With a cache of its own: what was granted before says nothing about now. */
async function tryRole(
  { call, platform }: JobParts,
  credentials: ProofCredentials,
  roleArn: string,
  signal: AbortSignal,
): Promise<{ outcome: AccessOutcome; detail: string }> {
  const { partition, externalIds, organizationRole, memberRole } = credentials;
  const { sessionName } = roleArn === organizationRole.arn ? organizationRole : memberRole;
  const source = sourceOf(platform.in(partition), credentials);
  const region = partitionNamed(partition)?.globalRegion ?? "us-east-1";
  const role = { source, roleArn, sessionName, durationSeconds, region };
  try {
    return judged(await assumeByAny(openRoleCache(call), role, externalIds, signal), externalIds.length);
  } catch (error) {
    if (signal.aborted) return { outcome: "unknown", detail: "It was broken off." };
    throw error;
  }
}

/** Only AWS's own refusal of the role is a proof; that Skywarden may not ask, or could not, is none. */
export function judged(
  { held, refused }: AssumedByAny,
  tried: number,
): { outcome: AccessOutcome; detail: string } {
  if (held.ok) return { outcome: "works", detail: "AWS still lets the role be assumed." };
  const { message, deniedBy } = held.error;
  if (deniedBy?.layer === "identity")
    return {
      outcome: "unknown",
      detail: `Skywarden's own identity may not assume roles, so this shows nothing of the role. AWS says: ${message}`,
    };
  if (refused.length === tried) return { outcome: "refused", detail: `AWS says: ${message}` };
  return { outcome: "unknown", detail: `AWS could not be asked: ${message}` };
}
