// Kinds of policies: which are enabled, what each may hold, and what management policies come to for one account.
import { AwsFault, type Call, type Operation } from "../../operation.ts";
import {
  attachedTo,
  awsOwnedPolicies,
  chainOf,
  isTypeEnabled,
  type OrganizationView,
  policyById,
} from "../../organization.ts";
import type { PolicyType } from "../../shapes.ts";
import { administered, managed, membership, targetOf, violation } from "./membership.ts";
import { rootAnswer } from "./units.ts";

/** Of one type: characters of a policy, and policies on one target. Service control: doubled on 2026-05-15. */
export const limitsOf: Partial<Record<PolicyType, { characters: number; attached: number }>> = {
  SERVICE_CONTROL_POLICY: { characters: 10_240, attached: 10 },
  RESOURCE_CONTROL_POLICY: { characters: 5_120, attached: 5 },
  AISERVICES_OPT_OUT_POLICY: { characters: 2_500, attached: 5 },
  CHATBOT_POLICY: { characters: 10_000, attached: 5 },
};
export const otherLimits = { characters: 10_000, attached: 10 };

export const isAuthorization = (type: PolicyType) =>
  type === "SERVICE_CONTROL_POLICY" || type === "RESOURCE_CONTROL_POLICY";

export const policyTypeOperations: Record<string, Operation> = {
  EnablePolicyType(call: Call<{ RootId: string; PolicyType: PolicyType }>) {
    const view = managed(call);
    const { RootId, PolicyType } = call.input;
    needRoot(view, RootId);
    if (view.self.FeatureSet !== "ALL") {
      throw new AwsFault(
        "PolicyTypeNotAvailableForOrganizationException",
        "You can't use the specified policy type with the feature set currently enabled for this organization.",
      );
    }
    if (isTypeEnabled(view, PolicyType)) {
      throw new AwsFault(
        "PolicyTypeAlreadyEnabledException",
        "The specified policy type is already enabled in the specified root.",
      );
    }
    const enabledPolicyTypes = [...view.self.enabledPolicyTypes, PolicyType];
    view.organizations.put("self", { ...view.self, enabledPolicyTypes });
    return { Root: rootAnswer(call, view) };
  },

  DisablePolicyType(call: Call<{ RootId: string; PolicyType: PolicyType }>) {
    const view = managed(call);
    const { RootId, PolicyType } = call.input;
    needRoot(view, RootId);
    if (!isTypeEnabled(view, PolicyType)) {
      throw new AwsFault(
        "PolicyTypeNotEnabledException",
        "The specified policy type isn't currently enabled in this root.",
      );
    }
    detachAll(view, PolicyType);
    const enabledPolicyTypes = view.self.enabledPolicyTypes.filter((type) => type !== PolicyType);
    view.organizations.put("self", { ...view.self, enabledPolicyTypes });
    return { Root: rootAnswer(call, view) };
  },

  DescribeEffectivePolicy(call: Call<{ PolicyType: PolicyType; TargetId?: string }>) {
    const { PolicyType, TargetId = call.accountId } = call.input;
    const view = TargetId === call.accountId ? membership(call) : administered(call);
    if (isAuthorization(PolicyType)) {
      throw new AwsFault("InvalidInputException", "The policy type has no effective policy.", 400, {
        details: { Reason: "INVALID_ENUM_POLICY_TYPE" },
      });
    }
    if (!targetOf(view, TargetId))
      throw new AwsFault("TargetNotFoundException", "You specified a target that doesn't exist.");
    const PolicyContent = effective(view, TargetId, PolicyType);
    if (PolicyContent === undefined || !isTypeEnabled(view, PolicyType)) {
      throw new AwsFault(
        "EffectivePolicyNotFoundException",
        "If you ran this action on the management account, this policy type is not enabled. If you ran the action on a member account, the account doesn't have an effective policy of this type.",
      );
    }
    const EffectivePolicy = { PolicyContent, LastUpdatedTimestamp: call.now, TargetId, PolicyType };
    return { EffectivePolicy };
  },
};

function needRoot({ self }: OrganizationView, id: string): void {
  if (id !== self.rootId)
    throw new AwsFault("RootNotFoundException", "You specified a root that doesn't exist.");
}

/** Policies of a type that is switched off are detached everywhere; AWS's own come back with the type. */
function detachAll(view: OrganizationView, type: PolicyType): void {
  const own = awsOwnedPolicies.filter((policy) => policy.Type === type).map(({ Id }) => Id);
  for (const { targetId, policyIds } of view.attachments.list()) {
    const kept = policyIds.filter((id) => policyById(view, id)?.Type !== type);
    view.attachments.put(targetId, { targetId, policyIds: [...own, ...kept] });
  }
}

export function checkAttachable(view: OrganizationView, type: PolicyType, attached: string[]): void {
  const most = (limitsOf[type] ?? otherLimits).attached;
  if (attached.filter((id) => policyById(view, id)?.Type === type).length < most) return;
  throw violation(
    "MAX_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED",
    "You have attached the maximum number of policies.",
  );
}

type Json = unknown;
type Tree = Record<string, Json>;

/** Management policies are merged from the root down by their inheritance operators. */
function effective(view: OrganizationView, targetId: string, type: PolicyType): string | undefined {
  const documents = (chainOf(view, targetId) ?? []).flatMap((id) =>
    attachedTo(view, id).flatMap((policyId) => {
      const policy = policyById(view, policyId);
      return policy?.Type === type ? [JSON.parse(policy.document) as Json] : [];
    }),
  );
  if (documents.length === 0) return undefined;
  return JSON.stringify(documents.reduce<Json>((above, own) => merged(above, own), {}));
}

function isTree(value: Json): value is Tree {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function merged(above: Json, own: Json): Json {
  if (!isTree(own)) return own;
  if ("@@assign" in own) return own["@@assign"];
  const append = own["@@append"];
  const remove = own["@@remove"];
  if (append !== undefined || remove !== undefined) {
    const kept = listOf(above).filter((item) => !listOf(remove).includes(item));
    return [...new Set([...kept, ...listOf(append)])];
  }
  const result: Tree = isTree(above) ? { ...above } : {};
  for (const [key, value] of Object.entries(own)) {
    if (!key.startsWith("@@")) result[key] = merged(result[key], value);
  }
  return result;
}

function listOf(value: Json): Json[] {
  return value === undefined ? [] : Array.isArray(value) ? value : [value];
}
