// Sessions that workers lend to the installation's other processes, sealed as the stored keys are.
import { type MasterKey, newDataKey, open, seal, unwrapKey, wrapKey } from "#secrets.ts";
import type { Store } from "./open.ts";

const place = (partition: string) => `lent-session/${partition}`;

export interface LentSessions {
  /** Those that have not expired, by partition. */
  read<T>(): Promise<Map<string, T>>;
  save(partition: string, value: unknown, lentBy: string, expiresAt: Date): Promise<void>;
}

export function openLentSessions(store: Store, master: MasterKey): LentSessions {
  return {
    read: <T>() =>
      store.asSystem(async ({ client }) => {
        const { rows } = await client.query<{ partition: string; wrapped_key: string; sealed: Buffer }>(
          "select partition, wrapped_key, sealed from lent_sessions where expires_at > now()",
        );
        return new Map(
          rows.map(({ partition, wrapped_key, sealed }): [string, T] => {
            const key = unwrapKey(master, wrapped_key, place(partition));
            return [partition, JSON.parse(open(key, sealed, place(partition)))];
          }),
        );
      }),
    async save(partition, value, lentBy, expiresAt) {
      const key = newDataKey();
      const sealed = seal(key, JSON.stringify(value), place(partition));
      await store.asSystem(({ client }) =>
        // Of several workers of a partition the one with the longest life counts.
        client.query(
          `insert into lent_sessions (partition, key_id, wrapped_key, sealed, lent_by, expires_at)
           values ($1, $2, $3, $4, $5, $6) on conflict (partition) do update set key_id = excluded.key_id,
             wrapped_key = excluded.wrapped_key, sealed = excluded.sealed, lent_by = excluded.lent_by,
             expires_at = excluded.expires_at where lent_sessions.expires_at < excluded.expires_at`,
          [partition, master.id, wrapKey(master, key, place(partition)), sealed, lentBy, expiresAt],
        ),
      );
    },
  };
}
