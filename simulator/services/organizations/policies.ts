// Service and resource control policies: written, attached, detached, listed both ways.
import { chance, organizationId } from "../../ids.ts";
import { AwsFault, type Call, type Operation } from "../../operation.ts";
import {
  attachedTo,
  awsOwnedPolicies,
  isTypeEnabled,
  type OrganizationView,
  policyArn,
  policyById,
} from "../../organization.ts";
import { page } from "../../paging.ts";
import type { OrganizationPolicy, PolicyType, Tag } from "../../shapes.ts";
import {
  administered,
  arnOf,
  managed,
  type Paged,
  pageSize,
  type TargetKind,
  targetOf,
  violation,
} from "./membership.ts";
import { checkContent } from "./policy-content.ts";
import { checkAttachable } from "./policy-types.ts";
import { asRecord } from "./units.ts";

interface Attachment {
  PolicyId: string;
  TargetId: string;
}

export const policyOperations: Record<string, Operation> = {
  ListPolicies(call: Call<Paged & { Filter: PolicyType }>) {
    const view = administered(call);
    const all = [...awsOwnedPolicies, ...view.ownPolicies.list()].filter(
      (policy) =>
        policy.Type === call.input.Filter &&
        (isTypeEnabled(view, policy.Type) || policy.Type === "SERVICE_CONTROL_POLICY"),
    );
    return policyPage(call, view, all);
  },

  DescribePolicy(call: Call<{ PolicyId: string }>) {
    const view = administered(call);
    return { Policy: policyAnswer(call, view, needPolicy(view, call.input.PolicyId)) };
  },

  ListTargetsForPolicy(call: Call<Paged & { PolicyId: string }>) {
    const view = administered(call);
    const { PolicyId, NextToken, MaxResults = pageSize } = call.input;
    needPolicy(view, PolicyId);
    const ids = [
      view.self.rootId,
      ...view.units.list().map(({ Id }) => Id),
      ...view.accounts.list().map(({ Id }) => Id),
    ].filter((id) => attachedTo(view, id).includes(PolicyId));
    const { items, next } = page(ids, Math.min(MaxResults, pageSize), NextToken, "InvalidInputException");
    const kinds = { ROOT: "root", ORGANIZATIONAL_UNIT: "ou", ACCOUNT: "account" } as const;
    const Targets = items.map((TargetId) => {
      const { kind, name } = needTarget(view, TargetId);
      return { TargetId, Arn: arnOf(call, view, kinds[kind], TargetId), Name: name, Type: kind };
    });
    return { Targets, NextToken: next };
  },

  ListPoliciesForTarget(call: Call<Paged & { TargetId: string; Filter: PolicyType }>) {
    const view = administered(call);
    const { TargetId, Filter } = call.input;
    needTarget(view, TargetId);
    const attached = attachedTo(view, TargetId).flatMap((id) => policyById(view, id) ?? []);
    return policyPage(
      call,
      view,
      attached.filter(({ Type }) => Type === Filter),
    );
  },

  CreatePolicy(
    call: Call<{ Content: string; Description: string; Name: string; Type: PolicyType; Tags?: Tag[] }>,
  ) {
    const view = managed(call);
    const { Content, Description, Name, Type, Tags = [] } = call.input;
    checkContent(Type, Content);
    needFreeName(view, Name);
    const Id = organizationId("p-", 8, chance);
    const policy: OrganizationPolicy = {
      Id,
      Name,
      Description,
      Type,
      document: Content,
      tags: asRecord(Tags),
    };
    view.ownPolicies.put(Id, policy);
    return { Policy: policyAnswer(call, view, policy) };
  },

  UpdatePolicy(call: Call<{ PolicyId: string; Name?: string; Description?: string; Content?: string }>) {
    const view = managed(call);
    const { PolicyId, Name, Description, Content } = call.input;
    const policy = ownPolicy(view, PolicyId);
    if (Content !== undefined) checkContent(policy.Type, Content);
    if (Name !== undefined && Name !== policy.Name) needFreeName(view, Name);
    const changed: OrganizationPolicy = {
      ...policy,
      Name: Name ?? policy.Name,
      Description: Description ?? policy.Description,
      document: Content ?? policy.document,
    };
    view.ownPolicies.put(PolicyId, changed);
    return { Policy: policyAnswer(call, view, changed) };
  },

  DeletePolicy(call: Call<{ PolicyId: string }>) {
    const view = managed(call);
    const { Id } = ownPolicy(view, call.input.PolicyId);
    if (view.attachments.list().some(({ policyIds }) => policyIds.includes(Id))) {
      throw new AwsFault("PolicyInUseException", "The policy is attached to one or more entities.");
    }
    view.ownPolicies.delete(Id);
  },

  AttachPolicy(call: Call<Attachment>) {
    const view = managed(call);
    const { PolicyId, TargetId } = call.input;
    const { Type } = needPolicy(view, PolicyId);
    needTarget(view, TargetId);
    if (!isTypeEnabled(view, Type)) {
      throw new AwsFault(
        "PolicyTypeNotEnabledException",
        "The specified policy type isn't currently enabled in this root.",
      );
    }
    const attached = attachedTo(view, TargetId);
    if (attached.includes(PolicyId)) {
      throw new AwsFault(
        "DuplicatePolicyAttachmentException",
        "The selected policy is already attached to the specified target.",
      );
    }
    checkAttachable(view, Type, attached);
    view.attachments.put(TargetId, { targetId: TargetId, policyIds: [...attached, PolicyId] });
  },

  DetachPolicy(call: Call<Attachment>) {
    const view = managed(call);
    const { PolicyId, TargetId } = call.input;
    const { Type } = needPolicy(view, PolicyId);
    needTarget(view, TargetId);
    const attached = attachedTo(view, TargetId);
    if (!attached.includes(PolicyId)) {
      throw new AwsFault(
        "PolicyNotAttachedException",
        "The policy isn't attached to the specified target in the specified root.",
      );
    }
    if (Type === "RESOURCE_CONTROL_POLICY" && awsOwnedPolicies.some(({ Id }) => Id === PolicyId)) {
      throw new AwsFault("InvalidInputException", "You can't detach this policy.", 400, {
        details: { Reason: "NON_DETACHABLE_POLICY" },
      });
    }
    const remaining = attached.filter((id) => id !== PolicyId);
    if (Type === "SERVICE_CONTROL_POLICY" && !remaining.some((id) => policyById(view, id)?.Type === Type)) {
      throw violation(
        "MIN_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED",
        "You cannot remove the last service control policy attached to an entity.",
      );
    }
    view.attachments.put(TargetId, { targetId: TargetId, policyIds: remaining });
  },
};

