// How a cloud that is connected by itself is reached. Sealed as one block; never sent back but for what E24 allows.
import type { RoleSettings } from "./organization.ts";

/** host: the installation's own role assumes; user-key: a stored key assumes; access-key: a stored key acts itself. */
export const cloudSources = ["host", "user-key", "access-key"] as const;
export type CloudSource = (typeof cloudSources)[number];

export interface CloudCredentials {
  source: CloudSource;
  /** null with an access key. */
  role: RoleSettings | null;
  /** The role is the installation's own: its credentials are used as they are, nothing is assumed (E21). */
  isOwnRole: boolean;
  /** One of this cloud alone; null: the tenant's own, or none. */
  externalId: string | null;
  /** The role is assumed with the tenant's external id, whatever that is at the time. */
  usesTenantExternalId: boolean;
  accessKeyId: string | null;
  secretAccessKey: string | null;
}

/** Whose name stands in messages about this access. */
export function principalName({ role, accessKeyId }: CloudCredentials): string {
  return role?.arn ?? `access key ${accessKeyId}`;
}
