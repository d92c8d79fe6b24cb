// What this release needs of a role and the role's policies do not list. A plain match of action names: that an action
// is listed does not mean that it is allowed, and one that is not listed is not said to be denied.
import type { Catalog } from "#catalog/load.ts";
import { permissionReleases } from "#catalog/released-permissions.ts";
import type { RoleJudgement, RolePolicy, RoleReading } from "#model/role-inspection.ts";
import { coreActions, diagnosisActions, ownRoleActions } from "./organization-actions.ts";
import { baselineOf, differencesOf } from "./role-drift.ts";
import { roleInspectionActions } from "./role-inspection-actions.ts";
import { trustWarnings } from "./role-trust.ts";
import { type TemplateReleases, templateReleases } from "./template-releases.ts";
import {
  type GrantStatement,
  namedIn,
  plainlyAllowedBy,
  statementsOfManaged,
} from "./templates/managed-policies.ts";
import { regionActions } from "./templates/role-model.ts";
import { hashOf } from "./templates/template-version.ts";

/** What a role is held against. */
export interface UpkeepParts {
  /** Of the catalog's resource types. */
  harvestActions: readonly string[];
  releases: TemplateReleases;
}
const held = new WeakMap<Catalog, UpkeepParts>();

/** Made once a process: it holds every role type against AWS's policies. */
export function upkeepParts(catalog: Catalog): UpkeepParts {
  let parts = held.get(catalog);
  if (!parts) {
    const harvestActions = catalog.allHarvestActions();
    parts = { harvestActions, releases: templateReleases(permissionReleases, harvestActions) };
    held.set(catalog, parts);
  }
  return parts;
}

type RoleNeeds = Pick<UpkeepParts, "harvestActions">;

export interface ListedActions {
  /** Listed by no statement that allows. */
  missing: string[];
  /** Listed, but under a condition, or for some resources only. */
  limited: string[];
}

/** Sorted. */
export function neededActions({ harvestActions }: RoleNeeds): string[] {
  return [...new Set([...harvestActions, ...regionActions, ...roleInspectionActions])].sort();
}

export function listedActions({ policies }: RoleReading, needs: RoleNeeds): ListedActions {
  const statements = policies.flatMap(grantsOf);
  const isPlain = plainlyAllowedBy(statements);
  const isNamed = namedIn(statements);
  const lacking = neededActions(needs).filter((action) => !isPlain(action));
  // Either of the two tells the enabled regions.
  const lacksRegions = regionActions.every((action) => lacking.includes(action));
  const open = lacking.filter((action) => lacksRegions || !regionActions.includes(action));
  return { missing: open.filter((action) => !isNamed(action)), limited: open.filter(isNamed) };
}

/** Of the organization role: where one action of several is enough, none is listed. */
function lackedByOrganizationRole({ policies }: RoleReading): string[] {
  const isNamed = namedIn(policies.flatMap(grantsOf));
  const single = [...ownRoleActions, "iam:SimulatePrincipalPolicy"].map((action) => ({ actions: [action] }));
  return [...coreActions, ...diagnosisActions, ...single]
    .filter(({ actions }) => !actions.some(isNamed))
    .flatMap(({ actions }) => actions)
    .sort();
}

function grantsOf({ name, document }: RolePolicy): GrantStatement[] {
  const given =
    document === null ? statementsOfManaged(name) : (document as { Statement?: unknown }).Statement;
  return ([given ?? []].flat() as GrantStatement[]).filter(({ Effect }) => Effect === "Allow");
}

/** Changes with what roles are held against, so that readings of an earlier release are judged again. */
export function judgingRelease({ harvestActions, releases }: UpkeepParts): string {
  return hashOf(JSON.stringify([harvestActions, releases.versions]));
}

export interface JudgedRole {
  accountId: string;
  /** What the last judgement held the template's choices against. */
  before: RoleJudgement["baseline"];
  serves: "cloud" | "organization";
}

/**
 * `isWhole`: every policy was read; otherwise what was read cannot show that something lacks or was changed.
 */
export function judgeRole(
  parts: UpkeepParts,
  reading: RoleReading,
  isWhole: boolean,
  { accountId, before, serves }: JudgedRole,
): RoleJudgement {
  const { template } = reading;
  const missing =
    serves === "organization" ? lackedByOrganizationRole(reading) : listedActions(reading, parts).missing;
  const known = template === null ? null : parts.releases.find(template);
  const isComparable = known?.model.trust === "platform";
  const baseline =
    template === null || !isComparable
      ? null
      : before?.template === template
        ? before
        : baselineOf(reading, template);
  const differences = known && baseline ? differencesOf(reading, known.model, baseline) : [];
  return {
    judgedBy: judgingRelease(parts),
    template,
    missing: isWhole || missing.length === 0 ? missing : null,
    differences: differences.filter(({ part }) => isWhole || part !== "policies"),
    warnings: trustWarnings(reading.trust, accountId),
    baseline,
  };
}
