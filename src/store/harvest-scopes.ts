// Harvest scopes as people see them: state, age, gaps.
import { sql } from "kysely";
import type { KnownDenial } from "#model/known-denial.ts";
import type { Gap } from "#model/resource.ts";
import { readKnownDenials } from "./known-denials.ts";
import type { TenantTx } from "./open.ts";

export interface ScopeGap extends Omit<Gap, "deniedBy"> {
  /** How many resources of the scope it covers. */
  resources: number;
}

export interface HarvestState {
  scopesDone: number;
  scopesDue: number;
  scopesInGap: number;
  regions: string[];
  items: {
    type: string;
    region: string;
    state: "due" | "running" | "complete" | "gap";
    lastCompletedAt: string | null;
    lastTriedAt: string | null;
    resourceCount: number;
    gaps: ShownGap[];
  }[];
}

/** When AWS was asked last and will be asked next, where that is not with every harvest. */
interface ShownGap extends ScopeGap {
  lastTriedAt: string | null;
  nextTryAt: string | null;
}

interface ScopeRow {
  type: string;
  region: string;
  is_due: boolean;
  is_running: boolean;
  completed_at: Date | null;
  tried_at: Date | null;
  gap_since: Date | null;
  gaps: ScopeGap[];
  resource_count: number;
}

export async function readHarvest(tx: TenantTx, cloudId: string): Promise<HarvestState> {
  // A scope that is due while a worker holds the cloud is one of those it is at.
  const { rows } = await sql<ScopeRow>`
    select s.type, s.region, s.due_at <= now() as is_due, s.completed_at, s.tried_at, s.gap_since, s.gaps, s.resource_count,
      coalesce(l.until > now(), false) as is_running
    from harvest_scopes s left join cloud_leases l on l.tenant_id = s.tenant_id and l.cloud_id = s.cloud_id
    where s.tenant_id = ${tx.tenantId} and s.cloud_id = ${cloudId} order by s.type, s.region`.execute(tx.db);
  const { regions } = await tx.db
    .selectFrom("clouds")
    .select("regions")
    .where("tenant_id", "=", tx.tenantId)
    .where("id", "=", cloudId)
    .executeTakeFirstOrThrow();
  const denials = (await readKnownDenials(tx, [cloudId])).get(cloudId) ?? [];
  return {
    scopesDone: rows.filter((row) => row.completed_at !== null && !row.is_due).length,
    scopesDue: rows.filter((row) => row.is_due).length,
    scopesInGap: rows.filter((row) => row.gap_since !== null).length,
    regions: regions ?? [],
    items: rows.map((row) => ({
      type: row.type,
      region: row.region,
      state: scopeState(row),
      lastCompletedAt: row.completed_at?.toISOString() ?? null,
      lastTriedAt: row.tried_at?.toISOString() ?? null,
      resourceCount: row.resource_count,
      gaps: row.gaps.map((gap) => gapOf(gap, row.region, denials)),
    })),
  };
}

function scopeState(row: ScopeRow): "due" | "running" | "complete" | "gap" {
  if (row.is_due) return row.is_running ? "running" : "due";
  if (row.gap_since !== null) return "gap";
  return row.completed_at === null ? "due" : "complete";
}

function gapOf(gap: ScopeGap, scopeRegion: string, denials: readonly KnownDenial[]): ShownGap {
  const { path, operation, code, reason, message, resources } = gap;
  // What a global scope names may lie, and be asked for, in any region.
  const known = denials.filter(
    (denial) => denial.operation === operation && (scopeRegion === "global" || denial.region === scopeRegion),
  );
  const instants = (of: "triedAt" | "nextTryAt") => known.map((denial) => denial[of].getTime());
  return {
    path,
    operation,
    code,
    reason,
    message,
    resources,
    lastTriedAt: known.length > 0 ? new Date(Math.max(...instants("triedAt"))).toISOString() : null,
    nextTryAt: known.length > 0 ? new Date(Math.min(...instants("nextTryAt"))).toISOString() : null,
  };
}
