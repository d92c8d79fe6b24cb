// Groups and who is in them.
import { chance, iamId } from "../../ids.ts";
import type { Call, Operation } from "../../operation.ts";
import type { IamGroup } from "../../shapes.ts";
import {
  below,
  checkName,
  checkPath,
  deleteConflict,
  iamArn,
  type Marked,
  marked,
  needFree,
  needGroup,
  needUser,
  own,
} from "./entity.ts";
import { userAnswer } from "./users.ts";

interface Membership {
  GroupName: string;
  UserName: string;
}

export const groupOperations: Record<string, Operation> = {
  CreateGroup(call: Call<{ GroupName: string; Path?: string }>) {
    const { GroupName, Path = "/" } = call.input;
    checkName(GroupName, "groupName", 128);
    checkPath(Path);
    needFree(own(call).groups, GroupName, "Group");
    const group: IamGroup = {
      GroupName,
      GroupId: iamId("AGPA", chance),
      Path,
      CreateDate: call.now.toISOString(),
      inlinePolicies: {},
      attachedPolicies: [],
    };
    own(call).groups.put(GroupName, group);
    return { Group: groupAnswer(call, group) };
  },
  GetGroup(call: Call<{ GroupName: string } & Marked>) {
    const group = needGroup(call, call.input.GroupName);
    const members = own(call)
      .users.list()
      .filter(({ groups }) => groups.includes(group.GroupName));
    const { items, ...rest } = marked(call.input, members);
    return { Group: groupAnswer(call, group), Users: items.map((user) => userAnswer(call, user)), ...rest };
  },
  ListGroups(call: Call<Marked>) {
    const { items, ...rest } = marked(call.input, below(call.input, own(call).groups.list()));
    return { Groups: items.map((group) => groupAnswer(call, group)), ...rest };
  },
  ListGroupsForUser(call: Call<{ UserName: string } & Marked>) {
    const { groups } = needUser(call, call.input.UserName);
    const { items, ...rest } = marked(
      call.input,
      groups.flatMap((name) => own(call).groups.get(name) ?? []),
    );
    return { Groups: items.map((group) => groupAnswer(call, group)), ...rest };
  },
  UpdateGroup(call: Call<{ GroupName: string; NewGroupName?: string; NewPath?: string }>) {
    const group = needGroup(call, call.input.GroupName);
    const { NewGroupName = group.GroupName, NewPath = group.Path } = call.input;
    checkName(NewGroupName, "newGroupName", 128);
    checkPath(NewPath);
    const { users, groups } = own(call);
    if (NewGroupName !== group.GroupName) {
      needFree(groups, NewGroupName, "Group");
      groups.delete(group.GroupName);
      for (const user of users.list()) {
        const renamed = user.groups.map((name) => (name === group.GroupName ? NewGroupName : name));
        if (user.groups.includes(group.GroupName)) users.put(user.UserName, { ...user, groups: renamed });
      }
    }
    groups.put(NewGroupName, { ...group, GroupName: NewGroupName, Path: NewPath });
  },
  DeleteGroup(call: Call<{ GroupName: string }>) {
    const group = needGroup(call, call.input.GroupName);
    if (group.attachedPolicies.length) throw deleteConflict("must detach all policies first.");
    if (Object.keys(group.inlinePolicies).length) throw deleteConflict("must delete policies first.");
    if (
      own(call)
        .users.list()
        .some(({ groups }) => groups.includes(group.GroupName))
    ) {
      throw deleteConflict("must remove users from group first.");
    }
    own(call).groups.delete(group.GroupName);
  },
  AddUserToGroup(call: Call<Membership>) {
    const { GroupName, UserName } = call.input;
    needGroup(call, GroupName);
    const user = needUser(call, UserName);
    if (!user.groups.includes(GroupName))
      own(call).users.put(UserName, { ...user, groups: [...user.groups, GroupName] });
  },
  RemoveUserFromGroup(call: Call<Membership>) {
    const { GroupName, UserName } = call.input;
    needGroup(call, GroupName);
    const user = needUser(call, UserName);
    own(call).users.put(UserName, { ...user, groups: user.groups.filter((name) => name !== GroupName) });
  },
};

export function groupAnswer(call: Call, { GroupName, GroupId, Path, CreateDate }: IamGroup) {
  return { Path, GroupName, GroupId, Arn: iamArn(call, "group", Path, GroupName), CreateDate };
}
