// Looks at the role that a cloud is reached by: once it was assumed, and then at most once a day. What changed since
// is an audit event; a role that may do something else than before has what was refused asked again.
import type { AwsCredentials } from "#model/aws-call.ts";
import type { RoleInspection, RoleJudgement, RoleReading } from "#model/role-inspection.ts";
import { type RoleAnswer, readRole } from "#onboarding/role-reading.ts";
import { simulatedRole } from "#onboarding/role-simulation.ts";
import { judgeRole, judgingRelease, neededActions, upkeepParts } from "#onboarding/role-upkeep.ts";
import { type AuditEntry, audit } from "#store/audit.ts";
import type { CloudToHarvest } from "#store/harvest-plan.ts";
import { probeDenials } from "#store/known-denials.ts";
import type { TenantTx } from "#store/open.ts";
import { forgetRoleInspection, readRoleInspection, saveRoleInspection } from "#store/role-inspections.ts";
import type { JobParts } from "./parts.ts";

const dayMs = 24 * 3_600_000;
/** After a failure that may pass by itself. */
const retryMs = 3_600_000;

interface Held {
  /** The role's ARN, or the name of an access key. */
  principal: string;
  region: string;
  credentials: AwsCredentials;
  signal: AbortSignal;
}

export async function inspectRole(
  parts: Pick<JobParts, "store" | "catalog" | "call">,
  tenantId: string,
  cloud: CloudToHarvest,
  { principal: roleArn, ...held }: Held,
): Promise<void> {
  const { store } = parts;
  const known = await store.withTenant(tenantId, (tx) => readRoleInspection(tx, cloud.id));
  if (!/^arn:[a-z-]+:iam::\d{12}:role\//.test(roleArn)) {
    if (known) await store.withTenant(tenantId, (tx) => forgetRoleInspection(tx, cloud.id));
    return;
  }
  const same = known?.roleArn === roleArn ? known : null;
  const isDue = same === null || same.nextAt <= new Date();
  const isOutdated = same?.judgedBy !== judgingRelease(upkeepParts(parts.catalog));
  if (!isDue && !isOutdated) return;
  const reader = { call: parts.call, accountId: cloud.accountId, ...held };
  const answer = isDue ? await readRole(reader, roleArn) : null;
  const simulation = answer?.reading
    ? await simulatedRole(reader, roleArn, neededActions(upkeepParts(parts.catalog)))
    : (same?.simulation ?? null);
  const next = { ...inspectionOf(parts, cloud, roleArn, same, answer), simulation };
  await store.withTenant(tenantId, (tx) => saveChanges(tx, cloud, same, next));
}

function inspectionOf(
  { catalog }: Pick<JobParts, "catalog">,
  { accountId }: CloudToHarvest,
  roleArn: string,
  before: RoleInspection | null,
  answer: RoleAnswer | null,
): Omit<RoleInspection, "simulation"> {
  const now = new Date();
  const unread = answer?.unread ?? before?.unread ?? [];
  const isWhole = answer !== null && unread.length === 0;
  // What was once read as a whole says more than what can be read of it now.
  const reading = before?.readAt && !isWhole ? before.reading : (answer?.reading ?? before?.reading ?? null);
  const readAt = isWhole ? now : (before?.readAt ?? null);
  const judged = reading
    ? judgeRole(upkeepParts(catalog), reading, readAt !== null, {
        accountId,
        before: before?.baseline ?? null,
      })
    : unknownRole(judgingRelease(upkeepParts(catalog)));
  const accepted = (before?.accepted ?? []).filter((text) =>
    judged.differences.some((one) => one.text === text),
  );
  const isDrifted = judged.differences.some(({ text }) => !accepted.includes(text));
  return {
    ...judged,
    roleArn,
    triedAt: answer ? now : (before?.triedAt ?? now),
    nextAt: answer
      ? new Date(now.getTime() + (unread.some((one) => !one.isDenied) ? retryMs : dayMs))
      : (before?.nextAt ?? now),
    readAt,
    reading,
    unread,
    driftSince: isDrifted ? (before?.driftSince ?? now) : null,
    accepted,
  };
}

function unknownRole(judgedBy: string): RoleJudgement {
  return { judgedBy, template: null, missing: null, differences: [], warnings: [], baseline: null };
}

async function saveChanges(
  tx: TenantTx,
  cloud: CloudToHarvest,
  before: RoleInspection | null,
  next: RoleInspection,
): Promise<void> {
  await saveRoleInspection(tx, cloud.id, next);
  await audit(tx, auditRows(cloud, before, next));
  if (before?.reading && next.reading && grantsOf(before.reading) !== grantsOf(next.reading))
    await probeDenials(tx, { cloudId: cloud.id });
}

/** What decides what the role may do, and which role it is. */
function grantsOf({ roleId, boundaryArn, policies }: RoleReading): string {
  return JSON.stringify([roleId, boundaryArn, policies]);
}

function auditRows(
  { id, name }: CloudToHarvest,
  before: RoleInspection | null,
  next: RoleInspection,
): AuditEntry[] {
  const entry = (action: string, detail: Record<string, unknown>): AuditEntry => ({
    actor: "system",
    action,
    subject: id,
    detail: { cloud: name, role: next.roleArn, ...detail },
  });
  const open = (of: RoleInspection | null) =>
    (of?.driftSince &&
      of.differences.map(({ text }) => text).filter((text) => !of.accepted.includes(text))) ||
    [];
  const [was, is] = [open(before), open(next)];
  const rows: AuditEntry[] = [];
  if (before?.reading && before.template !== next.template)
    rows.push(entry("role.template-changed", { from: before.template, to: next.template }));
  if (is.length > 0 && was.join("\n") !== is.join("\n"))
    rows.push(entry("role.drifted", { differences: is }));
  if (is.length === 0 && was.length > 0) rows.push(entry("role.drift-ended", { differences: was }));
  return rows;
}
