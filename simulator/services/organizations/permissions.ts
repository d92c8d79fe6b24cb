// What each operation of Organizations needs: the action of its name, on what it names.
// https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsorganizations.html
import type { Call, NeededPermission } from "../../operation.ts";
import { organizationOf, policyArn, policyById } from "../../organization.ts";
import type { PolicyType, Tag } from "../../shapes.ts";
import { arnOf, targetOf } from "./membership.ts";

interface AnyInput {
  AccountId?: string;
  OrganizationalUnitId?: string;
  PolicyId?: string;
  ParentId?: string;
  RootId?: string;
  TargetId?: string;
  ResourceId?: string;
  HandshakeId?: string;
  SourceParentId?: string;
  DestinationParentId?: string;
  ServicePrincipal?: string;
  PolicyType?: PolicyType;
  Filter?: unknown;
  Type?: PolicyType;
  Tags?: Tag[];
}

export function organizationsPermissions(operation: string) {
  return (call: Call<AnyInput>): NeededPermission[] => {
    const { input } = call;
    const action = `organizations:${operation}`;
    const context: Record<string, string | string[]> = {};
    const type =
      input.PolicyType ?? input.Type ?? (typeof input.Filter === "string" ? input.Filter : undefined);
    if (type) context["organizations:PolicyType"] = type;
    if (input.ServicePrincipal) context["organizations:ServicePrincipal"] = input.ServicePrincipal;
    if (input.Tags?.length) {
      for (const { Key, Value } of input.Tags) context[`aws:RequestTag/${Key}`] = Value;
      context["aws:TagKeys"] = input.Tags.map(({ Key }) => Key);
    }
    const ids = [
      input.AccountId ?? input.OrganizationalUnitId ?? input.PolicyId ?? input.HandshakeId,
      input.TargetId ?? input.ResourceId ?? input.ParentId ?? input.RootId,
      input.SourceParentId,
      input.DestinationParentId,
    ].filter((id) => id !== undefined);
    if (ids.length === 0) return [{ action, resource: "*", context }];
    return ids.map((id) => ({ action, resource: resourceOf(call, id), context }));
  };
}

function resourceOf(call: Call, id: string): string {
  const view = organizationOf(call.world);
  if (!view) return "*";
  const policy = policyById(view, id);
  if (policy) return policyArn(view, policy, call.world.partition);
  const kinds = { ROOT: "root", ORGANIZATIONAL_UNIT: "ou", ACCOUNT: "account" } as const;
  const target = targetOf(view, id);
  if (target) return arnOf(call, view, kinds[target.kind], id);
  if (id.startsWith("h-")) {
    const { self } = view;
    return `arn:${call.world.partition}:organizations::${self.managementAccountId}:handshake/${self.Id}/invite/${id}`;
  }
  return "*";
}
