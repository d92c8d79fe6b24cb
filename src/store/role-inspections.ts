// What is known of the roles that clouds are reached by: the last reading, and what was made of it.
import type { RoleInspection } from "#model/role-inspection.ts";
import { announce } from "./changes.ts";
import type { TenantTx } from "./open.ts";

const columns = `role_arn as "roleArn", tried_at as "triedAt", next_at as "nextAt", read_at as "readAt", reading, unread,
  simulation, judged_by as "judgedBy", template, missing, differences, warnings, drift_since as "driftSince", baseline, accepted`;

const ofCloud = { table: "role_inspections", key: "cloud_id" };
const ofOrganization = { table: "organization_role_inspections", key: "organization_id" };

export const readRoleInspection = (tx: TenantTx, cloudId: string) => readFrom(tx, ofCloud, cloudId);
export const readOrganizationRole = (tx: TenantTx, organizationId: string) =>
  readFrom(tx, ofOrganization, organizationId);

export async function saveRoleInspection(tx: TenantTx, cloudId: string, row: RoleInspection): Promise<void> {
  await saveTo(tx, ofCloud, cloudId, row);
  await announce(tx, "cloud", cloudId);
}

export async function saveOrganizationRole(tx: TenantTx, id: string, row: RoleInspection): Promise<void> {
  await saveTo(tx, ofOrganization, id, row);
  await announce(tx, "cloud");
}

async function readFrom(
  tx: TenantTx,
  { table, key }: typeof ofCloud,
  id: string,
): Promise<RoleInspection | null> {
  const { rows } = await tx.client.query<RoleInspection>(
    `select ${columns} from ${table} where tenant_id = $1 and ${key} = $2`,
    [tx.tenantId, id],
  );
  return rows[0] ?? null;
}

async function saveTo(
  tx: TenantTx,
  { table, key }: typeof ofCloud,
  id: string,
  row: RoleInspection,
): Promise<void> {
  await tx.client.query(
    `insert into ${table} (tenant_id, ${key}, role_arn, tried_at, next_at, read_at, reading, unread, judged_by,
       template, missing, differences, warnings, drift_since, baseline, accepted, simulation)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
     on conflict (tenant_id, ${key}) do update set role_arn = excluded.role_arn, tried_at = excluded.tried_at,
       next_at = excluded.next_at, read_at = excluded.read_at, reading = excluded.reading, unread = excluded.unread,
       judged_by = excluded.judged_by, template = excluded.template, missing = excluded.missing,
       differences = excluded.differences, warnings = excluded.warnings, drift_since = excluded.drift_since,
       baseline = excluded.baseline, accepted = excluded.accepted, simulation = excluded.simulation`,
    [
      tx.tenantId,
      id,
      row.roleArn,
      row.triedAt,
      row.nextAt,
      row.readAt,
      row.reading && JSON.stringify(row.reading),
      JSON.stringify(row.unread),
      row.judgedBy,
      row.template,
      row.missing,
      JSON.stringify(row.differences),
      JSON.stringify(row.warnings),
      row.driftSince,
      row.baseline && JSON.stringify(row.baseline),
      row.accepted,
      row.simulation && JSON.stringify(row.simulation),
    ],
  );
}

export async function acceptDifferences(tx: TenantTx, cloudId: string, texts: string[]): Promise<void> {
  await tx.client.query(
    `update role_inspections r set accepted = a.texts,
       drift_since = case when exists (select from jsonb_array_elements(r.differences) as d where d->>'text' <> all(a.texts))
         then drift_since end
     from (select array(select distinct unnest(accepted || $3::text[])) as texts from role_inspections
       where tenant_id = $1 and cloud_id = $2) as a
     where r.tenant_id = $1 and r.cloud_id = $2`,
    [tx.tenantId, cloudId, texts],
  );
  await announce(tx, "cloud", cloudId);
}

/** With the next harvest. */
export async function inspectRoleNow(tx: TenantTx, cloudId: string): Promise<void> {
  await tx.client.query(
    "update role_inspections set next_at = now() where tenant_id = $1 and cloud_id = $2",
    [tx.tenantId, cloudId],
  );
}

