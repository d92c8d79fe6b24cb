// The role of a cloud as people see it: what was read of it, what follows, and what to do.
import type { Catalog } from "#catalog/load.ts";
import type { RoleInspection } from "#model/role-inspection.ts";
import { blindnessOf } from "./role-blindness.ts";
import { type MendedRole, mendOf } from "./role-mend.ts";
import { listedActions, type UpkeepParts, upkeepParts } from "./role-upkeep.ts";
import type { AssumedRole } from "./templates/kept-parameters.ts";
import type { RoleName } from "./templates/role-model.ts";

export function shownTemplate({ releases }: Pick<UpkeepParts, "releases">, version: string | null) {
  if (version === null) return null;
  const known = releases.find(version);
  return { version, release: known?.release ?? null, isCurrent: known?.isCurrent ?? false };
}

export function roleSummary(catalog: Catalog, role: RoleInspection) {
  return {
    madeBy: makerOf(role),
    template: shownTemplate(upkeepParts(catalog), role.template),
    missingActions: role.missing?.length ?? null,
    driftSince: role.driftSince?.toISOString() ?? null,
    warnings: role.warnings.length,
    inspectedAt: role.triedAt.toISOString(),
  };
}

function makerOf({ reading }: RoleInspection): "template" | "hand" | "unknown" {
  if (reading === null) return "unknown";
  return reading.template === null ? "hand" : "template";
}

/** What the role serves: an organization, a member account of one, or an account that has a stack of its own. */
export type RoleUse = "organization" | "member" | "own-stack";

export async function shownRole(catalog: Catalog, role: RoleInspection, use: RoleUse) {
  const parts = upkeepParts(catalog);
  const { reading, missing, differences } = role;
  const needsMending = (missing?.length ?? 0) > 0 || role.driftSince !== null;
  return {
    roleArn: role.roleArn,
    madeBy: makerOf(role),
    template: shownTemplate(parts, role.template),
    currentTemplate: parts.releases.current(nameOf(role.template) ?? usualName(use)).version,
    inspectedAt: role.triedAt.toISOString(),
    nextInspectionAt: role.nextAt.toISOString(),
    readAt: role.readAt?.toISOString() ?? null,
    unread: role.unread.map(({ operation, code, message }) => ({ operation, code, message })),
    missing: missing?.map((action) => ({ action, release: parts.releases.releaseOf(action) })) ?? null,
    limited: reading && use !== "organization" ? listedActions(reading, parts).limited : [],
    blind: await blindnessOf(catalog, missing ?? []),
    differences: differences.map(({ part, text }) => ({
      part,
      text,
      accepted: role.accepted.includes(text),
    })),
    driftSince: role.driftSince?.toISOString() ?? null,
    warnings: role.warnings,
    mend: needsMending ? mendOfRole(parts, role, use) : null,
  };
}

const usualName = (use: RoleUse): AssumedRole =>
  use === "organization" ? "organization-role" : "member-role";

function mendOfRole(parts: UpkeepParts, role: RoleInspection, use: RoleUse) {
  const { roleArn, template, reading, missing } = role;
  return mendOf({
    roleArn,
    name: nameOf(template),
    isCurrent: shownTemplate(parts, template)?.isCurrent ?? false,
    reading: { stackName: reading?.stackName ?? null },
    missing: missing ?? [],
    isMember: use === "member",
    usualName: usualName(use),
  });
}

export async function shownLack(
  catalog: Catalog,
  { template, missing, stackName }: { template: string | null; missing: string[]; stackName: string | null },
) {
  const shown = shownTemplate(upkeepParts(catalog), template);
  const role: MendedRole = {
    roleArn: "role/YOUR-ROLE",
    name: nameOf(template),
    isCurrent: shown?.isCurrent ?? false,
    reading: { stackName },
    missing,
    isMember: true,
    usualName: "member-role",
  };
  return {
    template: shown,
    missing,
    ...(await blindnessOf(catalog, missing)),
    mend: mendOf(role),
  };
}

/** "member-role:0123456789ab" → "member-role"; a name that no template has is nobody's template. */
function nameOf(version: string | null): RoleName | null {
  const name = version?.split(":")[0];
  return name === "organization-role" || name === "member-role" || name === "install-role" ? name : null;
}
