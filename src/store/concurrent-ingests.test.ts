// Clouds that point to each other, written and judged at once: no deadlock, nothing lost.
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Hop, RelationalRules } from "#model/reach.ts";
import { readPending, removePending } from "./pending.ts";
import type { CloudKey } from "./resource-rows.ts";
import { disagreements } from "./testing/recount.ts";
import { listingOf, openSmallEstate, type SmallEstate, thing, thingOf } from "./testing/small-estate.ts";

let estate: SmallEstate;

beforeAll(async () => {
  estate = await openSmallEstate();
});
afterAll(() => estate.close());

const hop: Hop = { kind: "out", from: thing, relation: "uses", to: thing, range: "estate" };
const back: Hop = { ...hop, kind: "in" };
const relational: RelationalRules = { anywhere: new Set(), reaches: [[hop], [back], [hop, back]] };
const things = 150;
const rounds = 15;

/** Each points to the same of the other cloud, in another order each round. */
function listing(cloud: CloudKey, other: CloudKey, round: number) {
  const found = Array.from({ length: things }, (_, n) =>
    thingOf(cloud, `t${(n * 7 + round) % things}`, {
      says: { a: n % 2 === 0, b: "wait" },
      edges: [
        {
          targetNativeId: `t${(n * 11 + round) % things}`,
          targetAccountId: other.accountId,
          targetRegion: "r1",
        },
      ],
    }),
  );
  return listingOf(found, { startedAt: new Date(0) });
}

async function drain({ tenantId, cloudId }: CloudKey): Promise<void> {
  await estate.store.withTenant(tenantId, async (tx) => {
    await tx.client.query("select pg_advisory_xact_lock(hashtextextended($1, 7))", [
      `${tenantId} ${cloudId}`,
    ]);
    await removePending(tx, cloudId, "judge", await readPending(tx, cloudId, "judge", 200));
  });
}

test("two clouds at once, with judging beside them", async () => {
  const [a, b] = (await estate.addTenant(2)) as [CloudKey, CloudKey];
  for (let round = 0; round < rounds; round++)
    await Promise.all([
      estate.ingest(a, [listing(a, b, round)], { relational }),
      estate.ingest(b, [listing(b, a, round)], { relational }),
      drain(a),
      drain(b),
    ]);
  expect(await disagreements(estate, a.tenantId)).toEqual([]);
  // The last round changed everything, so all of it waits: each resource has a neighbour that changed.
  await estate.ingest(a, [listing(a, b, rounds)], { relational });
  const pending = await estate.rows("select distinct resource from pending where tenant_id = $1", [
    a.tenantId,
  ]);
  expect(pending).toHaveLength(2 * things);
}, 60_000);
