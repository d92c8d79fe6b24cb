// Users with their keys, MFA devices and console passwords.
import { accessKeyId, accountOfAccessKey, chance, iamId, secretAccessKey } from "../../ids.ts";
import type { Call, Operation } from "../../operation.ts";
import type { IamUser, Tag } from "../../shapes.ts";
import {
  alreadyExists,
  below,
  boundaryAnswer,
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
  DeleteUser(call: Call<{ UserName: string }>) {
    const user = needUser(call, call.input.UserName);
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
    const lastUsed = user.accessKeys.find((key) => key.AccessKeyId === AccessKeyId)?.lastUsed;
    return { UserName: user.UserName, AccessKeyLastUsed: lastUsed ?? { ServiceName: "N/A", Region: "N/A" } };
  },

  ListMFADevices(call: Call<OfUser & Marked>) {
    const { UserName, mfaDevices } = subject(call);
    const { items, ...rest } = marked(call.input, mfaDevices);
    return { MFADevices: items.map((device) => ({ UserName, ...device })), ...rest };
  },
  EnableMFADevice(call: Call<{ UserName: string; SerialNumber: string }>) {
    const user = needUser(call, call.input.UserName);
    const device = { SerialNumber: call.input.SerialNumber, EnableDate: call.now.toISOString() };
    store(call, { ...user, mfaDevices: [...user.mfaDevices, device] });
  },
  DeactivateMFADevice(call: Call<{ UserName: string; SerialNumber: string }>) {
    const user = needUser(call, call.input.UserName);
    const mfaDevices = user.mfaDevices.filter(({ SerialNumber }) => SerialNumber !== call.input.SerialNumber);
    if (mfaDevices.length === user.mfaDevices.length) throw noSuchEntity("MFA Device invalid for user.");
    store(call, { ...user, mfaDevices });
  },

  CreateLoginProfile(call: Call<OfUser & { Password?: string; PasswordResetRequired?: boolean }>) {
    const user = subject(call);
    if (user.loginProfile) throw alreadyExists(`Login Profile for user ${user.UserName} already exists.`);
    const loginProfile = {
      CreateDate: call.now.toISOString(),
      PasswordResetRequired: call.input.PasswordResetRequired ?? false,
    };
    store(call, { ...user, loginProfile });
    return { LoginProfile: { UserName: user.UserName, ...loginProfile } };
  },
  GetLoginProfile(call: Call<OfUser>) {
    const { UserName, loginProfile } = subject(call);
    if (!loginProfile) throw noSuchEntity(`Login Profile for User ${UserName} cannot be found.`);
    return { LoginProfile: { UserName, ...loginProfile } };
  },
  DeleteLoginProfile(call: Call<OfUser>) {
    const { loginProfile, ...user } = subject(call);
    if (!loginProfile) throw noSuchEntity(`Login Profile for User ${user.UserName} cannot be found.`);
    store(call, user);
  },
};

/** The named user, or the caller. */
function subject(call: Call<OfUser>): IamUser {
  const name = call.input.UserName ?? callerName(call);
  if (name === undefined) throw noSuchEntity("Must specify userName when calling with non-User credentials");
  return needUser(call, name);
}

export function callerName({ principal }: Call): string | undefined {
  return principal.kind === "user" ? principal.arn.slice(principal.arn.lastIndexOf("/") + 1) : undefined;
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
