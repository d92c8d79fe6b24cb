// A worker that is killed at twenty random points and started again leaves the rows of one that was not.
import { afterAll, beforeAll, expect, test } from "vitest";
import { disagreements } from "#store/testing/recount.ts";
import { type CatalogEstate, openCatalogEstate, type TestCloud } from "./testing/catalog-estate.ts";
import { replay, replayScopes } from "./testing/replay.ts";

const kills = 20;

interface Subject {
  estate: CatalogEstate;
  clouds: TestCloud[];
}

let calm: Subject;
let killed: Subject;

/** Round 0 is in, and everything is due again. */
async function prepare(): Promise<Subject> {
  const estate = await openCatalogEstate();
  const clouds = await estate.addTenant(2);
  for (const { tenantId, id } of clouds)
    for (const { type, region } of replayScopes)
      await estate.rows(
        "insert into harvest_scopes (tenant_id, cloud_id, type, region) values ($1, $2, $3, $4)",
        [tenantId, id, type, region],
      );
  await replay(estate, clouds, 0);
  await makeDue(estate);
  return { estate, clouds };
}

const makeDue = (estate: CatalogEstate) => estate.rows("update harvest_scopes set due_at = now()");

beforeAll(async () => {
  calm = await prepare();
  killed = await prepare();
}, 120_000);
afterAll(async () => {
  await calm.estate.close();
  await killed.estate.close();
});

/** Everything but instants and running numbers. */
const tables = {
  resources: `select id, native_id, region, arn, name, tags, fingerprint, incarnation, gone_at is not null as gone, judged_hash, flips_at from resources`,
  documents: `select resource_id, properties, gaps, gap_paths from documents`,
  edges: `select source_id, kind, target_type, target_native_id, target_cloud_id, target_region from edges`,
  terms: `select resource_id, term from resource_terms`,
  history: `select resource_id, array_agg(kind order by id) as kinds from resource_events group by 1`,
  verdicts: `select resource_id, insight_id, verdict, stale_since is not null as stale, gap from verdicts`,
  findings: `select id, resource_id, insight_id, severity, status, stale_since is not null as stale, evidence from findings`,
  "history of findings": `select finding_id, array_agg(event || ' ' || reason order by id) as events from finding_events group by 1`,
  "counts of verdicts": `select cloud_id, insight_id, judged, failed, unknown, not_applicable, stale_passed, stale_failed from verdict_counts where judged > 0`,
  "counts of resources": `select cloud_id, type, region, live from resource_counts where live > 0`,
  scopes: `select cloud_id, type, region, completed_at is not null as completed, gap_since is not null as gap, gaps, loss_suspected_at is not null as suspected, resource_count from harvest_scopes`,
  pending: `select cloud_id, kind, resource from pending`,
  "seen by listings": `select listing, resource_id from listing_seen`,
};

async function contents({ estate }: Subject): Promise<Record<string, string[]>> {
  const all: Record<string, string[]> = {};
  for (const [name, text] of Object.entries(tables))
    all[name] = (await estate.rows(text)).map((row) => JSON.stringify(row)).sort();
  return all;
}

test("the rows of a killed worker are those of a calm one", async () => {
  await replay(calm.estate, calm.clouds, 1);
  const expected = await contents(calm);
  // Everything that this is about has happened.
  expect(expected.history?.some((row) => row.includes("gone"))).toBe(true);
  expect(expected.verdicts?.some((row) => row.includes('"stale":true'))).toBe(true);
  expect(expected["history of findings"]?.some((row) => row.includes("closed"))).toBe(true);
  expect(expected.scopes?.some((row) => row.includes('"gap":true'))).toBe(true);
  let hits = 0;
  for (let tries = 0; hits < kills && tries < 4 * kills; tries++) {
    const wasKilled = await replay(killed.estate, killed.clouds, 1, Math.random() * 250);
    if (wasKilled) hits += 1;
    else await makeDue(killed.estate);
    expect(await disagreements(killed.estate, "ten_1")).toEqual([]);
  }
  expect(hits).toBe(kills);
  await replay(killed.estate, killed.clouds, 1);
  expect(await contents(killed)).toEqual(expected);
}, 240_000);
