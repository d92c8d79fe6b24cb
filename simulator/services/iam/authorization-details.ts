// GetAccountAuthorizationDetails: users, groups, roles and policies in one paged list.
import { awsManagedPolicies, managedPolicy } from "../../iam-lookup.ts";
import type { Call } from "../../operation.ts";
import { attachedAnswer } from "./attachments.ts";
import { encoded, type Marked, marked, own } from "./entity.ts";
import { groupAnswer } from "./groups.ts";
import { profileAnswer } from "./instance-profiles.ts";
import { awsAnswer, ownAnswer } from "./managed-policies.ts";
import { roleAnswer } from "./roles.ts";
import { profiles } from "./stored-profile.ts";
import { userAnswer } from "./users.ts";

type Detail = [list: "UserDetailList" | "GroupDetailList" | "RoleDetailList" | "Policies", detail: object];

export function authorizationDetails(call: Call<Marked & { Filter?: string[] }>) {
  const { Filter } = call.input;
  const wants = (kind: string) => !Filter?.length || Filter.includes(kind);
  const details: Detail[] = [];
  if (wants("User")) details.push(...userDetails(call));
  if (wants("Group")) details.push(...groupDetails(call));
  if (wants("Role")) details.push(...roleDetails(call));
  if (wants("LocalManagedPolicy")) details.push(...localPolicyDetails(call));
  if (wants("AWSManagedPolicy")) details.push(...awsPolicyDetails(call));
  const { items, ...rest } = marked(call.input, details);
  const answer: Record<Detail[0], object[]> = {
    UserDetailList: [],
    GroupDetailList: [],
    RoleDetailList: [],
    Policies: [],
  };
  for (const [list, detail] of items) answer[list].push(detail);
  return { ...answer, ...rest };
}

function inlineAnswer(policies: Record<string, string>) {
  return Object.entries(policies).map(([PolicyName, text]) => ({
    PolicyName,
    PolicyDocument: encoded(text),
  }));
}

function userDetails(call: Call): Detail[] {
  return own(call)
    .users.list()
    .map((user) => [
      "UserDetailList",
      {
        ...userAnswer(call, user),
        UserPolicyList: inlineAnswer(user.inlinePolicies),
        GroupList: user.groups,
        AttachedManagedPolicies: attachedAnswer(user.attachedPolicies),
      },
    ]);
}

function groupDetails(call: Call): Detail[] {
  return own(call)
    .groups.list()
    .map((group) => [
      "GroupDetailList",
      {
        ...groupAnswer(call, group),
        GroupPolicyList: inlineAnswer(group.inlinePolicies),
        AttachedManagedPolicies: attachedAnswer(group.attachedPolicies),
      },
    ]);
}

function roleDetails(call: Call): Detail[] {
  const all = profiles(call).list();
  return own(call)
    .roles.list()
    .map((role) => [
      "RoleDetailList",
      {
        ...roleAnswer(call, role),
        RolePolicyList: inlineAnswer(role.inlinePolicies),
        AttachedManagedPolicies: attachedAnswer(role.attachedPolicies),
        InstanceProfileList: all
          .filter(({ roles }) => roles.includes(role.RoleName))
          .map((profile) => profileAnswer(call, profile)),
      },
    ]);
}

function localPolicyDetails(call: Call): Detail[] {
  return own(call)
    .policies.list()
    .map((policy) => [
      "Policies",
      {
        ...ownAnswer(call, policy),
        PolicyVersionList: policy.versions.toReversed().map(({ VersionId, CreateDate, document }) => ({
          Document: encoded(document),
          VersionId,
          IsDefaultVersion: VersionId === policy.DefaultVersionId,
          CreateDate,
        })),
      },
    ]);
}

/** Only those that something here uses. */
function awsPolicyDetails(call: Call): Detail[] {
  return awsManagedPolicies(call.world).flatMap((policy): Detail[] => {
    const answer = awsAnswer(call, policy);
    if (answer.AttachmentCount + answer.PermissionsBoundaryUsageCount === 0) return [];
    const text = managedPolicy(call.world, call.accountId, policy.arn)?.text ?? "";
    const version = {
      Document: encoded(text),
      VersionId: policy.version,
      IsDefaultVersion: true,
      CreateDate: policy.updatedAt,
    };
    return [["Policies", { ...answer, PolicyVersionList: [version] }]];
  });
}
