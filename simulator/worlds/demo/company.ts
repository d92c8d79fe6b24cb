// Meridian Goods, the company of the demo world: its organizational units and policies.
// Names and structure only; nothing here depends on the number of accounts.
import { organizationId } from "../../ids.ts";
import type { Organization, OrganizationalUnit, OrganizationPolicy } from "../../shapes.ts";
import type { World } from "../../world.ts";

export const domain = "meridian.example";

/** Unit name to the name of its parent; the root is "". Twenty, parents first. */
export const units = {
  Security: "",
  Infrastructure: "",
  Network: "Infrastructure",
  Platform: "Infrastructure",
  Workloads: "",
  Production: "Workloads",
  Payments: "Production",
  Storefront: "Production",
  Logistics: "Production",
  Analytics: "Production",
  Staging: "Workloads",
  Development: "Workloads",
  Regulated: "Workloads",
  Deployments: "",
  Acquisitions: "",
  "Harbour Retail": "Acquisitions",
  Sandbox: "",
  Exceptions: "",
  "Policy Staging": "",
  Suspended: "",
} as const;

export type UnitName = keyof typeof units;

export function rootId(world: World): string {
  return organizationId("r-", 4, world.random("demo", "root"));
}

export function unitId(world: World, name: UnitName): string {
  return organizationId(`ou-${rootId(world).slice(2)}-`, 8, world.random("demo", "unit", name));
}

export function organizationOfDemo(world: World): Organization {
  return {
    Id: organizationId("o-", 10, world.random("demo", "organization")),
    rootId: rootId(world),
    managementAccountId: world.managementAccountId,
    managementAccountEmail: `aws+management@${domain}`,
    FeatureSet: "ALL",
    enabledPolicyTypes: ["SERVICE_CONTROL_POLICY"],
  };
}

export function unitsOfDemo(world: World): OrganizationalUnit[] {
  return (Object.entries(units) as [UnitName, UnitName | ""][]).map(([Name, parent]) => ({
    Id: unitId(world, Name),
    Name,
    parentId: parent === "" ? rootId(world) : unitId(world, parent),
    tags: {},
  }));
}

export function policyId(world: World, name: PolicyName): string {
  return organizationId("p-", 8, world.random("demo", "policy", name));
}

const policies = {
  DenyLeaveOrganization: {
    description: "No account leaves the organization by itself",
    actions: ["organizations:LeaveOrganization"],
  },
  RestrictKeyAndDatabaseInventory: {
    description: "Contract of an external auditor: keys and databases of this account are not to be listed",
    actions: ["kms:ListKeys", "rds:DescribeDBInstances"],
  },
} as const;

export type PolicyName = keyof typeof policies;

export function policiesOfDemo(world: World): OrganizationPolicy[] {
  return (Object.entries(policies) as [PolicyName, (typeof policies)[PolicyName]][]).map(
    ([Name, { description, actions }]) => ({
      Id: policyId(world, Name),
      Name,
      Description: description,
      Type: "SERVICE_CONTROL_POLICY",
      document: JSON.stringify({
        Version: "2012-10-17",
        Statement: [{ Sid: Name, Effect: "Deny", Action: actions, Resource: "*" }],
      }),
      tags: {},
    }),
  );
}
