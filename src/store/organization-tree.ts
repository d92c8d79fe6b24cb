// Units, paths and policies of an organization as the last sync read them.
import { createHash } from "node:crypto";
import type { ListedUnit } from "#model/organization.ts";
import { probeDenials } from "./known-denials.ts";
import type { TenantTx } from "./open.ts";

/** Path of names from the root: "/Root/Workloads/Prod". `units` has parents before children. */
export function namePaths(root: ListedUnit, units: ListedUnit[]): Map<string, string> {
  const paths = new Map([[root.id, `/${root.name}`]]);
  for (const unit of units) paths.set(unit.id, `${paths.get(unit.parentId ?? root.id) ?? ""}/${unit.name}`);
  return paths;
}

export async function saveTree(
  tx: TenantTx,
  organizationId: string,
  root: ListedUnit,
  units: ListedUnit[],
): Promise<void> {
  const all = [root, ...units];
  const values = [tx.tenantId, organizationId];
  await writeUnits(tx, organizationId, all, namePaths(root, units));
  await tx.client.query(
    "delete from organizational_units where tenant_id = $1 and organization_id = $2 and not id = any($3)",
    [...values, all.map((unit) => unit.id)],
  );
  await placeClouds(tx, organizationId);
  await tx.client.query(
    "update cloud_organizations set root_id = $3 where tenant_id = $1 and id = $2 and root_id is distinct from $3",
    [...values, root.id],
  );
}

/** Of a part of the tree: parents before children, the first ones the root's or known. Takes none away. */
export async function addUnits(tx: TenantTx, organizationId: string, units: ListedUnit[]): Promise<void> {
  const known = await knownUnits(tx, organizationId);
  const paths = new Map([...known.values()].map(({ id, path }) => [id, path]));
  for (const { id, name, parentId } of units)
    paths.set(id, `${parentId === null ? "" : paths.get(parentId)}/${name}`);
  await writeUnits(tx, organizationId, units, paths);
  await placeClouds(tx, organizationId);
}

async function writeUnits(
  tx: TenantTx,
  organizationId: string,
  units: ListedUnit[],
  paths: ReadonlyMap<string, string>,
): Promise<void> {
  await tx.client.query(
    `insert into organizational_units as u (tenant_id, organization_id, id, name, parent_id, path)
     select $1, $2, * from unnest($3::text[], $4::text[], $5::text[], $6::text[])
     on conflict (tenant_id, organization_id, id) do update set
       name = excluded.name, parent_id = excluded.parent_id, path = excluded.path
     where (u.name, u.parent_id, u.path) is distinct from (excluded.name, excluded.parent_id, excluded.path)`,
    [
      tx.tenantId,
      organizationId,
      units.map((unit) => unit.id),
      units.map((unit) => unit.name),
      units.map((unit) => unit.parentId),
      units.map((unit) => paths.get(unit.id)),
    ],
  );
}

/** Writes their unit's path on the clouds of the organization, or on some of them. */
export async function placeClouds(
  tx: TenantTx,
  organizationId: string,
  cloudIds: string[] | null = null,
): Promise<void> {
  const { rows } = await tx.client.query<{ id: string }>(
    `update clouds c set organizational_path = u.path, placed_at = now(), changed_at = now() from organizational_units u
     where c.tenant_id = $1 and c.organization_id = $2 and u.tenant_id = $1 and u.organization_id = $2
       and u.id = c.unit_id and c.organizational_path is distinct from u.path ${cloudIds ? "and c.id = any($3)" : ""}
     returning c.id`,
    [tx.tenantId, organizationId, ...(cloudIds ? [cloudIds] : [])],
  );
  // Where it is now, other policies bind it.
  await probeDenials(tx, { cloudIds: rows.map(({ id }) => id) });
}

export type KnownUnits = ReadonlyMap<string, ListedUnit & { path: string }>;

/** Root and units by id, as the last sync saw them. */
export async function knownUnits(tx: TenantTx, organizationId: string): Promise<KnownUnits> {
  const rows = await tx.db
    .selectFrom("organizational_units")
    .select(["id", "name", "parent_id as parentId", "path"])
    .where("tenant_id", "=", tx.tenantId)
    .where("organization_id", "=", organizationId)
    .execute();
  return new Map(rows.map((row) => [row.id, row]));
}

export interface PolicyRow {
  id: string;
  type: string;
  name: string;
  arn: string;
  awsManaged: boolean;
  document: string;
  targets: string[];
}

/** Replaces the policies of the types that were read; a type that could not be read keeps what is known. */
export async function savePolicies(
  tx: TenantTx,
  organizationId: string,
  types: string[],
  policies: PolicyRow[],
): Promise<void> {
  const rows = policies.map((policy) => ({
    ...policy,
    hash: createHash("sha256").update(policy.document).digest("hex"),
  }));
  const { rowCount: written } = await tx.client.query(
    `insert into organization_policies as p (tenant_id, organization_id, id, type, name, arn, aws_managed, document_hash, document, targets, read_at)
     select $1, $2, r.id, r.type, r.name, r.arn, r.aws_managed, r.hash, r.document,
       (select coalesce(array_agg(t order by t), '{}') from jsonb_array_elements_text(r.targets) as t), now()
     from unnest($3::text[], $4::text[], $5::text[], $6::text[], $7::boolean[], $8::text[], $9::jsonb[], $10::jsonb[])
       as r (id, type, name, arn, aws_managed, hash, document, targets)
     on conflict (tenant_id, organization_id, id) do update set
       name = excluded.name, document_hash = excluded.document_hash, document = excluded.document,
       targets = excluded.targets, read_at = excluded.read_at
     where (p.name, p.document_hash, p.targets) is distinct from (excluded.name, excluded.document_hash, excluded.targets)`,
    [
      tx.tenantId,
      organizationId,
      rows.map((row) => row.id),
      rows.map((row) => row.type),
      rows.map((row) => row.name),
      rows.map((row) => row.arn),
      rows.map((row) => row.awsManaged),
      rows.map((row) => row.hash),
      // A document that AWS keeps but that is no JSON is kept as text.
      rows.map((row) => (isJson(row.document) ? row.document : JSON.stringify(row.document))),
      rows.map((row) => JSON.stringify(row.targets)),
    ],
  );
  const { rowCount: deleted } = await tx.client.query(
    "delete from organization_policies where tenant_id = $1 and organization_id = $2 and type = any($3) and not id = any($4)",
    [tx.tenantId, organizationId, types, rows.map((row) => row.id)],
  );
  await tx.client.query(
    `update cloud_organizations set policies_read = policies_read || coalesce(
       (select jsonb_object_agg(type, now()) from unnest($3::text[]) as type), '{}')
     where tenant_id = $1 and id = $2`,
    [tx.tenantId, organizationId, types],
  );
  if (written || deleted) await probeDenials(tx, { organizationId });
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