/** A person has asked for it, or a day has passed. */
export async function isInspectionDue(tx: TenantTx, cloudId: string): Promise<boolean> {
  const { rowCount } = await tx.client.query(
    "select from role_inspections where tenant_id = $1 and cloud_id = $2 and next_at <= now()",
    [tx.tenantId, cloudId],
  );
  return rowCount === 1;
}

/** A cloud reached by an access key has no role to inspect. */
export async function forgetRoleInspection(tx: TenantTx, cloudId: string): Promise<void> {
  await tx.client.query("delete from role_inspections where tenant_id = $1 and cloud_id = $2", [
    tx.tenantId,
    cloudId,
  ]);
}

/** Of the StackSet that made most of an organization's roles, as CloudFormation's tags name it; null: none is known. */
export async function stackSetNameOf(tx: TenantTx, organizationId: string): Promise<string | null> {
  const { rows } = await tx.client.query<{ name: string }>(
    `select substring(r.reading->>'stackName' from '^StackSet-(.+)-[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$') as name
     from role_inspections r join clouds c on c.tenant_id = r.tenant_id and c.id = r.cloud_id
     where r.tenant_id = $1 and c.organization_id = $2 and c.removed_at is null and r.reading->>'stackName' like 'StackSet-%'
     group by 1 order by count(*) desc, 1 limit 1`,
    [tx.tenantId, organizationId],
  );
  return rows[0]?.name ?? null;
}

export interface RoleGroup extends SomeClouds {
  /** Template of the roles; null = by hand. */
  template: string | null;
  /** Of one of the roles, where CloudFormation says so. */
  stackName: string | null;
  missing: string[];
}

export interface SomeClouds {
  clouds: number;
  /** The first of them by name. */
  examples: { id: string; name: string }[];
}

export interface OrganizationRoles {
  clouds: number;
  inspected: number;
  byHand: number;
  unreadable: number;
  drifted: SomeClouds;
  unsafeTrust: SomeClouds;
  /** Roles that lack the same actions, the most first. */
  lacking: RoleGroup[];
  templates: { template: string; clouds: number }[];
}

const examples =
  "coalesce((array_agg(json_build_object('id', c.id, 'name', c.name) order by c.name))[1:10], '{}') as examples";
const shownGroups = 50;

export async function readOrganizationRoles(
  tx: TenantTx,
  organizationId: string,
): Promise<OrganizationRoles> {
  const values = [tx.tenantId, organizationId];
  const inspected = `from clouds c join role_inspections r on r.tenant_id = c.tenant_id and r.cloud_id = c.id
    where c.tenant_id = $1 and c.organization_id = $2 and c.removed_at is null`;
  const { rows: sums } = await tx.client.query<
    Pick<OrganizationRoles, "inspected" | "byHand" | "unreadable">
  >(
    `select count(*) filter (where r.reading is not null)::int as inspected,
       count(*) filter (where r.reading is not null and r.template is null)::int as "byHand",
       count(*) filter (where r.unread <> '[]')::int as unreadable ${inspected}`,
    values,
  );
  const { rows: lacking } = await tx.client.query<RoleGroup>(
    `select r.template, r.missing, min(r.reading->>'stackName') as "stackName", count(*)::int as clouds, ${examples} ${inspected} and r.missing <> '{}' group by 1, 2 order by clouds desc, r.missing limit ${shownGroups}`,
    values,
  );
  const some = async (condition: string): Promise<SomeClouds> => {
    const { rows } = await tx.client.query<SomeClouds>(
      `select count(*)::int as clouds, ${examples} ${inspected} and ${condition}`,
      values,
    );
    return rows[0] ?? { clouds: 0, examples: [] };
  };
  const { rows: templates } = await tx.client.query<{ template: string; clouds: number }>(
    `select r.template, count(*)::int as clouds ${inspected} and r.template is not null group by 1 order by 2 desc, 1 limit ${shownGroups}`,
    values,
  );
  const { rows: all } = await tx.client.query<{ clouds: number }>(
    "select count(*)::int as clouds from clouds where tenant_id = $1 and organization_id = $2 and removed_at is null",
    values,
  );
  const [sum, total] = [sums[0], all[0]];
  if (!sum || !total) throw new Error("a count has a row");
  const drifted = await some("r.drift_since is not null");
  const unsafeTrust = await some("r.warnings <> '[]'");
  return { ...sum, clouds: total.clouds, lacking, templates, drifted, unsafeTrust };
}
