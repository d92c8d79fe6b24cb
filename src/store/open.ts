// The only ways to the database: withTenant for everything inside one tenant, under row-level
// security, and asSystem for sign-in and upkeep across tenants. No other handle leaves this file.
import { Kysely, PostgresDialect, type PostgresPoolClient, type Transaction } from "kysely";
import pg from "pg";
import { StartRefused } from "#model/problem.ts";
import type { Database } from "./schema.ts";

/** A transaction; `client` is its pg connection, for COPY and generated SQL. */
export interface Tx {
  db: Transaction<Database>;
  client: pg.PoolClient;
}

export interface TenantTx extends Tx {
  tenantId: string;
}

export interface Store {
  withTenant<T>(tenantId: string, work: (tx: TenantTx) => Promise<T>): Promise<T>;
  asSystem<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
  /** Milliseconds to add to this process's clock to get the database's. */
  clockOffsetMs: number;
  /** Use of the connection pools, for metrics. */
  pools(): { name: string; total: number; idle: number; waiting: number }[];
  close(): Promise<void>;
}

export interface StoreAddresses {
  appUrl: string;
  systemUrl: string;
  /** Connections of the application role; the system role gets a quarter, at least 2. */
  connections?: number;
}

/** The URL with another login. */
export function withLogin(url: string, user: string, password: string): string {
  const changed = new URL(url);
  changed.username = encodeURIComponent(user);
  changed.password = encodeURIComponent(password);
  return changed.href;
}

export async function openStore(addresses: StoreAddresses): Promise<Store> {
  const size = addresses.connections ?? 12;
  const app = openPool(addresses.appUrl, size, "skywarden");
  const system = openPool(addresses.systemUrl, Math.max(2, size >> 2), "skywarden-system");
  const store: Store = {
    withTenant: (tenantId, work) => inTransaction(app, tenantId, (tx) => work({ ...tx, tenantId })),
    asSystem: (work) => inTransaction(system, null, work),
    clockOffsetMs: 0,
    pools: () =>
      Object.entries({ app, system }).map(([name, { totalCount, idleCount, waitingCount }]) => ({
        name,
        total: totalCount,
        idle: idleCount,
        waiting: waitingCount,
      })),
    async close() {
      await Promise.all([app.end(), system.end()]);
    },
  };
  try {
    await refuseWideRole(app);
    store.clockOffsetMs = await clockOffsetMs(app);
  } catch (cause) {
    await store.close();
    throw cause;
  }
  return store;
}

function openPool(connectionString: string, max: number, name: string): pg.Pool {
  const pool = new pg.Pool({ connectionString, max, application_name: name, idleTimeoutMillis: 30_000 });
  // An idle connection that dies is replaced at the next use; without a listener it ends the process.
  pool.on("error", () => undefined);
  return pool;
}

async function inTransaction<T>(
  pool: pg.Pool,
  tenantId: string | null,
  work: (tx: Tx) => Promise<T>,
): Promise<T> {
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    await client.query("begin");
    if (tenantId !== null) await client.query("select set_config('skywarden.tenant', $1, true)", [tenantId]);
    const result = await work({ db: kyselyOn(client), client });
    await client.query("commit");
    return result;
  } catch (cause) {
    await client.query("rollback").catch((error: Error) => {
      broken = error;
    });
    throw cause;
  } finally {
    client.release(broken);
  }
}

/** kysely over the one connection whose transaction is already open; it neither begins nor releases. */
function kyselyOn(client: pg.PoolClient): Transaction<Database> {
  const borrowed: PostgresPoolClient = {
    query: client.query.bind(client) as PostgresPoolClient["query"],
    release: () => undefined,
  };
  const pool = { connect: async () => borrowed, end: async () => undefined, options: {} };
  return new Kysely<Database>({ dialect: new PostgresDialect({ pool }) }) as unknown as Transaction<Database>;
}

/** The application must not be able to see past the policies (design §5). */
async function refuseWideRole(pool: pg.Pool): Promise<void> {
  const { rows } = await pool.query<{ user: string; wide: boolean; owner: boolean }>(
    `select current_user as user, (select rolsuper or rolbypassrls from pg_roles where rolname = current_user) as wide,
       exists (select 1 from pg_tables where schemaname = 'public' and tableowner = current_user) as owner`,
  );
  const role = rows[0];
  if (!role || role.wide || role.owner)
    throw new StartRefused(
      `The database role ${role?.user ?? "?"} can bypass row-level security; Skywarden refuses to run with it. Let it make its own role: give SKYWARDEN_DATABASE_URL a login that may create roles.`,
    );
}

async function clockOffsetMs(pool: pg.Pool): Promise<number> {
  const before = Date.now();
  const { rows } = await pool.query<{ now: Date }>("select clock_timestamp() as now");
  const after = Date.now();
  const now = rows[0]?.now.getTime() ?? after;
  return Math.round(now - (before + after) / 2);
}
