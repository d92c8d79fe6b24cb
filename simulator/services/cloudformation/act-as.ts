// Calls that a service makes as a role: of a stack, or of a stack set in another account. Each is asked of the same
// decision flow as a caller's own.
import { decisionOn } from "../../decision.ts";
import { denied } from "../../faults.ts";
import { iam as lookup, pathOfArn } from "../../iam-lookup.ts";
import { isAccountOpen, serviceIdentity } from "../../identity.ts";
import { AwsFault, type Call, type NeededPermission } from "../../operation.ts";
import { trustsService } from "../../policy/principal.ts";
import type { IamRole } from "../../shapes.ts";
import { apiOf } from "../../wire/api.ts";
import { iam } from "../iam.ts";
import { sts } from "../sts.ts";

export const servicePrincipal = "cloudformation.amazonaws.com";

export function roleAt({ world }: Call, arn: string): IamRole | undefined {
  const accountId = arn.split(":")[4] ?? "";
  if (!isAccountOpen(world, accountId)) return undefined;
  const role = lookup(world, accountId).roles.get(arn.slice(arn.lastIndexOf("/") + 1));
  return role?.Path === pathOfArn(arn) ? role : undefined;
}

/** The same call in the role's account and with the role's permissions. */
export function asRole(call: Call, arn: string, sessionName: string, region = call.region): Call {
  const accountId = arn.split(":")[4] ?? "";
  const role = roleAt(call, arn);
  if (!role) throw new AwsFault("ValidationError", `Role ${arn} is invalid or cannot be assumed`);
  const { world, now } = call;
  const identity = serviceIdentity(world, accountId, role, sessionName, now);
  const facts = { region, now, sourceIp: servicePrincipal, userAgent: servicePrincipal };
  const acting: Call = {
    ...call,
    accountId,
    region,
    principal: identity.principal,
    authorize: (permission) => {
      const service = permission.action.startsWith("sts:") ? sts : iam;
      const policy = permission.policy ?? service.resourcePolicy?.(acting, permission);
      const decision = decisionOn(world, identity, facts, viaService(permission), policy);
      const api = apiOf(service.client);
      if (!decision.allowed && api) throw denied(api, identity.principal, permission, decision);
    },
  };
  return acting;
}

/** Forward access: what a service asks for a caller carries the service's name. */
export function viaService(permission: NeededPermission): NeededPermission {
  const { context = {} } = permission;
  return {
    ...permission,
    context: { ...context, "aws:ViaAWSService": "true", "aws:CalledVia": [servicePrincipal] },
  };
}

export function isAllowed(call: Call, permission: NeededPermission): boolean {
  try {
    call.authorize?.(permission);
    return true;
  } catch (error) {
    if (error instanceof AwsFault) return false;
    throw error;
  }
}

/** The caller may hand the role to CloudFormation, and the role trusts it. */
export function checkPassed(call: Call, arn: string): void {
  call.authorize?.({
    action: "iam:PassRole",
    resource: arn,
    context: { "iam:PassedToService": servicePrincipal },
  });
  const role = roleAt(call, arn);
  if (!role || arn.split(":")[4] !== call.accountId || !trustsService(role.trustPolicy, servicePrincipal))
    throw new AwsFault("ValidationError", `Role ${arn} is invalid or cannot be assumed`);
}
