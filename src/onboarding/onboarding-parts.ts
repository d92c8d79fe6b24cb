// What the onboarding works with, and how it answers a form.
import type { RoleCache } from "#aws/assume.ts";
import type { PlatformSources } from "#aws/platform-sources.ts";
import type { ResourceTypeDefinition } from "#catalog/define.ts";
import type { AwsCaller } from "#model/aws-call.ts";
import type { FieldError, ProblemCode } from "#model/problem.ts";
import type { Store, TenantTx } from "#store/open.ts";
import type { SealedSources } from "#store/platform-sources.ts";
import type { Vault } from "#store/vault.ts";

export interface OnboardingParts {
  store: Store;
  vault: Vault;
  call: AwsCaller;
  roles: RoleCache;
  /** The installation's own identity, by partition. */
  platform: PlatformSources;
  /** Where keys for other partitions are kept. */
  sources: SealedSources;
  resourceTypes: ReadonlyMap<string, ResourceTypeDefinition>;
  /** What AWS sees the calls come from. */
  userAgent: string;
  /** IAM actions of the whole catalog. */
  harvestActions: readonly string[];
  /** Wakes the first sync, and the one after a change. */
  onCreated: (tenantId: string, organizationId: string) => Promise<void>;
  onRemoving: (tenantId: string, cloudIds: string[]) => Promise<void>;
}

/** What is told of a write, in the transaction that writes: a process that ends between them leaves neither. */
export type Recorded<What> = (tx: TenantTx, what: What) => Promise<void>;

export interface Refused {
  ok: false;
  code: ProblemCode;
  detail: string;
  errors?: FieldError[];
}
export type Outcome<T> = { ok: true; value: T } | Refused;

export function refusedForm(errors: FieldError[]): Refused {
  const detail =
    errors.length === 1 ? (errors[0]?.detail ?? "") : `${errors.length} fields are wrong; see errors.`;
  return { ok: false, code: "invalid-form", detail, errors };
}
