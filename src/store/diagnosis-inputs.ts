// What a diagnosis of permissions is computed from: the role as it was read, the organization's policies with their
// targets, and what our own calls were told. Knows nothing of what it means.
import type { KnownDenial } from "#model/known-denial.ts";
import type { RoleReading, RoleSimulation, UnreadOperation } from "#model/role-inspection.ts";
import type { ScopeGap } from "./harvest-scopes.ts";
import { readKnownDenials } from "./known-denials.ts";
import type { TenantTx } from "./open.ts";

export interface DiagnosisCloud {
  id: string;
  name: string;
  accountId: string;
  partition: string;
  organizationId: string | null;
  /** The unit it is in, or the root. */
  unitId: string | null;
  organizationalPath: string | null;
  /** Since when it is in its unit. */
  placedAt: Date | null;
  state: string;
  stateReason: string | null;
  regions: string[] | null;
  regionsOff: string[] | null;
  /** null: reached by an access key, or not looked at yet. */
  role: DiagnosisRole | null;
}

export interface DiagnosisRole {
  arn: string;
  reading: RoleReading | null;
  /** When it was last read as a whole; null = never. */
  readAt: Date | null;
  triedAt: Date;
  simulation: RoleSimulation | null;
  /** What of it could not be read. */
  unread: UnreadOperation[];
}

const columns = `c.id, c.name, c.account_id as "accountId", c.partition, c.organization_id as "organizationId",
  c.unit_id as "unitId", c.organizational_path as "organizationalPath", c.placed_at as "placedAt", c.state,
  c.state_reason as "stateReason", c.regions, c.regions_off as "regionsOff",
  r.role_arn, r.reading, r.read_at, r.tried_at, r.simulation, r.unread`;
const from = "from clouds c left join role_inspections r on r.tenant_id = c.tenant_id and r.cloud_id = c.id";

type Row = Omit<DiagnosisCloud, "role"> & {
  role_arn: string | null;
  reading: RoleReading | null;
  read_at: Date | null;
  tried_at: Date;
  simulation: RoleSimulation | null;
  unread: UnreadOperation[];
};

function cloudOf(row: Row): DiagnosisCloud {
  const { role_arn: arn, reading, read_at: readAt, tried_at: triedAt, simulation, unread, ...cloud } = row;
  return { ...cloud, role: arn === null ? null : { arn, reading, readAt, triedAt, simulation, unread } };
}

export async function readDiagnosisCloud(tx: TenantTx, cloudId: string): Promise<DiagnosisCloud | null> {
  const { rows } = await tx.client.query<Row>(
    `select ${columns} ${from} where c.tenant_id = $1 and c.id = $2 and c.removed_at is null`,
    [tx.tenantId, cloudId],
  );
  return rows[0] ? cloudOf(rows[0]) : null;
}

/** The organization's clouds in the order of their ids, at most `limit` of them after one. */
export async function readDiagnosisClouds(
  tx: TenantTx,
  organizationId: string,
  after: string,
  limit: number,
): Promise<DiagnosisCloud[]> {
  const { rows } = await tx.client.query<Row>(
    `select ${columns} ${from} where c.tenant_id = $1 and c.organization_id = $2 and c.id > $3 and c.removed_at is null
     order by c.id limit $4`,
    [tx.tenantId, organizationId, after, limit],
  );
  return rows.map(cloudOf);
}

export interface OrganizationPolicy {
  id: string;
  type: string;
  name: string;
  arn: string;
  document: unknown;
  hash: string;
  targets: string[];
  /** When it was first read as it is now. */
  readAt: Date;
}

export interface DiagnosisOrganization {
  id: string;
  awsOrganizationId: string;
  managementAccountId: string;
  rootId: string | null;
  /** When the policies of each type were last read, ISO 8601. */
  policiesRead: Record<string, string>;
  /** What the cloud with the most of them has enabled; for clouds whose own are not known. */
  usualRegions: string[];
  units: Map<string, { id: string; name: string; parentId: string | null; path: string }>;
  policies: OrganizationPolicy[];
}

