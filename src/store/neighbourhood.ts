// The neighbours of a few resources in memory, so that evidence can name those that decided. Verdicts come from
// neighbour-verdicts.ts: here at most `maxEnds` ends are read for each resource and relation.
import type { Ends, Neighbourhood, RuleDocument } from "#rules/document.ts";
import type { ExistsRead, RelationRead, RuleReads } from "#rules/reads.ts";
import type { TenantTx } from "./open.ts";
import { readDocuments, type StoredDocument } from "./stored-documents.ts";

const maxEnds = 100;

/** Ends by what a rule asks, for each document that was read. */
type Known = Map<RuleDocument, Map<string, Ends>>;

/** Everything that rules with these reads ask of these resources, in a statement or two for each step. */
export async function readNeighbourhood(
  tx: TenantTx,
  reads: RuleReads,
  of: readonly StoredDocument[],
): Promise<Neighbourhood> {
  const known: Known = new Map();
  await readSteps(tx, known, reads, of);
  const ends = (document: RuleDocument, key: string) => {
    const found = known.get(document)?.get(key);
    if (!found) throw new Error(`${document.type} was not read with ${key}`);
    return found;
  };
  return {
    related: (document, relation, direction, type, within) =>
      ends(document, relationKey({ relation, direction, type, within })),
    ofType: (document, type, where) => ends(document, existsKey({ type, where })),
  };
}

type RelationStep = Omit<RelationRead, "reads">;
type ExistsStep = Omit<ExistsRead, "reads">;

const relationKey = ({ relation, direction, type, within }: RelationStep) =>
  ["related", relation, direction, type, within].join(" ");
const existsKey = ({ type, where }: ExistsStep) => ["exists", type, where].join(" ");

async function readSteps(
  tx: TenantTx,
  known: Known,
  { relations, exists }: RuleReads,
  of: readonly StoredDocument[],
): Promise<void> {
  if (of.length === 0) return;
  const ids = of.map(({ id }) => id);
  for (const step of relations) {
    const pairs = await (step.direction === "out" ? readTargets : readSources)(tx, step, ids);
    await readSteps(tx, known, step.reads, await keepEnds(tx, known, relationKey(step), of, pairs));
  }
  for (const step of exists) {
    const pairs = await readOfType(tx, step, ids);
    await readSteps(tx, known, step.reads, await keepEnds(tx, known, existsKey(step), of, pairs));
  }
}

interface Pair {
  source: string;
  /** Null: an edge whose target is not in the estate. */
  target: string | null;
}

async function keepEnds(
  tx: TenantTx,
  known: Known,
  key: string,
  of: readonly StoredDocument[],
  pairs: readonly Pair[],
): Promise<StoredDocument[]> {
  const targets = [...new Set(pairs.flatMap(({ target }) => target ?? []))];
  const documents = new Map((await readDocuments(tx, targets)).map((stored) => [stored.id, stored]));
  const bySource = Map.groupBy(pairs, ({ source }) => source);
  for (const { id, document } of of) {
    const own = bySource.get(id) ?? [];
    const ends = own.flatMap(({ target }) => documents.get(target ?? "")?.document ?? []);
    const asked = known.get(document) ?? new Map<string, Ends>();
    known.set(document, asked);
    asked.set(key, { documents: ends, outside: own.length - ends.length, complete: true });
  }
  return [...documents.values()];
}

async function readTargets(tx: TenantTx, { relation, type }: RelationStep, ids: string[]): Promise<Pair[]> {
  const { rows } = await tx.client.query<Pair>(
    `select s.id as source, r.id as target from unnest($2::text[]) as s (id)
     cross join lateral (select * from edges e where e.tenant_id = $1 and e.source_id = s.id
       and e.kind = $3 and e.target_type = $4 limit ${maxEnds}) e
     left join lateral (select r.id from resources r where r.tenant_id = $1 and r.native_id = e.target_native_id
       and r.type = $4 and r.gone_at is null and (e.target_cloud_id is null or r.cloud_id = e.target_cloud_id)
       and (e.target_region is null or r.key_region = e.target_region) limit ${maxEnds}) r on true
     order by 1, 2`,
    [tx.tenantId, ids, relation, type],
  );
  return rows;
}

async function readSources(
  tx: TenantTx,
  { relation, type, within }: RelationStep,
  ids: string[],
): Promise<Pair[]> {
  const { rows } = await tx.client.query<Pair>(
    `select s.id as source, r.id as target from resources s
     cross join lateral (select * from edges e where e.tenant_id = $1 and e.target_type = s.type
       and e.target_native_id = s.native_id and e.kind = $3
       and (e.target_cloud_id is null or e.target_cloud_id = s.cloud_id)
       and (e.target_region is null or e.target_region = s.key_region) limit ${maxEnds}) e
     cross join lateral (select r.id from resources r where r.tenant_id = $1 and r.id = e.source_id and r.type = $4
       and r.gone_at is null and ($5 or r.cloud_id = s.cloud_id) offset 0) r
     where s.tenant_id = $1 and s.id = any($2) order by 1, 2`,
    [tx.tenantId, ids, relation, type, within === "estate"],
  );
  return rows;
}

async function readOfType(tx: TenantTx, { type, where }: ExistsStep, ids: string[]): Promise<Pair[]> {
  const { rows } = await tx.client.query<Pair>(
    `select s.id as source, r.id as target from resources s
     cross join lateral (select r.id from resources r where r.tenant_id = $1 and r.cloud_id = s.cloud_id
       and r.type = $3 and r.gone_at is null and ($4 or r.region = s.region) limit ${maxEnds}) r
     where s.tenant_id = $1 and s.id = any($2) order by 1, 2`,
    [tx.tenantId, ids, type, where === "cloud"],
  );
  return rows;
}
