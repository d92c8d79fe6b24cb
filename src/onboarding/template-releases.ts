// Which release made a template, by the version that a role carries. Templates of earlier releases are made again from
// the permissions that those needed; one that comes out otherwise by now is not known any more.
import type { PermissionRelease } from "#catalog/released-permissions.ts";
import { type RoleModel, type RoleName, roleModel } from "./templates/role-model.ts";
import { templateVersion } from "./templates/template-version.ts";

export interface KnownTemplate {
  version: string;
  release: string;
  model: RoleModel;
  isCurrent: boolean;
}

export interface TemplateReleases {
  /** What this release makes. */
  current(name: RoleName): KnownTemplate;
  find(version: string): KnownTemplate | null;
  /** The first release that needs the action. */
  releaseOf(action: string): string | null;
  /** All that are known. */
  versions: string[];
}

export function templateReleases(
  releases: readonly PermissionRelease[],
  harvestActions: readonly string[],
): TemplateReleases {
  const byVersion = new Map<string, KnownTemplate>();
  const firsts = new Map<string, string>();
  const needed = new Set<string>();
  for (const { release, adds, drops } of releases) {
    for (const action of drops) needed.delete(action);
    for (const action of adds) {
      needed.add(action);
      if (!firsts.has(action)) firsts.set(action, release);
    }
    add(byVersion, roleModel("member-role", [...needed].sort()), release, false);
  }
  const last = releases.at(-1)?.release ?? "unreleased";
  const names: RoleName[] = ["organization-role", "member-role", "install-role"];
  const current = new Map(
    names.map((name) => [name, add(byVersion, roleModel(name, harvestActions), last, true)]),
  );
  return {
    current: (name) => current.get(name) as KnownTemplate,
    find: (version) => byVersion.get(version) ?? null,
    releaseOf: (action) => firsts.get(action) ?? null,
    versions: [...byVersion.keys()].sort(),
  };
}

function add(
  to: Map<string, KnownTemplate>,
  model: RoleModel,
  release: string,
  isCurrent: boolean,
): KnownTemplate {
  const version = templateVersion(model);
  // What an earlier release made just so is that release's.
  const known = { version, release: to.get(version)?.release ?? release, model, isCurrent };
  to.set(version, known);
  return known;
}
