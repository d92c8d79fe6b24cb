// The policies that decide a request, by layer, and where each is attached. A layer that could not be read is
// "unread": it makes the verdict unknown where it matters and is never guessed.
import type { Policy, PolicyProblem } from "#iam/policy.ts";

export const layerNames = [
  "identity",
  "boundary",
  "session",
  "scp",
  "rcp",
  "resource",
  "trust",
  "endpoint",
  "public-access-block",
] as const;
export type LayerName = (typeof layerNames)[number];

export interface AttachmentPoint {
  kind: "root" | "unit" | "account" | "principal" | "group" | "session" | "resource" | "endpoint";
  /** `r-ab12`, `ou-ab12-…`, an account id, an ARN. */
  id: string;
  /** From the root in the words of people, for roots, units and accounts: "Root/Prod/payments". */
  path: string | null;
}

export interface AttachedPolicy {
  name: string;
  /** Null for an inline policy. */
  arn: string | null;
  attachedTo: AttachmentPoint;
  /** Of the document, from `readPolicy`. */
  hash: string;
  /** ISO 8601. Null when nobody read it: a proposal, a test. */
  readAt: string | null;
  /** What AWS holds, or why it could not be understood: then it may allow or deny anything. */
  policy: Policy | { problems: readonly PolicyProblem[] };
}

export type Unread = "unread";

/** One of the root, each unit, the account: at each at least one attached policy must allow. */
export interface OrganizationLevel {
  attachedTo: AttachmentPoint;
  policies: readonly AttachedPolicy[];
}

/** "exempt": management accounts, accounts without an organization, organizations with the policy type off. */
export type OrganizationPolicies = readonly OrganizationLevel[] | "exempt" | Unread;

export interface Layers {
  identity: readonly AttachedPolicy[] | Unread;
  /** Null: none is set. */
  boundary: AttachedPolicy | null | Unread;
  /** Those passed with AssumeRole or GetFederationToken; null: none. */
  session: readonly AttachedPolicy[] | null | Unread;
  /** Of the caller's account, from the root down. */
  scp: OrganizationPolicies;
  /** Of the resource's account, from the root down. */
  rcp: OrganizationPolicies;
  /** The policy of the resource itself; of a role its trust policy, of a key its key policy. Null: none. */
  resource: AttachedPolicy | null | Unread;
  /** Of the VPC endpoint that the request goes through; null: none. */
  endpoint: AttachedPolicy | null | Unread;
  /** For a bucket: RestrictPublicBuckets of it or its account, and what AWS says of its policy. Null: no bucket. */
  publicAccess: { isRestricted: boolean | Unread; isPolicyPublic: boolean | Unread } | null;
}
