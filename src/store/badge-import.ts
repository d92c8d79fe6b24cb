// User badges of many clouds changed at once: rows are resolved to clouds, planned against what is there, and
// written in batches. Planning writes nothing; planning again after writing finds nothing to change.
import { badgeRefusal, badgesOf, maxBadgesPerCloud, saveBadges } from "./badges.ts";
import type { TenantTx } from "./open.ts";

export interface BadgeRow {
  line: number;
  accountId: string | null;
  cloudId: string | null;
  key: string;
  /** null removes; empty removes a badge that has a value. */
  value: string | null;
}

export interface BadgeChange {
  line: number;
  cloudId: string;
  accountId: string;
  cloudName: string;
  key: string;
  from: string | null;
  to: string | null;
}

export interface RefusedBadgeRow {
  line: number;
  cloud: string;
  key: string;
  code:
    | "unknown-cloud"
    | "no-key"
    | "too-long"
    | "wrong-cells"
    | "duplicate"
    | "reserved-badge"
    | "too-many-badges";
  reason: string;
}

/** Rows of one cloud. */
export interface CloudRows {
  cloudId: string;
  accountId: string;
  name: string;
  rows: BadgeRow[];
}

interface NamedCloud {
  id: string;
  account_id: string;
  name: string;
}

export async function resolveRows(
  tx: TenantTx,
  rows: BadgeRow[],
): Promise<{ clouds: CloudRows[]; refused: RefusedBadgeRow[] }> {
  const { rows: found } = await tx.client.query<NamedCloud>(
    `select id, account_id, name from clouds
     where tenant_id = $1 and removed_at is null and (account_id = any($2) or id = any($3))`,
    [tx.tenantId, named(rows, "accountId"), named(rows, "cloudId")],
  );
  const byId = new Map(found.map((cloud) => [cloud.id, cloud]));
  const byAccount = new Map(found.map((cloud) => [cloud.account_id, cloud]));
  const clouds = new Map<string, CloudRows>();
  const refused: RefusedBadgeRow[] = [];
  const lines = new Map<string, number>();
  for (const row of rows) {
    const cloud = row.cloudId ? byId.get(row.cloudId) : byAccount.get(row.accountId ?? "");
    const isTorn = cloud && row.cloudId && row.accountId && cloud.account_id !== row.accountId;
    if (!cloud || isTorn) {
      refused.push(refusal(row, "unknown-cloud", cloud ? torn : unknownCloud(row, byAccount)));
      continue;
    }
    const place = `${cloud.id} ${row.key}`;
    const before = lines.get(place);
    if (before !== undefined) {
      refused.push(refusal(row, "duplicate", `Line ${before} names the same badge of the same cloud.`));
      continue;
    }
    lines.set(place, row.line);
    const known = clouds.get(cloud.id);
    if (known) known.rows.push(row);
    else
      clouds.set(cloud.id, { cloudId: cloud.id, accountId: cloud.account_id, name: cloud.name, rows: [row] });
  }
  // In the order in which rows are locked everywhere.
  return { clouds: [...clouds.values()].sort((a, b) => (a.cloudId < b.cloudId ? -1 : 1)), refused };
}

function named(rows: BadgeRow[], field: "accountId" | "cloudId"): string[] {
  const texts = rows.flatMap((row) => row[field] ?? []);
  // What a spreadsheet made of an id with leading zeros is looked up, so that the refusal can say so.
  return [...new Set(field === "accountId" ? [...texts, ...texts.map(padded)] : texts)];
}

const padded = (id: string) => (/^\d{1,11}$/.test(id) ? id.padStart(12, "0") : id);
const torn = "The account id and the cloud id name different clouds; give one of them.";

function unknownCloud({ accountId, cloudId }: BadgeRow, byAccount: ReadonlyMap<string, NamedCloud>): string {
  if (!accountId && !cloudId) return "Name the cloud by its account id or its cloud id.";
  if (accountId && byAccount.has(padded(accountId)))
    return `An account id has 12 digits; a spreadsheet has dropped the leading zeros of ${padded(accountId)}.`;
  if (accountId && /^\d(\.\d+)?E\+?\d+$/i.test(accountId))
    return "A spreadsheet has rounded this account id; format the column as text.";
  return "No cloud of this tenant has this id; connect it first, or remove the row.";
}

