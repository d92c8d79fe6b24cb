// Managed policies; their versions are in policy-versions.ts.
import { awsManagedPolicies, type ManagedPolicy, managedPolicy } from "../../iam-lookup.ts";
import { chance, iamId } from "../../ids.ts";
import { AwsFault, type Call, type Operation } from "../../operation.ts";
import type { IamPolicy, Tag } from "../../shapes.ts";
import {
  alreadyExists,
  below,
  checkIdentityPolicy,
  checkName,
  checkPolicyPath,
  deleteConflict,
  iamArn,
  limitExceeded,
  type Marked,
  marked,
  needOwnPolicy,
  noSuchEntity,
  own,
  withoutTags,
  withTags,
} from "./entity.ts";

export interface CreatePolicyInput {
  PolicyName: string;
  PolicyDocument: string;
  Path?: string;
  Description?: string;
  Tags?: Tag[];
}

export interface OfPolicy {
  PolicyArn: string;
}

/** Characters that count: white space outside strings does not. */
const maxCharacters = 6_144;

export const managedPolicyOperations: Record<string, Operation> = {
  CreatePolicy: (call: Call<CreatePolicyInput>) => ({ Policy: ownAnswer(call, createPolicy(call)) }),
  GetPolicy(call: Call<OfPolicy>) {
    const { PolicyArn } = call.input;
    const policy = managedPolicy(call.world, call.accountId, PolicyArn);
    if (!policy) throw noSuchEntity(`Policy ${PolicyArn} was not found.`);
    return {
      Policy: policy.isAws ? awsAnswer(call, policy) : ownAnswer(call, needOwnPolicy(call, PolicyArn)),
    };
  },
  ListPolicies(call: Call<Marked & { Scope?: "All" | "AWS" | "Local"; OnlyAttached?: boolean }>) {
    const { Scope = "All", OnlyAttached = false } = call.input;
    const local =
      Scope === "AWS"
        ? []
        : own(call)
            .policies.list()
            .map((policy) => ownAnswer(call, policy));
    const aws =
      Scope === "Local" ? [] : awsManagedPolicies(call.world).map((policy) => awsAnswer(call, policy));
    const found = [...local, ...aws].filter(({ AttachmentCount }) => !OnlyAttached || AttachmentCount > 0);
    const { items, ...rest } = marked(call.input, below(call.input, found));
    return {
      Policies: items.map((policy) => ({ ...policy, Tags: undefined, Description: undefined })),
      ...rest,
    };
  },
  DeletePolicy(call: Call<OfPolicy>) {
    const policy = needOwnPolicy(call, call.input.PolicyArn);
    if (attachedTo(call, call.input.PolicyArn).length > 0) {
      throw new AwsFault("DeleteConflict", "Cannot delete a policy attached to entities.", 409);
    }
    if (policy.versions.length > 1) throw deleteConflict("must delete all non-default versions first.");
    own(call).policies.delete(policy.PolicyName);
  },
  ListEntitiesForPolicy(call: Call<OfPolicy & Marked>) {
    const { items, ...rest } = marked(call.input, attachedTo(call, call.input.PolicyArn));
    return {
      PolicyUsers: items.flatMap((entity) => ("UserName" in entity ? [entity] : [])),
      PolicyGroups: items.flatMap((entity) => ("GroupName" in entity ? [entity] : [])),
      PolicyRoles: items.flatMap((entity) => ("RoleName" in entity ? [entity] : [])),
      ...rest,
    };
  },
  ListPolicyTags(call: Call<OfPolicy & Marked>) {
    const policy = managedPolicy(call.world, call.accountId, call.input.PolicyArn);
    if (!policy) throw noSuchEntity(`Policy ${call.input.PolicyArn} was not found.`);
    const tags = policy.isAws ? [] : needOwnPolicy(call, call.input.PolicyArn).Tags;
    const { items, ...rest } = marked(call.input, tags);
    return { Tags: items, ...rest };
  },
  TagPolicy(call: Call<OfPolicy & { Tags: Tag[] }>) {
    const policy = needOwnPolicy(call, call.input.PolicyArn);
    own(call).policies.put(policy.PolicyName, { ...policy, Tags: withTags(policy.Tags, call.input.Tags) });
  },
  UntagPolicy(call: Call<OfPolicy & { TagKeys: string[] }>) {
    const policy = needOwnPolicy(call, call.input.PolicyArn);
    own(call).policies.put(policy.PolicyName, {
      ...policy,
      Tags: withoutTags(policy.Tags, call.input.TagKeys),
    });
  },
};

