// Roles.
import { chance, iamId } from "../../ids.ts";
import { AwsFault, type Call, type Operation } from "../../operation.ts";
import type { IamRole, Tag } from "../../shapes.ts";
import type { World } from "../../world.ts";
import {
  below,
  boundaryAnswer,
  checkName,
  checkPath,
  deleteConflict,
  encoded,
  iamArn,
  type Marked,
  marked,
  needBoundary,
  needFree,
  needModifiable,
  needRole,
  own,
  withoutTags,
  withTags,
} from "./entity.ts";
import { profiles } from "./stored-profile.ts";
import { checkedTrust, shownTrust } from "./trust.ts";

export interface CreateRoleInput {
  RoleName: string;
  AssumeRolePolicyDocument: string;
  Path?: string;
  Description?: string;
  MaxSessionDuration?: number;
  PermissionsBoundary?: string;
  Tags?: Tag[];
}

export const roleOperations: Record<string, Operation> = {
  CreateRole: (call: Call<CreateRoleInput>) => ({ Role: roleAnswer(call, createRole(call)) }),
  GetRole: (call: Call<{ RoleName: string }>) => ({
    Role: roleAnswer(call, needRole(call, call.input.RoleName)),
  }),
  ListRoles(call: Call<Marked>) {
    const { items, ...rest } = marked(call.input, below(call.input, own(call).roles.list()));
    const Roles = items.map((role) => {
      const { Tags: _, PermissionsBoundary: __, RoleLastUsed: ___, ...shown } = roleAnswer(call, role);
      return shown;
    });
    return { Roles, ...rest };
  },
  DeleteRole(call: Call<{ RoleName: string }>) {
    const role = needRole(call, call.input.RoleName);
    needModifiable(role);
    if (role.attachedPolicies.length) throw deleteConflict("must detach all policies first.");
    if (Object.keys(role.inlinePolicies).length) throw deleteConflict("must delete policies first.");
    if (
      profiles(call)
        .list()
        .some(({ roles }) => roles.includes(role.RoleName))
    ) {
      throw deleteConflict("must remove roles from instance profile first.");
    }
    own(call).roles.delete(role.RoleName);
  },
  UpdateRole(call: Call<{ RoleName: string; Description?: string; MaxSessionDuration?: number }>) {
    const role = needRole(call, call.input.RoleName);
    const { Description, MaxSessionDuration = role.MaxSessionDuration } = call.input;
    checkDuration(MaxSessionDuration);
    store(call, { ...role, ...(Description === undefined ? {} : { Description }), MaxSessionDuration });
    return {};
  },
  UpdateRoleDescription(call: Call<{ RoleName: string; Description: string }>) {
    const role = { ...needRole(call, call.input.RoleName), Description: call.input.Description };
    store(call, role);
    return { Role: roleAnswer(call, role) };
  },
  UpdateAssumeRolePolicy(call: Call<{ RoleName: string; PolicyDocument: string }>) {
    const role = needRole(call, call.input.RoleName);
    needModifiable(role);
    store(call, { ...role, ...checkedTrust(call, call.input.PolicyDocument) });
  },
  TagRole(call: Call<{ RoleName: string; Tags: Tag[] }>) {
    const role = needRole(call, call.input.RoleName);
    store(call, { ...role, Tags: withTags(role.Tags, call.input.Tags) });
  },
  UntagRole(call: Call<{ RoleName: string; TagKeys: string[] }>) {
    const role = needRole(call, call.input.RoleName);
    store(call, { ...role, Tags: withoutTags(role.Tags, call.input.TagKeys) });
  },
  ListRoleTags(call: Call<{ RoleName: string } & Marked>) {
    const { items, ...rest } = marked(call.input, needRole(call, call.input.RoleName).Tags);
    return { Tags: items, ...rest };
  },
  PutRolePermissionsBoundary(call: Call<{ RoleName: string; PermissionsBoundary: string }>) {
    needBoundary(call, call.input.PermissionsBoundary);
    store(call, {
      ...needRole(call, call.input.RoleName),
      permissionsBoundary: call.input.PermissionsBoundary,
    });
  },
  DeleteRolePermissionsBoundary(call: Call<{ RoleName: string }>) {
    const { permissionsBoundary: _, ...role } = needRole(call, call.input.RoleName);
    store(call, role);
  },
};

/** Also for stacks, which make roles by the same rules. */
export function createRole(call: Call<CreateRoleInput>): IamRole {
  const {
    RoleName,
    AssumeRolePolicyDocument,
    Path = "/",
    Description,
    MaxSessionDuration = 3600,
    Tags = [],
  } = call.input;
  const { PermissionsBoundary } = call.input;
  checkName(RoleName, "roleName", 64);
  checkPath(Path);
  checkDuration(MaxSessionDuration);
  const trust = checkedTrust(call, AssumeRolePolicyDocument);
  needBoundary(call, PermissionsBoundary);
  needFree(own(call).roles, RoleName, "Role");
  const role: IamRole = {
    RoleName,
    RoleId: iamId("AROA", chance),
    Path,
    CreateDate: call.now.toISOString(),
    ...(Description === undefined ? {} : { Description }),
    MaxSessionDuration,
    ...(PermissionsBoundary ? { permissionsBoundary: PermissionsBoundary } : {}),
    Tags: withTags([], Tags),
    ...trust,
    inlinePolicies: {},
    attachedPolicies: [],
  };
  store(call, role);
  return role;
}

function checkDuration(seconds: number): void {
  if (Number.isInteger(seconds) && seconds >= 3600 && seconds <= 43_200) return;
  throw new AwsFault("ValidationError", "MaxSessionDuration must be between 3600 and 43200 seconds.");
}

export function roleAnswer(call: Call, role: IamRole) {
  const { RoleName, RoleId, Path, CreateDate, Description, MaxSessionDuration, Tags, lastUsed } = role;
  return {
    Path,
    RoleName,
    RoleId,
    Arn: iamArn(call, "role", Path, RoleName),
    CreateDate,
    AssumeRolePolicyDocument: trustAnswer(call.world, role),
    Description,
    MaxSessionDuration,
    PermissionsBoundary: boundaryAnswer(role.permissionsBoundary),
    Tags,
    RoleLastUsed: lastUsed ?? {},
  };
}

function trustAnswer(world: World, role: IamRole): string {
  return encoded(shownTrust(world, role.trustPolicy, role.trustedIds));
}

function store(call: Call, role: IamRole): void {
  own(call).roles.put(role.RoleName, role);
}
