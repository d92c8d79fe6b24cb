// What each IAM operation needs: the action of its name, on the entity or policy that it names.
import type { Call, NeededPermission } from "../../operation.ts";
import type { Tag } from "../../shapes.ts";
import { iamArn, own } from "./entity.ts";
import { profiles } from "./roles.ts";
import { callerName } from "./users.ts";

interface AnyInput {
  UserName?: string;
  GroupName?: string;
  RoleName?: string;
  InstanceProfileName?: string;
  PolicyName?: string;
  PolicyArn?: string;
  PolicySourceArn?: string;
  PermissionsBoundary?: string;
  Path?: string;
  Tags?: Tag[];
}

/** Operations that AWS checks on everything, even where they name something. */
const onEverything =
  /^(List(Users|Groups|Roles|Policies|InstanceProfiles|AccountAliases|VirtualMFADevices)|Get(Account.*|AccessKeyLastUsed)|.*AccountAlias|.*AccountPasswordPolicy)$/;
/** Operations whose UserName may be left out, which then means the caller. */
const onCaller = /^(GetUser|.*AccessKeys?|.*LoginProfile|.*MFADevices?|ChangePassword)$/;

export function iamPermissions(operation: string) {
  return (call: Call<AnyInput>): NeededPermission[] => [
    {
      action: `iam:${operation}`,
      resource: resourceOf(operation, call),
      context: contextFor(operation, call),
    },
    ...passRole(operation, call),
  ];
}

function resourceOf(operation: string, call: Call<AnyInput>): string {
  const { input } = call;
  if (onEverything.test(operation)) return "*";
  if (input.PolicySourceArn) return input.PolicySourceArn;
  const { users, groups, roles } = own(call);
  const path = (stored: { Path: string } | undefined) => stored?.Path ?? input.Path ?? "/";
  if (input.InstanceProfileName !== undefined) {
    const name = input.InstanceProfileName;
    return iamArn(call, "instance-profile", path(profiles(call).get(name)), name);
  }
  if (input.GroupName !== undefined)
    return iamArn(call, "group", path(groups.get(input.GroupName)), input.GroupName);
  if (input.RoleName !== undefined)
    return iamArn(call, "role", path(roles.get(input.RoleName)), input.RoleName);
  const userName = input.UserName ?? (onCaller.test(operation) ? callerName(call) : undefined);
  if (userName !== undefined) return iamArn(call, "user", path(users.get(userName)), userName);
  if (input.PolicyArn !== undefined) return input.PolicyArn;
  if (input.PolicyName !== undefined) return iamArn(call, "policy", input.Path ?? "/", input.PolicyName);
  return "*";
}

function contextFor(operation: string, call: Call<AnyInput>): Record<string, string | string[]> {
  const { input } = call;
  const context: Record<string, string | string[]> = {};
  const { users, roles } = own(call);
  const stored =
    input.RoleName !== undefined
      ? roles.get(input.RoleName)
      : input.UserName
        ? users.get(input.UserName)
        : undefined;
  for (const { Key, Value } of stored?.Tags ?? []) {
    context[`aws:ResourceTag/${Key}`] = Value;
    context[`iam:ResourceTag/${Key}`] = Value;
  }
  if (input.Tags?.length) {
    for (const { Key, Value } of input.Tags) context[`aws:RequestTag/${Key}`] = Value;
    context["aws:TagKeys"] = input.Tags.map(({ Key }) => Key);
  }
  if (/^(Attach|Detach)/.test(operation) && input.PolicyArn) context["iam:PolicyARN"] = input.PolicyArn;
  const boundary = input.PermissionsBoundary ?? stored?.permissionsBoundary;
  if (boundary) context["iam:PermissionsBoundary"] = boundary;
  return context;
}

function passRole(operation: string, call: Call<AnyInput>): NeededPermission[] {
  const { RoleName } = call.input;
  if (operation !== "AddRoleToInstanceProfile" || RoleName === undefined) return [];
  const resource = iamArn(call, "role", own(call).roles.get(RoleName)?.Path ?? "/", RoleName);
  return [{ action: "iam:PassRole", resource, context: { "iam:PassedToService": "ec2.amazonaws.com" } }];
}
