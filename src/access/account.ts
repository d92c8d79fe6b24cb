// One account's side of an evaluation: its place in the organization, its groups and managed policies, and its
// principals page by page. Reads through the store; judges nothing.
import type { AttachedPolicy, OrganizationPolicies, Unread } from "#iam/layers.ts";
import type { Principal } from "#iam/request.ts";
import type { Tag } from "#model/resource.ts";
import { type AccountPlace, readAccountPlace } from "#store/account-place.ts";
import {
  incompleteTypes,
  type KeptDocument,
  type ManagedPolicyDocument,
  readDocuments,
  readManagedPolicies,
} from "#store/identity-documents.ts";
import type { TenantTx } from "#store/open.ts";
import { attach, organizationPolicies, unreadPolicy } from "./attached.ts";

export interface Account {
  place: AccountPlace;
  scp: OrganizationPolicies;
  rcp: OrganizationPolicies;
  managed: ReadonlyMap<string, ManagedPolicyDocument>;
  groups: ReadonlyMap<string, KeptDocument>;
  /** Types of IAM that were not completely read: there may be more than is known. */
  incomplete: readonly string[];
}

export const principalTypes = ["aws.iam.role", "aws.iam.user"];
const identityTypes = [...principalTypes, "aws.iam.group", "aws.iam.policy", "aws.iam.aws-managed-policy"];
/** AWS's quota is 300 to 500 groups an account. */
const groupsAtMost = 2_000;

export async function openAccount(tx: TenantTx, cloudId: string): Promise<Account | undefined> {
  const place = await readAccountPlace(tx, cloudId);
  if (!place) return undefined;
  const managed = await readManagedPolicies(tx, cloudId);
  const groups = await readDocuments(tx, {
    cloudId,
    types: ["aws.iam.group"],
    after: null,
    limit: groupsAtMost,
  });
  return {
    place,
    scp: organizationPolicies(place, "scp"),
    rcp: organizationPolicies(place, "rcp"),
    managed: new Map(managed.map((policy) => [policy.arn, policy])),
    groups: new Map(groups.map((group) => [group.nativeId, group])),
    incomplete: await incompleteTypes(tx, cloudId, identityTypes),
  };
}

/** A user or role with everything that hangs on it. */
export interface Identity {
  document: KeptDocument;
  arn: string;
  principal: Principal & { accountId: string };
  tags: readonly Tag[];
  identity: readonly AttachedPolicy[] | Unread;
  boundary: AttachedPolicy | null | Unread;
  /** Of a role: its trust policy. */
  trust: AttachedPolicy | null | Unread;
  /** SCPs and RCPs do not bind them. */
  isServiceLinked: boolean;
}

interface PrincipalProperties {
  Path?: string;
  UserId?: string;
  RoleId?: string;
  UserPolicyList?: { PolicyName?: string; PolicyDocument?: unknown }[];
  RolePolicyList?: { PolicyName?: string; PolicyDocument?: unknown }[];
  GroupPolicyList?: { PolicyName?: string; PolicyDocument?: unknown }[];
  AttachedManagedPolicies?: { PolicyName?: string; PolicyArn?: string }[];
  GroupList?: string[];
  PermissionsBoundary?: { PermissionsBoundaryArn?: string };
  AssumeRolePolicyDocument?: unknown;
}

export function identityOf(account: Account, document: KeptDocument): Identity {
  const properties = document.properties as PrincipalProperties;
  const arn = document.arn ?? document.nativeId;
  const { accountId, partition } = account.place;
  const isRole = document.type === "aws.iam.role";
  const boundaryArn = properties.PermissionsBoundary?.PermissionsBoundaryArn;
  const own = policiesOn(account, document, "principal");
  const ofGroups = (properties.GroupList ?? []).flatMap((name) => {
    const group = account.groups.get(name);
    const attachedTo = { kind: "group", id: name, path: null } as const;
    return group
      ? policiesOn(account, group, "group")
      : [unreadPolicy({ name, arn: null, attachedTo, readAt: null }, `The group ${name} was not read.`)];
  });
  const common = { partition, accountId };
  return {
    document,
    arn,
    tags: document.tags,
    principal: isRole
      ? {
          ...common,
          kind: "role-session",
          roleArn: arn,
          sessionName: "session",
          uniqueId: properties.RoleId ?? null,
        }
      : { ...common, kind: "user", arn, uniqueId: properties.UserId ?? null },
    identity: [...own, ...ofGroups],
    boundary: boundaryArn ? managedPolicy(account, document, boundaryArn) : null,
    trust: isRole ? trustOf(document) : null,
    isServiceLinked: properties.Path?.startsWith("/aws-service-role/") ?? false,
  };
}

function policiesOn(account: Account, document: KeptDocument, kind: "principal" | "group"): AttachedPolicy[] {
  const properties = document.properties as PrincipalProperties;
  const attachedTo = { kind, id: document.arn ?? document.nativeId, path: null } as const;
  const inline = [properties.UserPolicyList, properties.RolePolicyList, properties.GroupPolicyList].flatMap(
    (list) => list ?? [],
  );
  return [
    ...inline.map(({ PolicyName = "", PolicyDocument }) =>
      attach(PolicyDocument, { name: PolicyName, arn: null, attachedTo, readAt: document.observedAt }),
    ),
    ...(properties.AttachedManagedPolicies ?? []).map(({ PolicyArn = "" }) =>
      managedPolicy(account, document, PolicyArn, kind),
    ),
  ];
}

function managedPolicy(
  { managed }: Account,
  holder: KeptDocument,
  arn: string,
  kind: "principal" | "group" = "principal",
): AttachedPolicy {
  const attachedTo = { kind, id: holder.arn ?? holder.nativeId, path: null } as const;
  const policy = managed.get(arn);
  const name = policy?.name ?? arn.slice(arn.lastIndexOf("/") + 1);
  const hanging = { name, arn, attachedTo, readAt: policy?.observedAt ?? null };
  return policy?.document === undefined
    ? unreadPolicy(hanging, `The document of ${arn} was not read.`)
    : attach(policy.document, hanging);
}

function trustOf({ properties, arn, nativeId, observedAt }: KeptDocument): AttachedPolicy | Unread {
  const { AssumeRolePolicyDocument: document } = properties as PrincipalProperties;
  const attachedTo = { kind: "resource", id: arn ?? nativeId, path: null } as const;
  return document === undefined
    ? "unread"
    : attach(document, { name: "trust policy", arn: null, attachedTo, readAt: observedAt });
}
