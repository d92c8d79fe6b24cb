// What stands in the tables of a benchmark's database, read and emptied past the policies.
import pg from "pg";

/** Without tenants, and all that is theirs. */
export function emptyTables(url: string): Promise<void> {
  return asOwner(url, async (owner) => {
    await owner.query(`truncate tenants, ${(await tenantTables(owner)).join(", ")} cascade`);
  });
}

/** Of every row of every tenant's table: equal if and only if none was written in between. */
export function rowVersions(url: string, except: readonly string[]): Promise<Map<string, string>> {
  return asOwner(url, async (owner) => {
    const versions = new Map<string, string>();
    for (const name of await tenantTables(owner)) {
      if (except.includes(name)) continue;
      const { rows } = await owner.query<{ version: string }>(
        `select count(*) || ' ' || md5(coalesce(string_agg(ctid::text || xmin::text, ',' order by ctid), '')) as version
         from ${name}`,
      );
      versions.set(name, rows[0]?.version ?? "");
    }
    return versions;
  });
}

/** Units without the root, and how many targets each policy has. */
export function storedTree(url: string): Promise<{ units: number; targets: number[] }> {
  return asOwner(url, async (owner) => {
    const { rows: units } = await owner.query("select from organizational_units where parent_id is not null");
    const { rows } = await owner.query<{ n: number }>(
      "select cardinality(targets) as n from organization_policies",
    );
    return { units: units.length, targets: rows.map(({ n }) => n) };
  });
}

async function asOwner<T>(connectionString: string, work: (owner: pg.Client) => Promise<T>): Promise<T> {
  const owner = new pg.Client({ connectionString });
  await owner.connect();
  try {
    return await work(owner);
  } finally {
    await owner.end();
  }
}

async function tenantTables(owner: pg.Client): Promise<string[]> {
  const { rows } = await owner.query<{ name: string }>(
    `select distinct quote_ident(table_name) as name from information_schema.columns
     join information_schema.tables using (table_schema, table_name)
     where table_schema = 'public' and column_name = 'tenant_id' and table_type = 'BASE TABLE'`,
  );
  return rows.map(({ name }) => name);
}
