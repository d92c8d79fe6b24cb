// Findings: a fail of an insight on a resource, open or closed.
import { shortHash } from "./resource.ts";
import { type Severity, severities } from "./verdict.ts";

export function findingId(tenantId: string, resourceId: string, insightId: string): string {
  return `fnd_${shortHash([tenantId, resourceId, insightId])}`;
}

/** 0 critical … 4 info. */
export function severityRank(severity: Severity): number {
  return severities.indexOf(severity);
}
