// Roles and instance profiles.
import { chance, iamId } from "../../ids.ts";
import { AwsFault, type Call, type Operation } from "../../operation.ts";
import type { IamInstanceProfile, IamRole, Tag } from "../../shapes.ts";
import type { World } from "../../world.ts";
import {
  below,
  boundaryAnswer,
  checkName,
  checkPath,
  deleteConflict,
  encoded,
  iamArn,
  limitExceeded,
  type Marked,
  marked,
  needBoundary,
  needFree,
  needRole,
  noSuchEntity,
  own,
  withoutTags,
  withTags,
} from "./entity.ts";
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

interface OfProfile {
  InstanceProfileName: string;
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
  UpdateAssumeRolePolicy(call: Call<{ RoleName: string; PolicyDocument: string }>) {
    const role = needRole(call, call.input.RoleName);
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

  CreateInstanceProfile(call: Call<OfProfile & { Path?: string; Tags?: Tag[] }>) {
    const { InstanceProfileName, Path = "/", Tags = [] } = call.input;
    checkName(InstanceProfileName, "instanceProfileName", 128);
    checkPath(Path);
    needFree(profiles(call), InstanceProfileName, "Instance Profile");
    const profile: IamInstanceProfile = {
      InstanceProfileName,
      InstanceProfileId: iamId("AIPA", chance),
      Path,
      CreateDate: call.now.toISOString(),
      roles: [],
      Tags,
    };
    profiles(call).put(InstanceProfileName, profile);
    return { InstanceProfile: profileAnswer(call, profile) };
  },
  GetInstanceProfile: (call: Call<OfProfile>) => ({
    InstanceProfile: profileAnswer(call, needProfile(call)),
  }),
  ListInstanceProfiles(call: Call<Marked>) {
    const { items, ...rest } = marked(call.input, below(call.input, profiles(call).list()));
    return { InstanceProfiles: items.map((profile) => profileAnswer(call, profile)), ...rest };
  },
  ListInstanceProfilesForRole(call: Call<{ RoleName: string } & Marked>) {
    const { RoleName } = needRole(call, call.input.RoleName);
    const { items, ...rest } = marked(
      call.input,
      profiles(call)
        .list()
        .filter(({ roles }) => roles.includes(RoleName)),
    );
    return { InstanceProfiles: items.map((profile) => profileAnswer(call, profile)), ...rest };
  },
  AddRoleToInstanceProfile(call: Call<OfProfile & { RoleName: string }>) {
    const profile = needProfile(call);
    const { RoleName } = needRole(call, call.input.RoleName);
    if (profile.roles.length > 0) throw limitExceeded("InstanceSessionsPerInstanceProfile", 1);
    profiles(call).put(profile.InstanceProfileName, { ...profile, roles: [RoleName] });
  },
  RemoveRoleFromInstanceProfile(call: Call<OfProfile & { RoleName: string }>) {
    const profile = needProfile(call);
    profiles(call).put(profile.InstanceProfileName, {
      ...profile,
      roles: profile.roles.filter((name) => name !== call.input.RoleName),
    });
  },
  DeleteInstanceProfile(call: Call<OfProfile>) {
    const profile = needProfile(call);
    if (profile.roles.length > 0) throw deleteConflict("must remove roles from instance profile first.");
    profiles(call).delete(profile.InstanceProfileName);
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

export function profiles(call: Call) {
  return call.world.collection<IamInstanceProfile>(
    { accountId: call.accountId, region: "global" },
    "iam:instance-profile",
  );
}

function needProfile(call: Call<OfProfile>): IamInstanceProfile {
  const name = call.input.InstanceProfileName;
  const profile = profiles(call).get(name);
  if (!profile) throw noSuchEntity(`Instance Profile ${name} cannot be found.`);
  return profile;
}

export function profileAnswer(call: Call, profile: IamInstanceProfile) {
  const { InstanceProfileName, InstanceProfileId, Path, CreateDate, roles, Tags } = profile;
  return {
    Path,
    InstanceProfileName,
    InstanceProfileId,
    Arn: iamArn(call, "instance-profile", Path, InstanceProfileName),
    CreateDate,
    Roles: roles.flatMap((name) => {
      const role = own(call).roles.get(name);
      return role ? [roleAnswer(call, role)] : [];
    }),
    Tags,
  };
}

function store(call: Call, role: IamRole): void {
  own(call).roles.put(role.RoleName, role);
}
