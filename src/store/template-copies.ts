// Which templates lie in the operator's buckets; of the installation, across all tenants.
import type { Store } from "./open.ts";

export interface TemplateCopy {
  partition: string;
  name: string;
  bucket: string;
  region: string;
  key: string;
  hash: string;
  publishedAt: Date;
}

export function readTemplateCopies(store: Store): Promise<TemplateCopy[]> {
  return store.asSystem(async ({ db }) => {
    const rows = await db
      .selectFrom("template_copies")
      .selectAll()
      .orderBy("partition")
      .orderBy("name")
      .execute();
    return rows.map(({ published_at: publishedAt, published_by: _, ...copy }) => ({ ...copy, publishedAt }));
  });
}

/** A copy that is as it was keeps its time. */
export function saveTemplateCopies(
  store: Store,
  copies: Omit<TemplateCopy, "publishedAt">[],
  actor: string,
): Promise<void> {
  return store.asSystem(async ({ db }) => {
    for (const copy of copies)
      await db
        .insertInto("template_copies")
        .values({ ...copy, published_by: actor })
        .onConflict((conflict) =>
          conflict
            .columns(["partition", "name"])
            .doUpdateSet({ ...copy, published_by: actor, published_at: new Date() })
            .where((row) =>
              row.or([
                row("template_copies.key", "!=", copy.key),
                row("template_copies.bucket", "!=", copy.bucket),
                row("template_copies.region", "!=", copy.region),
              ]),
            ),
        )
        .execute();
  });
}
