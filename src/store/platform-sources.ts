// The installation's keys for partitions where its host has no identity, sealed; across all tenants.
import { type MasterKey, newDataKey, open, seal, unwrapKey, wrapKey } from "#secrets.ts";
import type { Store } from "./open.ts";

const place = (partition: string) => `platform-source/${partition}`;

export interface SealedSources {
  read<T>(): Promise<Map<string, T>>;
  save(partition: string, value: unknown, actor: string): Promise<void>;
  /** False if there was none. */
  remove(partition: string): Promise<boolean>;
  /** What would lose its credentials with the partition's source, in all tenants. */
  dependents(partition: string): Promise<{ organizations: number; clouds: number }>;
}

export function openSealedSources(store: Store, master: MasterKey): SealedSources {
  return {
    read: <T>() =>
      store.asSystem(async ({ db }) => {
        const rows = await db.selectFrom("platform_sources").selectAll().execute();
        return new Map(
          rows.map(({ partition, wrapped_key, sealed }): [string, T] => {
            const key = unwrapKey(master, wrapped_key, place(partition));
            return [partition, JSON.parse(open(key, sealed, place(partition)))];
          }),
        );
      }),
    async save(partition, value, actor) {
      const key = newDataKey();
      const row = {
        key_id: master.id,
        wrapped_key: wrapKey(master, key, place(partition)),
        sealed: seal(key, JSON.stringify(value), place(partition)),
        changed_by: actor,
      };
      await store.asSystem(({ db }) =>
        db
          .insertInto("platform_sources")
          .values({ partition, ...row })
          .onConflict((conflict) =>
            conflict.column("partition").doUpdateSet({ ...row, changed_at: new Date() }),
          )
          .execute(),
      );
    },
    async remove(partition) {
      const { numDeletedRows } = await store.asSystem(({ db }) =>
        db.deleteFrom("platform_sources").where("partition", "=", partition).executeTakeFirst(),
      );
      return numDeletedRows > 0n;
    },
    dependents: (partition) =>
      store.asSystem(async ({ client }) => {
        // A cloud by itself does not say in clear whose credentials it uses, so all of the partition count.
        const { rows } = await client.query<{ organizations: number; clouds: number }>(
          `with alive as (select tenant_id, organization_id from clouds where partition = $1 and removed_at is null)
           select count(*)::int as clouds, (
             select count(distinct (o.tenant_id, o.id))::int from cloud_organizations o
             join alive a on a.tenant_id = o.tenant_id and a.organization_id = o.id
             where o.credential_source = 'host') as organizations
           from alive a
           where not exists (select 1 from cloud_organizations o
             where o.tenant_id = a.tenant_id and o.id = a.organization_id and o.credential_source <> 'host')`,
          [partition],
        );
        return rows[0] ?? { organizations: 0, clouds: 0 };
      }),
  };
}
