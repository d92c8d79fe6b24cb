// The tree of organizational units, and tags of everything in it.
import { chance, organizationId } from "../../ids.ts";
import { AwsFault, type Call, type Operation } from "../../operation.ts";
import { chainOf, type OrganizationView, policyById } from "../../organization.ts";
import { page } from "../../paging.ts";
import type { OrganizationalUnit, Tag } from "../../shapes.ts";
import { administered, arnOf, managed, needParent, type Paged, pageSize, violation } from "./membership.ts";

/** An OU may lie this many levels below the root. */
const maxDepth = 5;

export const unitOperations: Record<string, Operation> = {
  ListRoots(call: Call<Paged>) {
    const roots = [rootAnswer(call, administered(call))];
    const { items, next } = page(roots, pageSize, call.input.NextToken, "InvalidInputException");
    return { Roots: items, NextToken: next };
  },

  ListChildren(call: Call<Paged & { ParentId: string; ChildType: "ACCOUNT" | "ORGANIZATIONAL_UNIT" }>) {
    const view = administered(call);
    const { ParentId, ChildType, NextToken, MaxResults = pageSize } = call.input;
    needParent(view, ParentId);
    const all = ChildType === "ACCOUNT" ? view.accounts.list() : view.units.list();
    const children = all.filter(({ parentId }) => parentId === ParentId);
    const { items, next } = page(
      children,
      Math.min(MaxResults, pageSize),
      NextToken,
      "InvalidInputException",
    );
    return { Children: items.map(({ Id }) => ({ Id, Type: ChildType })), NextToken: next };
  },

  ListOrganizationalUnitsForParent(call: Call<Paged & { ParentId: string }>) {
    const view = administered(call);
    const { ParentId, NextToken, MaxResults = pageSize } = call.input;
    needParent(view, ParentId);
    const children = view.units.list().filter(({ parentId }) => parentId === ParentId);
    const { items, next } = page(
      children,
      Math.min(MaxResults, pageSize),
      NextToken,
      "InvalidInputException",
    );
    return { OrganizationalUnits: items.map((unit) => unitAnswer(call, view, unit)), NextToken: next };
  },

  DescribeOrganizationalUnit(call: Call<{ OrganizationalUnitId: string }>) {
    const view = administered(call);
    return { OrganizationalUnit: unitAnswer(call, view, unitById(view, call.input.OrganizationalUnitId)) };
  },

  CreateOrganizationalUnit(call: Call<{ ParentId: string; Name: string; Tags?: Tag[] }>) {
    const view = managed(call);
    const { ParentId, Name, Tags = [] } = call.input;
    needParent(view, ParentId);
    needFreeName(view, ParentId, Name);
    if ((chainOf(view, ParentId) ?? []).length > maxDepth)
      throw violation(
        "OU_DEPTH_LIMIT_EXCEEDED",
        "You attempted to create an OU tree that is too many levels deep.",
      );
    const Id = organizationId(`ou-${view.self.rootId.slice(2)}-`, 8, chance);
    const unit: OrganizationalUnit = { Id, Name, parentId: ParentId, tags: asRecord(Tags) };
    view.units.put(Id, unit);
    return { OrganizationalUnit: unitAnswer(call, view, unit) };
  },

  UpdateOrganizationalUnit(call: Call<{ OrganizationalUnitId: string; Name?: string }>) {
    const view = managed(call);
    const unit = unitById(view, call.input.OrganizationalUnitId);
    const { Name = unit.Name } = call.input;
    if (Name !== unit.Name) needFreeName(view, unit.parentId, Name);
    const renamed = { ...unit, Name };
    view.units.put(unit.Id, renamed);
    return { OrganizationalUnit: unitAnswer(call, view, renamed) };
  },

  DeleteOrganizationalUnit(call: Call<{ OrganizationalUnitId: string }>) {
    const view = managed(call);
    const { Id } = unitById(view, call.input.OrganizationalUnitId);
    if ([...view.units.list(), ...view.accounts.list()].some(({ parentId }) => parentId === Id)) {
      throw new AwsFault("OrganizationalUnitNotEmptyException", "The specified OU is not empty.");
    }
    view.units.delete(Id);
    view.attachments.delete(Id);
  },

  ListTagsForResource(call: Call<{ ResourceId: string; NextToken?: string }>) {
    const view = administered(call);
    const tags = tagged(view, call.input.ResourceId).tags;
    return { Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) };
  },

  TagResource(call: Call<{ ResourceId: string; Tags: Tag[] }>) {
    const found = tagged(managed(call), call.input.ResourceId);
    found.store({ ...found.tags, ...asRecord(call.input.Tags) });
  },

  UntagResource(call: Call<{ ResourceId: string; TagKeys: string[] }>) {
    const found = tagged(managed(call), call.input.ResourceId);
    found.store(
      Object.fromEntries(Object.entries(found.tags).filter(([key]) => !call.input.TagKeys.includes(key))),
    );
  },
};

function needFreeName(view: OrganizationView, ParentId: string, Name: string): void {
  if (view.units.list().some((unit) => unit.parentId === ParentId && unit.Name === Name)) {
    throw new AwsFault("DuplicateOrganizationalUnitException", "An OU with the same name already exists.");
  }
}

export function rootAnswer(call: Call, view: OrganizationView) {
  const { rootId, enabledPolicyTypes } = view.self;
  const PolicyTypes = enabledPolicyTypes.map((Type) => ({ Type, Status: "ENABLED" }));
  return { Id: rootId, Arn: arnOf(call, view, "root", rootId), Name: "Root", PolicyTypes };
}

function unitById(view: OrganizationView, id: string): OrganizationalUnit {
  const unit = view.units.get(id);
  if (!unit) {
    throw new AwsFault(
      "OrganizationalUnitNotFoundException",
      "You specified an organizational unit that doesn't exist.",
    );
  }
  return unit;
}

function unitAnswer(call: Call, view: OrganizationView, { Id, Name }: OrganizationalUnit) {
  const chain = chainOf(view, Id) ?? [];
  return { Id, Arn: arnOf(call, view, "ou", Id), Name, Path: `${[view.self.Id, ...chain].join("/")}/` };
}

/** Tags of a root, OU, account or policy, and how to store changed ones. */
function tagged(view: OrganizationView, id: string) {
  const { units, accounts, ownPolicies } = view;
  const [unit, account, policy] = [units.get(id), accounts.get(id), ownPolicies.get(id)];
  if (unit)
    return { tags: unit.tags, store: (tags: Record<string, string>) => units.put(id, { ...unit, tags }) };
  if (account)
    return {
      tags: account.tags,
      store: (tags: Record<string, string>) => accounts.put(id, { ...account, tags }),
    };
  if (policy)
    return {
      tags: policy.tags,
      store: (tags: Record<string, string>) => ownPolicies.put(id, { ...policy, tags }),
    };
  if (id === view.self.rootId)
    return {
      tags: view.self.rootTags ?? {},
      store: (rootTags: Record<string, string>) => storeRootTags(view, rootTags),
    };
  if (policyById(view, id)) return { tags: {}, store: refuseAwsOwned };
  throw new AwsFault("TargetNotFoundException", "You specified a target that doesn't exist.");
}

function storeRootTags(view: OrganizationView, rootTags: Record<string, string>): void {
  view.organizations.put("self", { ...view.self, rootTags });
}

function refuseAwsOwned(): never {
  throw new AwsFault("AccessDeniedException", "You don't have permissions to access this resource.");
}

export function asRecord(tags: Tag[]): Record<string, string> {
  return Object.fromEntries(tags.map(({ Key, Value }) => [Key, Value]));
}
