// Console passwords: made, changed by their user or an administrator, held against the account's password policy.
import { AwsFault, type Call, type Operation } from "../../operation.ts";
import type { IamPasswordPolicy, IamUser } from "../../shapes.ts";
import { alreadyExists, callerName, needUser, noSuchEntity, own } from "./entity.ts";

interface PasswordInput {
  UserName?: string;
  Password?: string;
  PasswordResetRequired?: boolean;
}

export const passwordOperations: Record<string, Operation> = {
  CreateLoginProfile(call: Call<PasswordInput>) {
    const user = subject(call);
    if (user.loginProfile) throw alreadyExists(`Login Profile for user ${user.UserName} already exists.`);
    if (call.input.Password !== undefined) checkPassword(call, call.input.Password);
    const loginProfile = {
      CreateDate: call.now.toISOString(),
      PasswordResetRequired: call.input.PasswordResetRequired ?? false,
    };
    own(call).users.put(user.UserName, { ...user, loginProfile });
    return { LoginProfile: { UserName: user.UserName, ...loginProfile } };
  },
  GetLoginProfile(call: Call<PasswordInput>) {
    const { UserName, loginProfile } = subject(call);
    if (!loginProfile) throw noProfile(UserName);
    return { LoginProfile: { UserName, ...loginProfile } };
  },
  UpdateLoginProfile(call: Call<PasswordInput>) {
    const user = subject(call);
    const { Password, PasswordResetRequired } = call.input;
    if (!user.loginProfile) throw noProfile(user.UserName);
    if (Password !== undefined) checkPassword(call, Password);
    const loginProfile = {
      CreateDate: Password === undefined ? user.loginProfile.CreateDate : call.now.toISOString(),
      PasswordResetRequired: PasswordResetRequired ?? user.loginProfile.PasswordResetRequired,
    };
    own(call).users.put(user.UserName, { ...user, loginProfile });
  },
  DeleteLoginProfile(call: Call<PasswordInput>) {
    const { loginProfile, ...user } = subject(call);
    if (!loginProfile) throw noProfile(user.UserName);
    own(call).users.put(user.UserName, user);
  },
  /** The old password is not looked at: none is kept. */
  ChangePassword(call: Call<{ OldPassword: string; NewPassword: string }>) {
    const user = subject({ ...call, input: {} });
    if (!user.loginProfile) throw noProfile(user.UserName);
    checkPassword(call, call.input.NewPassword);
    const loginProfile = { CreateDate: call.now.toISOString(), PasswordResetRequired: false };
    own(call).users.put(user.UserName, { ...user, loginProfile });
  },
};

/** AWS's own rule where the account has none: 8 characters of three kinds. */
function checkPassword({ world, accountId }: Call, password: string): void {
  const place = { accountId, region: "global" };
  const policy = world.collection<IamPasswordPolicy>(place, "iam:password-policy").get("self");
  const kinds = [/[A-Z]/, /[a-z]/, /[0-9]/, /[^\w\s]/].filter((kind) => kind.test(password)).length;
  const isGood = policy
    ? password.length >= policy.MinimumPasswordLength &&
      (!policy.RequireUppercaseCharacters || /[A-Z]/.test(password)) &&
      (!policy.RequireLowercaseCharacters || /[a-z]/.test(password)) &&
      (!policy.RequireNumbers || /[0-9]/.test(password)) &&
      (!policy.RequireSymbols || /[!@#$%^&*()_+\-=[\]{}|']/.test(password))
    : password.length >= 8 && kinds >= 3;
  if (isGood) return;
  throw new AwsFault(
    "PasswordPolicyViolation",
    policy
      ? "Password does not conform to the account password policy."
      : "Password should have a minimum length of 8 and contain at least three of the following: uppercase, lowercase, numbers, symbols",
  );
}

function subject(call: Call<PasswordInput>): IamUser {
  const name = call.input.UserName ?? callerName(call);
  if (name === undefined) throw noSuchEntity("Must specify userName when calling with non-User credentials");
  return needUser(call, name);
}

function noProfile(name: string): AwsFault {
  return noSuchEntity(`Login Profile for User ${name} cannot be found.`);
}
