// A tiny world for tests: a management account, three members in two OUs, one SCP, and a hosting account.
import type {
  IamRole,
  Organization,
  OrganizationalUnit,
  OrganizationPolicy,
  PolicyAttachment,
} from "../shapes.ts";
import type { AccountFact, World, WorldDefinition } from "../world.ts";

export const small = {
  managementAccountId: "111111111111",
  hostingAccountId: "999999999999",
  /** In the OU "prod", under the SCP that denies cloudtrail:StopLogging. */
  prodAccountId: "222222222222",
  devAccountId: "333333333333",
  /** In the OU "dev"; suspended. */
  suspendedAccountId: "444444444444",
  organizationId: "o-smallworld1",
  rootId: "r-sm01",
  prodUnitId: "ou-sm01-prod0001",
  devUnitId: "ou-sm01-dev00001",
  guardPolicyId: "p-guard001",
  installRoleName: "Skywarden-Install-Role",
} as const;

const guard = {
  Version: "2012-10-17",
  Statement: [{ Sid: "DenyStopLogging", Effect: "Deny", Action: "cloudtrail:StopLogging", Resource: "*" }],
};

export const smallWorld: WorldDefinition = {
  name: "small",
  managementAccountId: () => small.managementAccountId,
  hostingAccountId: () => small.hostingAccountId,
  accounts: (world) => [
    account(world, small.managementAccountId, "management", small.rootId),
    account(world, small.prodAccountId, "prod", small.prodUnitId, { env: "prod", owner: "team-a" }),
    account(world, small.devAccountId, "dev", small.devUnitId, { env: "dev" }),
    { ...account(world, small.suspendedAccountId, "old", small.devUnitId), state: "SUSPENDED" },
    account(world, small.hostingAccountId, "hosting", null),
  ],
  derive: {
    "organizations:organization": (_, place) =>
      ifManagement(place.accountId, "self", {
        Id: small.organizationId,
        rootId: small.rootId,
        managementAccountId: small.managementAccountId,
        managementAccountEmail: "management@small.example",
        FeatureSet: "ALL",
        enabledPolicyTypes: ["SERVICE_CONTROL_POLICY"],
      } satisfies Organization),
    "organizations:ou": (_, place) => [
      ...ifManagement(place.accountId, small.prodUnitId, unit(small.prodUnitId, "prod")),
      ...ifManagement(place.accountId, small.devUnitId, unit(small.devUnitId, "dev")),
    ],
    "organizations:policy": (_, place) =>
      ifManagement(place.accountId, small.guardPolicyId, {
        Id: small.guardPolicyId,
        Name: "Guard",
        Description: "Trails stay on",
        Type: "SERVICE_CONTROL_POLICY",
        document: JSON.stringify(guard),
        tags: {},
      } satisfies OrganizationPolicy),
    "organizations:attachment": (_, place) =>
      ifManagement(place.accountId, small.prodUnitId, {
        targetId: small.prodUnitId,
        policyIds: ["p-FullAWSAccess", small.guardPolicyId],
      } satisfies PolicyAttachment),
    "iam:role": (world, place) =>
      place.accountId === small.hostingAccountId ? [[small.installRoleName, installRole(world)]] : [],
  },
};

function account(
  world: World,
  id: string,
  name: string,
  parentId: string | null,
  tags: Record<string, string> = {},
): AccountFact {
  const joinedAt = new Date(world.bornAt.getTime() - 90 * 86_400_000);
  return { id, name, email: `${name}@small.example`, state: "ACTIVE", parentId, joinedAt, tags };
}

function unit(id: string, name: string): OrganizationalUnit {
  return { Id: id, Name: name, parentId: small.rootId, tags: {} };
}

function ifManagement(accountId: string, id: string, value: object): [string, object][] {
  return accountId === small.managementAccountId ? [[id, value]] : [];
}

function installRole(world: World): IamRole {
  return {
    RoleName: small.installRoleName,
    RoleId: "AROAINSTALLROLE234567",
    Path: "/",
    CreateDate: world.bornAt.toISOString(),
    MaxSessionDuration: 3600,
    Tags: [],
    trustPolicy: JSON.stringify({
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Allow",
          Principal: { Service: ["ec2.amazonaws.com", "ecs-tasks.amazonaws.com", "pods.eks.amazonaws.com"] },
          Action: ["sts:AssumeRole", "sts:TagSession"],
        },
      ],
    }),
    attachedPolicies: [],
    inlinePolicies: {
      "assume-harvest-roles": JSON.stringify({
        Version: "2012-10-17",
        Statement: [
          {
            Effect: "Allow",
            Action: "sts:AssumeRole",
            Resource: `arn:${world.partition}:iam::*:role/Skywarden-Harvest-*`,
          },
          {
            Effect: "Allow",
            Action: ["sts:GetCallerIdentity", "iam:GetRole"],
            Resource: [
              `arn:${world.partition}:iam::${small.hostingAccountId}:role/${small.installRoleName}`,
              "*",
            ],
          },
        ],
      }),
    },
  };
}
