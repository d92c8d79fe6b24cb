// The role that the product runs as, in the account that hosts it: what its own install-role template makes,
// for machines, containers and pods.
import { iamId } from "../ids.ts";
import type { IamRole } from "../shapes.ts";
import type { Place, World } from "../world.ts";

export const installRoleName = "Skywarden-Install-Role";

/** "iam:role" of the hosting account, for a world's `derive`. */
export function installRoles(world: World, { accountId }: Place): [string, IamRole][] {
  return accountId === world.hostingAccountId ? [[installRoleName, installRole(world)]] : [];
}

const policy = (...statements: object[]) => JSON.stringify({ Version: "2012-10-17", Statement: statements });

export function installRole(world: World): IamRole {
  const { partition, hostingAccountId } = world;
  return {
    RoleName: installRoleName,
    RoleId: iamId("AROA", world.random("demo", "install-role")),
    Path: "/",
    CreateDate: new Date(world.bornAt.getTime() - 30 * 86_400_000).toISOString(),
    MaxSessionDuration: 3600,
    Tags: [],
    trustPolicy: policy(
      {
        Effect: "Allow",
        Principal: { Service: ["ec2.amazonaws.com", "ecs-tasks.amazonaws.com"] },
        Action: "sts:AssumeRole",
      },
      {
        Effect: "Allow",
        Principal: { Service: "pods.eks.amazonaws.com" },
        Action: ["sts:AssumeRole", "sts:TagSession"],
      },
    ),
    attachedPolicies: [],
    inlinePolicies: {
      "assume-harvest-roles": policy(
        {
          Effect: "Allow",
          Action: "sts:AssumeRole",
          Resource: `arn:${partition}:iam::*:role/Skywarden-Harvest-*`,
        },
        { Effect: "Allow", Action: "sts:GetCallerIdentity", Resource: "*" },
        {
          Effect: "Allow",
          Action: "iam:GetRole",
          Resource: `arn:${partition}:iam::${hostingAccountId}:role/${installRoleName}`,
        },
      ),
    },
  };
}
