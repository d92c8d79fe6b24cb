// What each role may do. Routes name one permission each; roles are sets of permissions (E9).
import type { Role } from "./cloud.ts";

export const permissions = [
  /** Signed in, nothing more. */
  "self",
  "estate:read",
  "clouds:write",
  "badges:write",
  "harvest:run",
  "external-id:read",
  "external-id:rotate",
  /** Connecting a cloud organization: domain administrators only (S38). */
  "organizations:write",
  "users:read",
  "users:write",
  "api-keys:write",
  "audit:read",
  "tenants:write",
  /** The installation's own credentials. */
  "platform:write",
] as const;
export type Permission = (typeof permissions)[number];

const viewer: Permission[] = ["self", "estate:read"];
const tenantAdmin: Permission[] = [
  ...viewer,
  "clouds:write",
  "badges:write",
  "harvest:run",
  "external-id:read",
  "external-id:rotate",
  "users:read",
  "users:write",
  "api-keys:write",
  "audit:read",
];

const permissionsOf: Record<Role, ReadonlySet<Permission>> = {
  "basic-user": new Set(["self"]),
  viewer: new Set(viewer),
  "tenant-admin": new Set(tenantAdmin),
  "domain-admin": new Set(permissions),
};

export function roleMay(role: Role, permission: Permission): boolean {
  return permissionsOf[role].has(permission);
}
