// Looks at the role that a cloud is reached by, or an organization is read by: once it was assumed, and then at most once a day. What changed since
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
import {
  forgetRoleInspection,
  readOrganizationRole,
  readRoleInspection,
  saveOrganizationRole,
  saveRoleInspection,
} from "#store/role-inspections.ts";
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

/** Whose role it is, and where what is known of it is kept. */
interface Inspected {
  serves: "cloud" | "organization";
  id: string;
  name: string;
  accountId: string;
  read(tx: TenantTx): Promise<RoleInspection | null>;
  save(tx: TenantTx, next: RoleInspection): Promise<void>;
  /** The role may do something else than before. */
  onGrants(tx: TenantTx): Promise<void>;
}

type InspectionParts = Pick<JobParts, "store" | "catalog" | "call">;

export async function inspectRole(
  parts: InspectionParts,
  tenantId: string,
  { id, name, accountId }: CloudToHarvest,
  held: Held,
): Promise<void> {
  const { store } = parts;
  if (isRole(held.principal))
    return inspect(parts, tenantId, held, {
      ...{ serves: "cloud", id, name, accountId },
      read: (tx) => readRoleInspection(tx, id),
      save: (tx, next) => saveRoleInspection(tx, id, next),
      onGrants: (tx) => probeDenials(tx, { cloudId: id }),
    });
  const known = await store.withTenant(tenantId, (tx) => readRoleInspection(tx, id));
  if (known) await store.withTenant(tenantId, (tx) => forgetRoleInspection(tx, id));
}

/** The role that an organization is read by. Nothing of it was remembered as denied: each sync asks for everything. */
export async function inspectOrganizationRole(
  parts: InspectionParts,
  tenantId: string,
  { id, nickname }: { id: string; nickname: string },
  held: Held,
): Promise<void> {
  const accountId = held.principal.split(":")[4] ?? "";
  await inspect(parts, tenantId, held, {
    ...{ serves: "organization", id, name: nickname, accountId },
    read: (tx) => readOrganizationRole(tx, id),
    save: (tx, next) => saveOrganizationRole(tx, id, next),
    onGrants: async () => undefined,
  });
}

const isRole = (principal: string) => /^arn:[a-z-]+:iam::\d{12}:role\//.test(principal);

async function inspect(
  parts: InspectionParts,
  tenantId: string,
  { principal: roleArn, ...held }: Held,
  inspected: Inspected,
): Promise<void> {
  const { store } = parts;
  const known = await store.withTenant(tenantId, inspected.read);
  const same = known?.roleArn === roleArn ? known : null;
  const isDue = same === null || same.nextAt <= new Date();
  const isOutdated = same?.judgedBy !== judgingRelease(upkeepParts(parts.catalog));
  if (!isDue && !isOutdated) return;
  const reader = { call: parts.call, accountId: inspected.accountId, ...held };
  const answer = isDue ? await readRole(reader, roleArn) : null;
  const isAsked = answer?.reading && inspected.serves === "cloud";
  const simulation = isAsked
    ? await simulatedRole(reader, roleArn, neededActions(upkeepParts(parts.catalog)))
    : (same?.simulation ?? null);
  const next = { ...inspectionOf(parts, inspected, roleArn, same, answer), simulation };
  await store.withTenant(tenantId, (tx) => saveChanges(tx, inspected, same, next));
}

function inspectionOf(
  { catalog }: Pick<JobParts, "catalog">,
  { accountId, serves }: Inspected,
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
        serves,
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
  inspected: Inspected,
  before: RoleInspection | null,
  next: RoleInspection,
): Promise<void> {
  await inspected.save(tx, next);
  await audit(tx, auditRows(inspected, before, next));
  if (before?.reading && next.reading && grantsOf(before.reading) !== grantsOf(next.reading))
    await inspected.onGrants(tx);
}

/** What decides what the role may do, and which role it is. */
function grantsOf({ roleId, boundaryArn, policies }: RoleReading): string {
  return JSON.stringify([roleId, boundaryArn, policies]);
}

function auditRows(
  { id, name, serves }: Inspected,
  before: RoleInspection | null,
  next: RoleInspection,
): AuditEntry[] {
  const entry = (action: string, detail: Record<string, unknown>): AuditEntry => ({
    actor: "system",
    action,
    subject: id,
    detail: { [serves]: name, role: next.roleArn, ...detail },
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