/** Also for stacks. */
export function createPolicy(call: Call<CreatePolicyInput>): IamPolicy {
  const { PolicyName, PolicyDocument, Path = "/", Description, Tags = [] } = call.input;
  checkName(PolicyName, "policyName", 128);
  checkPolicyPath(Path);
  checkDocument(PolicyDocument);
  if (own(call).policies.get(PolicyName)) {
    throw alreadyExists(`A policy called ${PolicyName} already exists. Duplicate names are not allowed.`);
  }
  const CreateDate = call.now.toISOString();
  const policy: IamPolicy = {
    PolicyName,
    PolicyId: iamId("ANPA", chance),
    Path,
    ...(Description === undefined ? {} : { Description }),
    CreateDate,
    UpdateDate: CreateDate,
    DefaultVersionId: "v1",
    versions: [{ VersionId: "v1", CreateDate, document: PolicyDocument }],
    nextVersion: 2,
    Tags: withTags([], Tags),
  };
  own(call).policies.put(PolicyName, policy);
  return policy;
}

export function checkDocument(text: string): void {
  checkIdentityPolicy(text);
  if (countedLength(text) > maxCharacters) throw limitExceeded("PolicySize", maxCharacters);
}

export function countedLength(text: string): number {
  return JSON.stringify(JSON.parse(text)).length;
}

/** Users, groups and roles that have the policy attached. */
function attachedTo(call: Call, arn: string) {
  const { users, groups, roles } = own(call);
  const has = ({ attachedPolicies }: { attachedPolicies: string[] }) => attachedPolicies.includes(arn);
  return [
    ...users
      .list()
      .filter(has)
      .map(({ UserName, UserId }) => ({ UserName, UserId })),
    ...groups
      .list()
      .filter(has)
      .map(({ GroupName, GroupId }) => ({ GroupName, GroupId })),
    ...roles
      .list()
      .filter(has)
      .map(({ RoleName, RoleId }) => ({ RoleName, RoleId })),
  ];
}

function boundaryUse(call: Call, arn: string): number {
  const { users, roles } = own(call);
  return [...users.list(), ...roles.list()].filter(({ permissionsBoundary }) => permissionsBoundary === arn)
    .length;
}

export function ownAnswer(call: Call, policy: IamPolicy) {
  const { PolicyName, PolicyId, Path, Description, CreateDate, UpdateDate, DefaultVersionId, Tags } = policy;
  const Arn = iamArn(call, "policy", Path, PolicyName);
  return {
    PolicyName,
    PolicyId,
    Arn,
    Path,
    DefaultVersionId,
    AttachmentCount: attachedTo(call, Arn).length,
    PermissionsBoundaryUsageCount: boundaryUse(call, Arn),
    IsAttachable: true,
    Description,
    CreateDate,
    UpdateDate,
    Tags,
  };
}

export function awsAnswer(call: Call, policy: ManagedPolicy) {
  return {
    PolicyName: policy.name,
    PolicyId: `ANPA${policy.name
      .toUpperCase()
      .replace(/[^A-Z]/g, "")
      .padEnd(17, "A")
      .slice(0, 17)}`,
    Arn: policy.arn,
    Path: policy.path,
    DefaultVersionId: policy.version,
    AttachmentCount: attachedTo(call, policy.arn).length,
    PermissionsBoundaryUsageCount: boundaryUse(call, policy.arn),
    IsAttachable: true,
    Description: undefined,
    CreateDate: policy.createdAt,
    UpdateDate: policy.updatedAt,
    Tags: undefined,
  };
}
