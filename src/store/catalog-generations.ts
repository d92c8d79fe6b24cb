// Which release's rules judge the installation, and which insights a resource's judged_hash stands for.
import type { Tx } from "./open.ts";

/** Registers this release's rules; older workers stop taking jobs once it is the newest. */
export async function registerCatalog(
  tx: Tx,
  generation: string,
  version: string,
  ruleSets: { hash: string; type: string; insightIds: string[] }[],
): Promise<void> {
  for (const { hash, type, insightIds } of ruleSets)
    await tx.client.query(
      "insert into rule_sets (hash, resource_type, insight_ids) values ($1, $2, $3) on conflict do nothing",
      [hash, type, insightIds],
    );
  const { rows } = await tx.client.query<{ generation: string }>(
    "select generation from catalog_generations order by number desc limit 1",
  );
  if (rows[0]?.generation === generation) return;
  // Going back to an earlier release makes its rules the newest again.
  await tx.client.query("delete from catalog_generations where generation = $1", [generation]);
  await tx.client.query("insert into catalog_generations (generation, version) values ($1, $2)", [
    generation,
    version,
  ]);
}

/** The newest release's rules; others must not judge. */
export async function isNewestCatalog(tx: Tx, generation: string): Promise<boolean> {
  const { rows } = await tx.client.query<{ generation: string }>(
    "select generation from catalog_generations order by number desc limit 1",
  );
  return rows[0]?.generation === generation;
}
