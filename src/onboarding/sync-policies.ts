// The policies of a sync: read beside its accounts, for they serve the diagnosis only. What cannot be read is a warning.
import { savePolicies } from "#store/organization-tree.ts";
import type { Reading } from "./organization-reader.ts";
import { policyTypes, type ReadPolicy, readPolicies } from "./read-policies.ts";
import { inOrganization, type SyncedOrganization, type SyncParts } from "./sync-parts.ts";

/** Reads at once, and stores when it is known whose organization it is. Returns the warnings. */
export async function syncPolicies(
  parts: SyncParts,
  organization: SyncedOrganization,
  opening: Promise<Reading<unknown>>,
): Promise<string[]> {
  const warnings: string[] = [];
  const read: string[] = [];
  const policies: ReadPolicy[] = [];
  const readings = policyTypes.map(async (type) => ({
    type,
    reading: await readPolicies(parts.reader, type),
  }));
  for (const { type, reading } of await Promise.all(readings)) {
    if (reading.ok) policies.push(...reading.value);
    // A type that is switched off has no policies in force.
    if (reading.ok || reading.error.code === "PolicyTypeNotEnabledException") read.push(type);
    else warnings.push(`Policies of type ${type} could not be read: ${reading.error.message}`);
  }
  if ((await opening).ok)
    await inOrganization(parts, organization, (tx) => savePolicies(tx, organization.id, read, policies));
  return warnings;
}
