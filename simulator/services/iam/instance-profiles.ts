// Instance profiles and the role in each.
import { chance, iamId } from "../../ids.ts";
import type { Call, Operation } from "../../operation.ts";
import type { IamInstanceProfile, Tag } from "../../shapes.ts";
import {
  below,
  checkName,
  checkPath,
  deleteConflict,
  iamArn,
  limitExceeded,
  type Marked,
  marked,
  needFree,
  needRole,
  noSuchEntity,
  own,
  withoutTags,
  withTags,
} from "./entity.ts";
import { roleAnswer } from "./roles.ts";
import { profiles } from "./stored-profile.ts";

interface OfProfile {
  InstanceProfileName: string;
}

export const instanceProfileOperations: Record<string, Operation> = {
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
  TagInstanceProfile(call: Call<OfProfile & { Tags: Tag[] }>) {
    const profile = needProfile(call);
    const Tags = withTags(profile.Tags, call.input.Tags);
    profiles(call).put(profile.InstanceProfileName, { ...profile, Tags });
  },
  UntagInstanceProfile(call: Call<OfProfile & { TagKeys: string[] }>) {
    const profile = needProfile(call);
    const Tags = withoutTags(profile.Tags, call.input.TagKeys);
    profiles(call).put(profile.InstanceProfileName, { ...profile, Tags });
  },
  ListInstanceProfileTags(call: Call<OfProfile & Marked>) {
    const { items, ...rest } = marked(call.input, needProfile(call).Tags);
    return { Tags: items, ...rest };
  },
};

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
