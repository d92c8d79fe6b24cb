// Badges across clouds: which there are, imported for many clouds at once, exported.
import type * as contract from "#contract/badge.ts";
import { audit as recordAudit } from "#store/audit.ts";
import * as store from "#store/badge-import.ts";
import { countBadgeValues } from "#store/badges.ts";
import { announce } from "#store/changes.ts";
import type { TenantTx } from "#store/open.ts";
import { badgeRowsOf } from "../badge-rows.ts";
import { audit, type Context, inTenant, type RouteFunction } from "../context.ts";
import { csvLine } from "../csv.ts";
import { defaultLimit } from "../cursor.ts";
import { wantedClouds } from "../filters.ts";
import { sendCsv } from "../send-csv.ts";

export const listBadgeValues: RouteFunction<typeof contract.listBadgeValues> = async (context) => {
  const { q, limit } = context.query;
  return {
    items: await inTenant(context, (tx) => countBadgeValues(tx, q ?? "", limit ?? defaultLimit)),
  };
};

/** Clouds in one transaction. */
const cloudsAtOnce = 250;

export const importBadges: RouteFunction<typeof contract.importBadges> = async (context) => {
  const { body, query } = context;
  const isApplied = query.apply ?? false;
  const read = badgeRowsOf(body);
  const resolved = await inTenant(context, (tx) => store.resolveRows(tx, read.rows));
  const refused = [...read.refused, ...resolved.refused];
  const changes: store.BadgeChange[] = [];
  let unchanged = 0;
  for (let at = 0; at < resolved.clouds.length; at += cloudsAtOnce) {
    const batch = resolved.clouds.slice(at, at + cloudsAtOnce);
    const plan = await inTenant(context, async (tx) => {
      if (isApplied) await store.lockClouds(tx, batch);
      const planned = await store.planBadges(tx, batch);
      if (isApplied) await write(context, tx, planned.changes);
      return planned;
    });
    changes.push(...plan.changes);
    refused.push(...plan.refused);
    unchanged += plan.unchanged;
  }
  const told = { ...countsOf(changes), unchanged, rows: changes.length + unchanged + refused.length };
  if (isApplied && changes.length > 0)
    await inTenant(context, (tx) =>
      audit(context, tx, "badges.imported", null, { ...told, refused: refused.length }),
    );
  const byLine = (a: { line: number }, b: { line: number }) => a.line - b.line;
  return { applied: isApplied, ...told, changes: changes.sort(byLine), refused: refused.sort(byLine) };
};

function countsOf(changes: store.BadgeChange[]) {
  return {
    added: changes.filter(({ from }) => from === null).length,
    changed: changes.filter(({ from, to }) => from !== null && to !== null).length,
    removed: changes.filter(({ to }) => to === null).length,
    clouds: new Set(changes.map(({ cloudId }) => cloudId)).size,
  };
}

async function write(
  context: Pick<Context, "caller">,
  tx: TenantTx,
  changes: store.BadgeChange[],
): Promise<void> {
  if (changes.length === 0) return;
  await store.writeBadges(tx, changes);
  const byCloud = Map.groupBy(changes, (change) => change.cloudId);
  const entries = [...byCloud].map(([cloudId, own]) => ({
    actor: context.caller.actor,
    action: "badge.imported",
    subject: cloudId,
    detail: { badges: own.map(({ key, from, to }) => ({ key, from, to })) },
  }));
  await recordAudit(tx, entries);
  await announce(tx, "cloud");
}

const cloudsInPage = 500;

export const exportBadges: RouteFunction<typeof contract.exportBadges> = (context) =>
  sendCsv(context, "skywarden-badges.csv", badgePages(context));

async function* badgePages(context: Context<typeof contract.exportBadges>): AsyncGenerator<string, void> {
  let after = "";
  yield csvLine(["accountId", "cloudName", "key", "value"]);
  for (;;) {
    const from = after;
    const clouds = await inTenant(context, async (tx) =>
      store.readUserBadges(tx, {
        cloudIds: await wantedClouds(tx, context.query),
        after: from,
        limit: cloudsInPage,
      }),
    );
    yield clouds.map(linesOf).join("");
    const last = clouds.at(-1);
    if (!last || clouds.length < cloudsInPage) return;
    after = last.accountId;
  }
}

function linesOf({ accountId, name, badges }: store.CloudBadges): string {
  const own = badges.length > 0 ? badges : [{ key: "", value: "" }];
  return own.map(({ key, value }) => csvLine([accountId, name, key, value])).join("");
}
