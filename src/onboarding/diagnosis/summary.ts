// Equal answers together: by what blocks, in one cloud or across an organization. Pure; bounded by the number of
// different causes, whatever the number of clouds.
import { createHash } from "node:crypto";
import type { Blocker } from "#iam/verdict.ts";
import type { Row } from "./rows.ts";

export interface CloudName {
  id: string;
  name: string;
  accountId: string;
}

export interface ProblemGroup {
  /** One row that stands for all. */
  row: Row;
  actions: Set<string>;
  regions: Set<string>;
  clouds: number;
  examples: CloudName[];
  acknowledged: number;
  rows: number;
}

export interface FalseAlarmGroup {
  actions: Set<string>;
  clouds: number;
  examples: CloudName[];
  reason: string;
}

export interface Summary {
  counts: Record<Row["verdict"], number>;
  problems: Map<string, ProblemGroup>;
  falseAlarms: Map<string, FalseAlarmGroup>;
}

export function emptySummary(): Summary {
  const counts = { allowed: 0, denied: 0, conditional: 0, unknown: 0, "not-applicable": 0 };
  return { counts, problems: new Map(), falseAlarms: new Map() };
}

const examplesKept = 10;

/** `acknowledged`: whether somebody has called the row known. */
export function addCloud(
  summary: Summary,
  cloud: CloudName,
  rows: readonly Row[],
  acknowledged: (row: Row) => boolean,
): void {
  const touched = new Set<ProblemGroup | FalseAlarmGroup>();
  const count = (group: ProblemGroup | FalseAlarmGroup) => {
    if (touched.has(group)) return;
    touched.add(group);
    group.clouds += 1;
    if (group.examples.length < examplesKept) group.examples.push(cloud);
  };
  for (const row of rows) {
    summary.counts[row.verdict] += 1;
    if (row.verdict === "allowed") {
      const alarm = falseAlarmOf(summary, row);
      if (alarm) count(alarm);
      continue;
    }
    if (row.cause === "region-off") continue;
    const group = problemOf(summary, row);
    group.actions.add(row.action);
    group.regions.add(row.region);
    group.rows += 1;
    if (acknowledged(row)) group.acknowledged += 1;
    count(group);
  }
}

function problemOf(summary: Summary, row: Row): ProblemGroup {
  const key = causeKey(row);
  let group = summary.problems.get(key);
  if (!group) {
    group = {
      row,
      actions: new Set(),
      regions: new Set(),
      clouds: 0,
      examples: [],
      acknowledged: 0,
      rows: 0,
    };
    summary.problems.set(key, group);
  }
  return group;
}

/** null: nothing stands in its way. */
export function problemIdOf(row: Row): string | null {
  if (row.verdict === "allowed" || row.cause === "region-off") return null;
  return createHash("sha256").update(causeKey(row)).digest("hex").slice(0, 16);
}

/** The same in every account: a role's own policy by its name, an organization's by its ARN. */
function causeKey({ verdict, cause, denial, layer, blockers, observed }: Row): string {
  const told = blockers.length === 0 ? [observed?.code, observed?.deniedBy?.policyArn] : [];
  return JSON.stringify([verdict, cause, denial, layer, blockers.map(blockerKey).sort(), told]);
}

function blockerKey(blocker: Blocker): unknown {
  const { kind, layer, certain } = blocker;
  const isOwn = layer === "identity" || layer === "boundary";
  if (kind === "deny") {
    const { policy, statement } = blocker.by;
    const name = isOwn ? policy.name : (policy.arn ?? policy.name);
    return [kind, layer, certain, name, isOwn ? "" : policy.attachedTo.id, statement.index, policy.hash].join(
      " ",
    );
  }
  if (kind === "unread") return [kind, layer, blocker.policy?.name].join(" ");
  const at = blocker.attachedTo;
  return [kind, layer, certain, at === null || isOwn || at.kind === "account" ? "" : at.id].join(" ");
}

function falseAlarmOf(summary: Summary, row: Row): FalseAlarmGroup | null {
  const { simulated } = row;
  if (simulated === null || simulated === "allowed") return null;
  const reason = falseAlarmReason(simulated);
  let group = summary.falseAlarms.get(reason);
  if (!group) {
    group = { actions: new Set(), clouds: 0, examples: [], reason };
    summary.falseAlarms.set(reason, group);
  }
  group.actions.add(row.action);
  return group;
}

type Denied = Exclude<Row["simulated"], "allowed" | null>;

function falseAlarmReason({ allowedByOrganizations, missingKeys }: Denied): string {
  const truth = "our own calls are answered, or every policy that was read allows it";
  if (missingKeys.length > 0)
    return `AWS's policy simulator was not told ${missingKeys.join(", ")} and takes it for missing; ${truth}.`;
  if (allowedByOrganizations === false)
    return `AWS's policy simulator blames the organization's policies, whose condition keys it takes for missing; ${truth}.`;
  return `AWS's policy simulator does not see all that decides; ${truth}.`;
}