export async function readDiagnosisOrganization(
  tx: TenantTx,
  organizationId: string,
): Promise<DiagnosisOrganization | null> {
  const values = [tx.tenantId, organizationId];
  const { rows } = await tx.client.query<Omit<DiagnosisOrganization, "units" | "policies" | "usualRegions">>(
    `select id, provider_organization_id as "awsOrganizationId", management_account_id as "managementAccountId",
       root_id as "rootId", policies_read as "policiesRead" from cloud_organizations where tenant_id = $1 and id = $2`,
    values,
  );
  const organization = rows[0];
  if (!organization) return null;
  const units = await tx.client.query<{ id: string; name: string; parentId: string | null; path: string }>(
    `select id, name, parent_id as "parentId", path from organizational_units where tenant_id = $1 and organization_id = $2`,
    values,
  );
  const regions = await tx.client.query<{ regions: string[] }>(
    `select regions from clouds where tenant_id = $1 and organization_id = $2 and regions is not null
     order by cardinality(regions) desc, id limit 1`,
    values,
  );
  const policies = await tx.client.query<OrganizationPolicy>(
    `select id, type, name, arn, document, document_hash as hash, targets, read_at as "readAt"
     from organization_policies where tenant_id = $1 and organization_id = $2 order by id`,
    values,
  );
  return {
    ...organization,
    usualRegions: regions.rows[0]?.regions ?? [],
    units: new Map(units.rows.map((unit) => [unit.id, unit])),
    policies: policies.rows,
  };
}

/** Changes with the organization's policies and with what people acknowledge. null: there is no such organization. */
export async function diagnosisRevision(tx: TenantTx, organizationId: string): Promise<string | null> {
  const { rows } = await tx.client.query<{ revision: string }>(
    `select concat_ws(' ',
       (select concat(count(*), ' ', max(read_at)) from organization_policies where tenant_id = $1 and organization_id = $2),
       (select concat(count(*), ' ', max(acknowledged_at)) from permission_acknowledgements
        where tenant_id = $1 and (until is null or until > now()))) as revision
     from cloud_organizations where tenant_id = $1 and id = $2`,
    [tx.tenantId, organizationId],
  );
  return rows[0]?.revision ?? null;
}

export interface ToldScope {
  type: string;
  region: string;
  completedAt: Date | null;
  triedAt: Date | null;
  gaps: ScopeGap[];
  resources: number;
}

export interface ToldByCalls {
  scopes: ToldScope[];
  denials: KnownDenial[];
}

type ScopeRow = Omit<ToldScope, "completedAt" | "triedAt"> & {
  cloudId: string;
  completedMs: number | null;
  triedMs: number | null;
};

/** By cloud. A cloud has some 300 scopes, so the moments come as numbers: as text they took a tenth of a diagnosis. */
export async function readToldByCalls(tx: TenantTx, cloudIds: string[]): Promise<Map<string, ToldByCalls>> {
  const { rows } = await tx.client.query<ScopeRow>(
    `select cloud_id as "cloudId", type, region, (extract(epoch from completed_at) * 1000)::float8 as "completedMs",
       (extract(epoch from tried_at) * 1000)::float8 as "triedMs", gaps, resource_count as resources
     from harvest_scopes where tenant_id = $1 and cloud_id = any($2) and due_at is not null`,
    [tx.tenantId, cloudIds],
  );
  const denials = await readKnownDenials(tx, cloudIds);
  const told = new Map(
    cloudIds.map((id): [string, ToldByCalls] => [id, { scopes: [], denials: denials.get(id) ?? [] }]),
  );
  for (const { cloudId, completedMs, triedMs, ...scope } of rows)
    told.get(cloudId)?.scopes.push({ ...scope, completedAt: moment(completedMs), triedAt: moment(triedMs) });
  return told;
}

function moment(ms: number | null): Date | null {
  return ms === null ? null : new Date(ms);
}
