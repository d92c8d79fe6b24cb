// The resource's side of every request: its policy, what blocks public access, its tags, the RCPs above it; and
// what of these could not be read.
import type { AttachedPolicy, Layers, Unread } from "#iam/layers.ts";
import { type KeptDocument, readNamed } from "#store/identity-documents.ts";
import type { TenantTx } from "#store/open.ts";
import type { Account } from "./account.ts";
import { attach } from "./attached.ts";
import { ownOrganization } from "./candidates.ts";
import type { Held } from "./judge-candidate.ts";
import type { AccessTarget } from "./targets.ts";

export interface NotRead {
  what: string;
  cloudId: string;
  why: string;
}

export async function heldOf(
  tx: TenantTx,
  owner: Account,
  resource: KeptDocument,
  target: AccessTarget,
  now: Date,
): Promise<Held> {
  return {
    resource,
    target,
    asked: {
      accountId: owner.place.accountId,
      region: resource.region,
      organization: ownOrganization(owner),
      tags: target.hasTagConditions ? resource.tags : undefined,
    },
    policy: policyOf(resource, target),
    publicAccess:
      resource.type === "aws.s3.bucket" ? publicAccessOf(resource, await blockOf(tx, resource)) : null,
    rcp: owner.rcp,
    now,
  };
}

/** The value at a path of plain names. */
export function valueAt(properties: unknown, path: string): unknown {
  return path.split(".").reduce<unknown>((value, name) => {
    const holder = typeof value === "object" && value !== null && !Array.isArray(value) ? value : {};
    return (holder as Record<string, unknown>)[name];
  }, properties);
}

function policyOf(
  resource: KeptDocument,
  { policyAt, policyName, alwaysHasPolicy }: AccessTarget,
): AttachedPolicy | null | Unread {
  const document = valueAt(resource.properties, policyAt);
  // A document that cannot be parsed is kept as text, and is a gap; so is one that nobody may read.
  if (hidesOf(resource, policyAt) || typeof document === "string") return "unread";
  if (document === undefined || document === null) return alwaysHasPolicy ? "unread" : null;
  const attachedTo = { kind: "resource", id: resource.arn ?? resource.nativeId, path: null } as const;
  return attach(document, { name: policyName, arn: null, attachedTo, readAt: resource.observedAt });
}

export function hidesOf({ gaps }: KeptDocument, path: string) {
  return gaps.find((gap) => gap.path === path || gap.path === "" || path.startsWith(`${gap.path}.`));
}

type Block = Record<string, boolean> | Unread;

/** The whole account's; absent settings are off. */
async function blockOf(tx: TenantTx, { cloudId, accountId }: KeptDocument): Promise<Block> {
  const [settings] = await readNamed(tx, cloudId, "aws.account.settings", [accountId]);
  if (!settings || hidesOf(settings, "S3PublicAccessBlock")) return "unread";
  return (settings.properties.S3PublicAccessBlock ?? {}) as Record<string, boolean>;
}

function ownBlock(bucket: KeptDocument): Block {
  if (hidesOf(bucket, "PublicAccessBlock")) return "unread";
  return (bucket.properties.PublicAccessBlock ?? {}) as Record<string, boolean>;
}

/** On where either has it on. */
function isOn(name: string, blocks: readonly Block[]): boolean | Unread {
  if (blocks.some((block) => block !== "unread" && block[name] === true)) return true;
  return blocks.includes("unread") ? "unread" : false;
}

function publicAccessOf(bucket: KeptDocument, ofAccount: Block): Layers["publicAccess"] {
  const { PolicyStatus } = bucket.properties as { PolicyStatus?: { IsPublic?: boolean } };
  return {
    isRestricted: isOn("RestrictPublicBuckets", [ownBlock(bucket), ofAccount]),
    isPolicyPublic: hidesOf(bucket, "PolicyStatus") ? "unread" : (PolicyStatus?.IsPublic ?? false),
  };
}

export async function ignoresPublicAcls(tx: TenantTx, bucket: KeptDocument): Promise<boolean | Unread> {
  return isOn("IgnorePublicAcls", [ownBlock(bucket), await blockOf(tx, bucket)]);
}

const besidePolicy: Record<string, string[]> = {
  "aws.s3.bucket": ["Acl", "OwnershipControls", "PublicAccessBlock", "PolicyStatus"],
  "aws.kms.key": ["Grants"],
  "aws.lambda.function": ["FunctionUrlConfig"],
};

export function gapsOf(resource: KeptDocument, { policyAt, alwaysHasPolicy }: AccessTarget): NotRead[] {
  const isLeftOut =
    alwaysHasPolicy && !hidesOf(resource, policyAt) && valueAt(resource.properties, policyAt) === undefined;
  if (isLeftOut)
    return [{ what: policyAt, cloudId: resource.cloudId, why: "Of what AWS manages it is not read." }];
  return [policyAt, ...(besidePolicy[resource.type] ?? [])].flatMap((path) => {
    const gap = hidesOf(resource, path);
    return gap ? [{ what: path, cloudId: resource.cloudId, why: `${gap.operation}: ${gap.code}` }] : [];
  });
}