export function refusal(
  { line, accountId, cloudId, key }: Pick<BadgeRow, "line" | "accountId" | "cloudId" | "key">,
  code: RefusedBadgeRow["code"],
  reason: string,
): RefusedBadgeRow {
  return { line, cloud: cloudId || accountId || "", key: key.slice(0, 256), code, reason };
}

export interface BadgePlan {
  changes: BadgeChange[];
  refused: RefusedBadgeRow[];
  unchanged: number;
}

/** Locked, so that what is planned is what is written. */
export async function lockClouds(tx: TenantTx, clouds: CloudRows[]): Promise<void> {
  await tx.client.query(
    "select id from clouds where tenant_id = $1 and id = any($2) and removed_at is null order by id for update",
    [tx.tenantId, clouds.map(({ cloudId }) => cloudId)],
  );
}

export async function planBadges(tx: TenantTx, clouds: CloudRows[]): Promise<BadgePlan> {
  const badges = await badgesOf(
    tx,
    clouds.map(({ cloudId }) => cloudId),
  );
  const plan: BadgePlan = { changes: [], refused: [], unchanged: 0 };
  for (const { cloudId, accountId, name, rows } of clouds) {
    const known = badges.get(cloudId) ?? [];
    let count = known.length;
    for (const row of rows) {
      const from = known.find(({ key }) => key === row.key)?.value ?? null;
      const to = row.value === "" && from !== "" ? null : row.value;
      const refused = badgeRefusal(row.key, known);
      if (refused) plan.refused.push(refusal(row, "reserved-badge", refused.reason));
      else if (from === to) plan.unchanged += 1;
      else if (from === null && count >= maxBadgesPerCloud)
        plan.refused.push(
          refusal(row, "too-many-badges", `A cloud has at most ${maxBadgesPerCloud} badges.`),
        );
      else {
        count += (to === null ? 0 : 1) - (from === null ? 0 : 1);
        plan.changes.push({ line: row.line, cloudId, accountId, cloudName: name, key: row.key, from, to });
      }
    }
  }
  return plan;
}

export async function writeBadges(tx: TenantTx, changes: BadgeChange[]): Promise<void> {
  const gone = changes.filter(({ to }) => to === null);
  await tx.client.query(
    `delete from badges b using unnest($2::text[], $3::text[]) as n (cloud_id, key)
     where b.tenant_id = $1 and b.cloud_id = n.cloud_id and b.key = n.key and b.kind = 'user'`,
    [tx.tenantId, gone.map(({ cloudId }) => cloudId), gone.map(({ key }) => key)],
  );
  await saveBadges(
    tx,
    changes.flatMap(({ cloudId, key, to }) => (to === null ? [] : [{ cloudId, key, value: to }])),
  );
}

export interface CloudBadges {
  cloudId: string;
  accountId: string;
  name: string;
  badges: { key: string; value: string }[];
}

/** User badges by cloud, in the order of account ids. `after`: the last account seen. */
export async function readUserBadges(
  tx: TenantTx,
  asked: { cloudIds: string[] | null; after: string; limit: number },
): Promise<CloudBadges[]> {
  const { rows } = await tx.client.query<NamedCloud>(
    `select id, account_id, name from clouds
     where tenant_id = $1 and removed_at is null and account_id > $2 and ($3::text[] is null or id = any($3))
     order by account_id limit $4`,
    [tx.tenantId, asked.after, asked.cloudIds, asked.limit],
  );
  const badges = await badgesOf(
    tx,
    rows.map(({ id }) => id),
  );
  return rows.map(({ id, account_id, name }) => ({
    cloudId: id,
    accountId: account_id,
    name,
    badges: (badges.get(id) ?? []).filter(({ kind }) => kind === "user"),
  }));
}
