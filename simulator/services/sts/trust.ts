// The role that somebody wants to become, and the policy that says who may.
import { iam, pathOfArn } from "../../iam-lookup.ts";
import { isAccountOpen } from "../../identity.ts";
import type { Call, NeededPermission, ResourcePolicy } from "../../operation.ts";
import type { IamRole } from "../../shapes.ts";
import type { World } from "../../world.ts";

/** Trusts nobody: what a role that is not there answers. */
const closed = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { Service: "none" }, Action: "sts:*" }],
});

const underTrust = new Set(["sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"]);

export function trustOf({ world }: Call, { action, resource }: NeededPermission): ResourcePolicy | undefined {
  if (!underTrust.has(action)) return undefined;
  const accountId = resource.split(":")[4] ?? "";
  const found = roleAt(world, resource);
  return found ? trustPolicy(found) : { text: closed, accountId, isDecisive: true };
}

export function trustPolicy({ role, accountId }: { role: IamRole; accountId: string }): ResourcePolicy {
  const { trustPolicy: text, trustedIds } = role;
  return { text, accountId, isDecisive: true, ...(trustedIds ? { trustedIds } : {}) };
}

/** The role of an ARN whose path is right, in an account that is open. */
export function roleAt(world: World, arn: string): { role: IamRole; accountId: string } | undefined {
  const [, partition, , , accountId = ""] = arn.split(":");
  if (partition !== world.partition || !isAccountOpen(world, accountId)) return undefined;
  const role = iam(world, accountId).roles.get(arn.slice(arn.lastIndexOf("/") + 1));
  return role && pathOfArn(arn) === role.Path ? { role, accountId } : undefined;
}