function policyPage(call: Call<Paged>, view: OrganizationView, policies: OrganizationPolicy[]) {
  const { NextToken, MaxResults = pageSize } = call.input;
  const { items, next } = page(policies, Math.min(MaxResults, pageSize), NextToken, "InvalidInputException");
  return { Policies: items.map((policy) => summaryOf(call, view, policy)), NextToken: next };
}

function summaryOf(call: Call, view: OrganizationView, policy: OrganizationPolicy) {
  const { Id, Name, Description, Type } = policy;
  const Arn = policyArn(view, policy, call.world.partition);
  return { Id, Arn, Name, Description, Type, AwsManaged: awsOwnedPolicies.includes(policy) };
}

function policyAnswer(call: Call, view: OrganizationView, policy: OrganizationPolicy) {
  return { PolicySummary: summaryOf(call, view, policy), Content: policy.document };
}

function needPolicy(view: OrganizationView, id: string): OrganizationPolicy {
  const policy = policyById(view, id);
  if (!policy) throw new AwsFault("PolicyNotFoundException", "You specified a policy that doesn't exist.");
  return policy;
}

function ownPolicy(view: OrganizationView, id: string): OrganizationPolicy {
  const policy = needPolicy(view, id);
  if (awsOwnedPolicies.includes(policy)) {
    throw new AwsFault("AccessDeniedException", "You can't change a policy that AWS manages.");
  }
  return policy;
}

function needTarget(view: OrganizationView, id: string): { kind: TargetKind; name: string } {
  const target = targetOf(view, id);
  if (!target) throw new AwsFault("TargetNotFoundException", "You specified a target that doesn't exist.");
  return target;
}

function needFreeName(view: OrganizationView, name: string): void {
  if ([...awsOwnedPolicies, ...view.ownPolicies.list()].some((policy) => policy.Name === name)) {
    throw new AwsFault("DuplicatePolicyException", "A policy with the same name already exists.");
  }
}
