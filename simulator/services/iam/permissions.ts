// What each IAM operation needs: the action of its name, on the entity or policy that it names.
import { AwsFault, type Call, type NeededPermission } from "../../operation.ts";
import type { Tag } from "../../shapes.ts";
import { callerName, iamArn, own } from "./entity.ts";
import { profiles } from "./stored-profile.ts";

interface AnyInput {
  UserName?: string;
  GroupName?: string;
  RoleName?: string;
  InstanceProfileName?: string;
  PolicyName?: string;
  PolicyArn?: string;
  PolicySourceArn?: string;
  PermissionsBoundary?: string;
  OpenIDConnectProviderArn?: string;
  SAMLProviderArn?: string;
  SerialNumber?: string;
  ServerCertificateName?: string;
  VirtualMFADeviceName?: string;
  AWSServiceName?: string;
  Name?: string;
  Url?: string;
  Path?: string;
  Tags?: Tag[];
}

/** Operations that AWS checks on everything, even where they name something. */
const onEverything =
  /^(List(Users|Groups|Roles|Policies|InstanceProfiles|AccountAliases|VirtualMFADevices|ServerCertificates|OpenIDConnectProviders|SAMLProviders)|Get(Account.*|AccessKeyLastUsed)|.*CredentialReport|.*AccountAlias|.*AccountPasswordPolicy)$/;
/** Operations whose UserName may be left out, which then means the caller. */
const onCaller =
  /^(GetUser|.*AccessKeys?|.*LoginProfile|.*MFADevices?|.*SSHPublicKeys?|.*SigningCertificates?|.*ServiceSpecificCredentials?|ChangePassword)$/;

export function iamPermissions(operation: string) {
  return (call: Call<AnyInput>): NeededPermission[] => {
    refuseTemporary(call);
    const [resource, context] = [resourceOf(operation, call), contextFor(operation, call)];
    return [{ action: `iam:${operation}`, resource, context }, ...passRole(operation, call)];
  };
}

/** IAM knows neither a user's temporary credentials without a second factor nor those of GetFederationToken. */
function refuseTemporary({ principal }: Call): void {
  const isTemporary = principal.accessKeyId.startsWith("ASIA");
  const isUser = principal.kind === "user" && isTemporary && principal.mfaAt === undefined;
  if (isUser || principal.kind === "federated-user")
    throw new AwsFault("InvalidClientTokenId", "The security token included in the request is invalid", 403);
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
  const named = namedOtherwise(operation, call);
  if (named !== undefined) return named;
  if (input.PolicyArn !== undefined) return input.PolicyArn;
  if (input.PolicyName !== undefined) return iamArn(call, "policy", input.Path ?? "/", input.PolicyName);
  return "*";
}

/** Providers, devices and certificates. */
function namedOtherwise(operation: string, call: Call<AnyInput>): string | undefined {
  const { input, world, accountId } = call;
  const { Path = "/", ServerCertificateName, VirtualMFADeviceName, SerialNumber, Url, Name } = input;
  const arn = input.OpenIDConnectProviderArn ?? input.SAMLProviderArn;
  if (arn !== undefined) return arn;
  const prefix = `arn:${world.partition}:iam::${accountId}`;
  if (ServerCertificateName !== undefined)
    return `${prefix}:server-certificate${Path}${ServerCertificateName}`;
  if (VirtualMFADeviceName !== undefined) return `${prefix}:mfa${Path}${VirtualMFADeviceName}`;
  if (SerialNumber?.startsWith("arn:")) return SerialNumber;
  if (operation === "CreateOpenIDConnectProvider" && Url !== undefined)
    return `${prefix}:oidc-provider/${Url.replace(/^https?:\/\//, "")}`;
  return operation === "CreateSAMLProvider" ? `${prefix}:saml-provider/${Name ?? ""}` : undefined;
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
  if (input.AWSServiceName) context["iam:AWSServiceName"] = input.AWSServiceName;
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
