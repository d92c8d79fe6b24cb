// Sealing of a tenant's secrets with its own data key, which the master key wraps. Destroying a
// tenant's row destroys its key. Data keys are kept in memory once unwrapped, never logged.
import { type MasterKey, open, seal, unwrapKey } from "#secrets.ts";
import type { TenantTx } from "./open.ts";

export interface Vault {
  /** `place` binds the secret to where it is kept, for example "organization/<id>". */
  seal(tx: TenantTx, value: unknown, place: string): Promise<Buffer>;
  open<T>(tx: TenantTx, sealed: Buffer, place: string): Promise<T>;
}

export function openVault(master: MasterKey): Vault {
  const keys = new Map<string, Buffer>();

  async function dataKey(tx: TenantTx): Promise<Buffer> {
    const known = keys.get(tx.tenantId);
    if (known) return known;
    const row = await tx.db
      .selectFrom("tenants")
      .select("wrapped_key")
      .where("id", "=", tx.tenantId)
      .executeTakeFirstOrThrow();
    const key = unwrapKey(master, row.wrapped_key, tx.tenantId);
    keys.set(tx.tenantId, key);
    return key;
  }

  return {
    seal: async (tx, value, place) =>
      seal(await dataKey(tx), JSON.stringify(value), `${tx.tenantId}/${place}`),
    open: async (tx, sealed, place) => JSON.parse(open(await dataKey(tx), sealed, `${tx.tenantId}/${place}`)),
  };
}
