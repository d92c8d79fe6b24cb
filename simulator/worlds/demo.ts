// The demo world: Meridian Goods with 20 units and, by default, 127 accounts of about 40 resources
// each in at least 4 regions, and the account outside the organization that hosts the product.
// An account is drawn up as a whole, when one of its collections is first read.
import type { PolicyAttachment } from "../shapes.ts";
import type { Place, World, WorldDefinition } from "../world.ts";
import { accountIdAt, chosenIds, demoAccounts, hostingIndex, smallestDemo } from "./demo/accounts.ts";
import { organizationOfDemo, policiesOfDemo, policyId, rootId, unitsOfDemo } from "./demo/company.ts";
import { drawnCollections } from "./demo/derive.ts";
import { drawTrails } from "./demo/trails.ts";

export interface DemoFacts {
  managementAccountId: string;
  hostingAccountId: string;
  suspendedAccountIds: string[];
  /** The one account under the SCP that denies kms:ListKeys and rds:DescribeDBInstances. */
  scpDeniedAccountId: string;
  /** The one account in which the demo's administrator forgets to make the member role. */
  forgottenAccountId: string;
}

export function demoFacts(world: World): DemoFacts {
  const { suspendedAccountIds, scpDeniedAccountId, forgottenAccountId } = chosenIds(world);
  return {
    managementAccountId: world.managementAccountId,
    hostingAccountId: world.hostingAccountId,
    suspendedAccountIds,
    scpDeniedAccountId,
    forgottenAccountId,
  };
}

const ifManagement =
  (entries: (world: World) => [string, object][]) =>
  (world: World, { accountId }: Place) =>
    accountId === world.managementAccountId ? entries(world) : [];

export const demoWorld: WorldDefinition = {
  name: "demo",
  fewestAccounts: smallestDemo,
  managementAccountId: (world) => accountIdAt(world, 0),
  hostingAccountId: (world) => accountIdAt(world, hostingIndex),
  accounts: (world) => [
    ...[...demoAccounts(world).values()].map((account) => account.fact),
    {
      id: world.hostingAccountId,
      name: "skywarden-hosting",
      email: "aws@skywarden-hosting.example",
      state: "ACTIVE",
      parentId: null,
      joinedAt: new Date(world.bornAt.getTime() - 30 * 86_400_000),
      tags: {},
    },
  ],
  // Meridian's baseline takes AWS's default VPCs away and leaves one, which the drawing has; new accounts have them all.
  hasDefaultVpc: (world, { accountId }) => !demoAccounts(world).has(accountId),
  derive: {
    ...drawnCollections({
      accountOf: (world, accountId) => demoAccounts(world).get(accountId),
      finish: drawTrails,
    }),
    "organizations:organization": ifManagement((world) => [["self", organizationOfDemo(world)]]),
    "organizations:ou": ifManagement((world) => unitsOfDemo(world).map((unit) => [unit.Id, unit])),
    "organizations:policy": ifManagement((world) =>
      policiesOfDemo(world).map((policy) => [policy.Id, policy]),
    ),
    "organizations:attachment": ifManagement(attachments),
  },
};

function attachments(world: World): [string, PolicyAttachment][] {
  const attach = (targetId: string, name: Parameters<typeof policyId>[1]): [string, PolicyAttachment] => [
    targetId,
    { targetId, policyIds: ["p-FullAWSAccess", policyId(world, name)] },
  ];
  return [
    attach(rootId(world), "DenyLeaveOrganization"),
    attach(chosenIds(world).scpDeniedAccountId, "RestrictKeyAndDatabaseInventory"),
  ];
}
