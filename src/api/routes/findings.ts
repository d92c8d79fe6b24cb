// Findings, as JSON or as CSV.
import type { Catalog } from "#catalog/load.ts";
import type * as contract from "#contract/inventory.ts";
import type { QueryOf } from "#contract/route.ts";
import { severityRank } from "#model/finding.ts";
import type { Severity } from "#model/verdict.ts";
import * as findings from "#store/findings.ts";
import type { TenantTx } from "#store/open.ts";
import { type Context, found, inTenant, type RouteFunction } from "../context.ts";
import { csvLine } from "../csv.ts";
import { defaultLimit, pageOf, readCursor } from "../cursor.ts";
import { wantedClouds } from "../filters.ts";
import { sendCsv } from "../send-csv.ts";

type Query = QueryOf<typeof contract.listFindings>;

export const listFindings: RouteFunction<typeof contract.listFindings> = async (context) => {
  const { query, parts } = context;
  const limit = query.limit ?? defaultLimit;
  const cursor = readCursor(query.cursor, ["rank", "text"]);
  if (query.format === "csv") return sendCsv(context, "skywarden-findings.csv", csvPages(context));
  return inTenant(context, async (tx) => {
    const asked = await askedOf(tx, parts.catalog, query);
    const after = cursor && { rank: cursor[0], id: cursor[1] };
    const rows = await findings.listFindings(tx, { ...asked, after, limit });
    const page = pageOf(rows, limit, keyOf);
    const total = await countFindings(tx, parts.catalog, asked);
    return {
      items: page.items.map((finding) => withTitle(parts.catalog, finding)),
      nextCursor: page.nextCursor,
      ...(total === null ? {} : { total }),
    };
  });
};

export const getFinding: RouteFunction<typeof contract.getFinding> = async (context) => {
  const finding = await inTenant(context, (tx) => findings.readFinding(tx, context.params.id));
  return withTitle(context.parts.catalog, found(finding, "finding"));
};

function keyOf({ severity, id }: findings.Finding): [number, string] {
  return [severityRank(severity), id];
}

async function askedOf(tx: TenantTx, catalog: Catalog, query: Query) {
  return {
    insightIds: insightsOf(catalog, query),
    severities: query.severity,
    cloudIds: await wantedClouds(tx, query, query.cloudId),
    resourceId: query.resourceId,
    types: query.type,
    statuses: query.status ?? ["open" as const],
  };
}

function insightsOf(catalog: Catalog, { insight, framework }: Query): string[] | null {
  if (framework === undefined) return insight ?? null;
  const mapped = catalog.insightsFor(framework).map(({ id }) => id);
  return insight ? mapped.filter((id) => insight.includes(id)) : mapped;
}

/** Null where the counters do not tell: closed findings, one resource. */
async function countFindings(
  tx: TenantTx,
  catalog: Catalog,
  asked: Awaited<ReturnType<typeof askedOf>>,
): Promise<number | null> {
  if (asked.resourceId !== undefined || asked.statuses.some((status) => status !== "open")) return null;
  const wanted = [...catalog.insights.values()].filter(
    ({ id, severity, on }) =>
      (!asked.insightIds || asked.insightIds.includes(id)) &&
      (!asked.severities || (asked.severities as Severity[]).includes(severity)) &&
      (!asked.types || asked.types.includes(on)),
  );
  return findings.countOpenFindings(
    tx,
    wanted.map(({ id }) => id),
    asked.cloudIds,
  );
}

function withTitle<F extends { insightId: string }>(
  catalog: Catalog,
  finding: F,
): F & { insightTitle: string } {
  return { ...finding, insightTitle: catalog.insights.get(finding.insightId)?.title ?? finding.insightId };
}

const csvPage = 1000;
const columns = [
  ...["id", "severity", "status", "insightId", "insightTitle", "accountId", "cloudName", "region"],
  ...["resourceType", "resourceName", "resourceNativeId", "resourceId", "openedAt", "closedAt", "stale"],
  "evidence",
] as const;

/** All that the filters leave. */
async function* csvPages(context: Context<typeof contract.listFindings>): AsyncGenerator<string, void> {
  const { parts, query } = context;
  let after: { rank: number; id: string } | null = null;
  let head = csvLine(columns);
  do {
    const from: { rank: number; id: string } | null = after;
    const rows: findings.Finding[] = await inTenant(context, async (tx) =>
      findings.listFindings(tx, {
        ...(await askedOf(tx, parts.catalog, query)),
        after: from,
        limit: csvPage,
      }),
    );
    const page = rows.slice(0, csvPage);
    const lines = page.map((finding) => csvLine(cellsOf(withTitle(parts.catalog, finding))));
    yield head + lines.join("");
    head = "";
    const last = page.at(-1);
    after = rows.length > csvPage && last ? { rank: severityRank(last.severity), id: last.id } : null;
  } while (after);
}

function cellsOf(finding: findings.Finding & { insightTitle: string }): unknown[] {
  return columns.map((column) =>
    column === "evidence" ? JSON.stringify(finding.evidence) : finding[column],
  );
}
