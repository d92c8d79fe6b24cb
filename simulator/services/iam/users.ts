// Users with their keys; passwords, MFA devices and other credentials have files of their own.
import { lastUseOf } from "../../events/key-uses.ts";
import { accessKeyId, accountOfAccessKey, chance, iamId, secretAccessKey } from "../../ids.ts";
import type { Call, Operation } from "../../operation.ts";
import type { IamUser, Tag } from "../../shapes.ts";
import {
  below,
  boundaryAnswer,
  callerName,
  checkName,
  checkPath,
  deleteConflict,
  iamArn,
  limitExceeded,
  type Marked,
  marked,
  needBoundary,
  needFree,
  needUser,
  noSuchEntity,
  own,
  withoutTags,
  withTags,
} from "./entity.ts";
import { credentialsOf, renameCredentials } from "./user-credentials.ts";

interface OfUser {
  UserName?: string;
}

export const userOperations: Record<string, Operation> = {
  CreateUser(call: Call<{ UserName: string; Path?: string; PermissionsBoundary?: string; Tags?: Tag[] }>) {
    const { UserName, Path = "/", PermissionsBoundary, Tags = [] } = call.input;
    checkName(UserName, "userName", 64);
    checkPath(Path);
    needBoundary(call, PermissionsBoundary);
    needFree(own(call).users, UserName, "User");
    const user: IamUser = {
      UserName,
      UserId: iamId("AIDA", chance),
      Path,
      CreateDate: call.now.toISOString(),
      inlinePolicies: {},
      attachedPolicies: [],
      ...(PermissionsBoundary ? { permissionsBoundary: PermissionsBoundary } : {}),
      Tags: withTags([], Tags),
      groups: [],
      accessKeys: [],
      mfaDevices: [],
    };
    own(call).users.put(UserName, user);
    return { User: userAnswer(call, user) };
  },
  GetUser: (call: Call<OfUser>) => ({ User: userAnswer(call, subject(call)) }),
  ListUsers(call: Call<Marked>) {
    const { items, ...rest } = marked(call.input, below(call.input, own(call).users.list()));
    return { Users: items.map((user) => ({ ...userAnswer(call, user), Tags: undefined })), ...rest };
  },
  UpdateUser(call: Call<{ UserName: string; NewUserName?: string; NewPath?: string }>) {
    const user = needUser(call, call.input.UserName);
    const { NewUserName = user.UserName, NewPath = user.Path } = call.input;
    checkName(NewUserName, "newUserName", 64);
    checkPath(NewPath);
    if (NewUserName !== user.UserName) {
      needFree(own(call).users, NewUserName, "User");
      own(call).users.delete(user.UserName);
      renameCredentials(call, user.UserName, NewUserName);
    }
    store(call, { ...user, UserName: NewUserName, Path: NewPath });
  },
  DeleteUser(call: Call<{ UserName: string }>) {
    const user = needUser(call, call.input.UserName);
    const credentials = credentialsOf(call, user.UserName);
    const has = (wanted: string) => credentials.some(({ kind }) => kind === wanted);
    if (has("ssh")) throw deleteConflict("must delete SSH public keys first.");
    if (has("certificate")) throw deleteConflict("must delete signing certificates first.");
    if (has("service")) throw deleteConflict("must delete service specific credentials first.");
    if (user.attachedPolicies.length) throw deleteConflict("must detach all policies first.");
    if (Object.keys(user.inlinePolicies).length) throw deleteConflict("must delete policies first.");
    if (user.accessKeys.length) throw deleteConflict("must delete access keys first.");
    if (user.mfaDevices.length) throw deleteConflict("must delete MFA device first.");
    if (user.loginProfile) throw deleteConflict("must delete login profile first.");
    if (user.groups.length) throw deleteConflict("must remove users from group first.");
    own(call).users.delete(user.UserName);
  },
  TagUser(call: Call<{ UserName: string; Tags: Tag[] }>) {
    const user = needUser(call, call.input.UserName);
    store(call, { ...user, Tags: withTags(user.Tags, call.input.Tags) });
  },
  UntagUser(call: Call<{ UserName: string; TagKeys: string[] }>) {
    const user = needUser(call, call.input.UserName);
    store(call, { ...user, Tags: withoutTags(user.Tags, call.input.TagKeys) });
  },
  ListUserTags(call: Call<{ UserName: string } & Marked>) {
    const { items, ...rest } = marked(call.input, needUser(call, call.input.UserName).Tags);
    return { Tags: items, ...rest };
  },
  PutUserPermissionsBoundary(call: Call<{ UserName: string; PermissionsBoundary: string }>) {
    needBoundary(call, call.input.PermissionsBoundary);
    const user = needUser(call, call.input.UserName);
    store(call, { ...user, permissionsBoundary: call.input.PermissionsBoundary });
  },
  DeleteUserPermissionsBoundary(call: Call<{ UserName: string }>) {
    const { permissionsBoundary: _, ...user } = needUser(call, call.input.UserName);
    store(call, user);
  },

  CreateAccessKey(call: Call<OfUser>) {
    const user = subject(call);
    if (user.accessKeys.length >= 2) throw limitExceeded("AccessKeysPerUser", 2);
    const key = {
      AccessKeyId: accessKeyId("AKIA", call.accountId, chance),
      Status: "Active" as const,
      CreateDate: call.now.toISOString(),
      secretAccessKey: secretAccessKey(),
    };
    store(call, { ...user, accessKeys: [...user.accessKeys, key] });
    const { secretAccessKey: SecretAccessKey, ...shown } = key;
    return { AccessKey: { UserName: user.UserName, ...shown, SecretAccessKey } };
  },
  ListAccessKeys(call: Call<OfUser & Marked>) {
    const { UserName, accessKeys } = subject(call);
    const { items, ...rest } = marked(call.input, accessKeys);
    const AccessKeyMetadata = items.map(({ AccessKeyId, Status, CreateDate }) => ({
      UserName,
      AccessKeyId,
      Status,
      CreateDate,
    }));
    return { AccessKeyMetadata, ...rest };
  },
  UpdateAccessKey(call: Call<OfUser & { AccessKeyId: string; Status: "Active" | "Inactive" }>) {
    const user = subject(call);
    const { AccessKeyId, Status } = call.input;
    needKey(user, AccessKeyId);
    const accessKeys = user.accessKeys.map((key) =>
      key.AccessKeyId === AccessKeyId ? { ...key, Status } : key,
    );
    store(call, { ...user, accessKeys });
  },
  DeleteAccessKey(call: Call<OfUser & { AccessKeyId: string }>) {
    const user = subject(call);
    needKey(user, call.input.AccessKeyId);
    store(call, {
      ...user,
      accessKeys: user.accessKeys.filter((key) => key.AccessKeyId !== call.input.AccessKeyId),
    });
  },
  GetAccessKeyLastUsed(call: Call<{ AccessKeyId: string }>) {
    const { AccessKeyId } = call.input;
    const isOwn = accountOfAccessKey(AccessKeyId) === call.accountId;
    const users = isOwn ? own(call).users.list() : [];
    const user = users.find(({ accessKeys }) => accessKeys.some((key) => key.AccessKeyId === AccessKeyId));
    if (!user) throw noSuchEntity(`The Access Key with id ${AccessKeyId} cannot be found.`);
    const key = user.accessKeys.find((each) => each.AccessKeyId === AccessKeyId);
    const lastUsed = key && lastUseOf(call.world, key);
    return { UserName: user.UserName, AccessKeyLastUsed: lastUsed ?? { ServiceName: "N/A", Region: "N/A" } };
  },

  ListMFADevices(call: Call<OfUser & Marked>) {
    const { UserName, mfaDevices } = subject(call);
    const { items, ...rest } = marked(call.input, mfaDevices);
    return { MFADevices: items.map((device) => ({ UserName, ...device })), ...rest };
  },
};

/** The named user, or the caller. */
function subject(call: Call<OfUser>): IamUser {
  const name = call.input.UserName ?? callerName(call);
  if (name === undefined) throw noSuchEntity("Must specify userName when calling with non-User credentials");
  return needUser(call, name);
}

export function userAnswer(call: Call, user: IamUser) {
  const { UserName, UserId, Path, CreateDate, PasswordLastUsed, permissionsBoundary, Tags } = user;
  return {
    Path,
    UserName,
    UserId,
    Arn: iamArn(call, "user", Path, UserName),
    CreateDate,
    PasswordLastUsed,
    PermissionsBoundary: boundaryAnswer(permissionsBoundary),
    Tags,
  };
}

function needKey(user: IamUser, id: string): void {
  if (!user.accessKeys.some((key) => key.AccessKeyId === id)) {
    throw noSuchEntity(`The Access Key with id ${id} cannot be found.`);
  }
}

function store(call: Call, user: IamUser): void {
  own(call).users.put(user.UserName, user);
}
