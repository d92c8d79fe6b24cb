// A world at its beginning: an organization that holds only its management account, and an account outside
// of it that hosts the product. Everything else is made by API.
import { organizationId } from "../ids.ts";
import type { Organization } from "../shapes.ts";
import type { AccountFact, World, WorldDefinition } from "../world.ts";
import { accountNumbers } from "./account-numbers.ts";
import { installRoles } from "./install-role.ts";

const email = "aws@empty.example";

export const emptyWorld: WorldDefinition = {
  name: "empty",
  managementAccountId: (world) => numbers(world).at(0),
  hostingAccountId: (world) => numbers(world).at(1),
  accounts: (world) => [
    account(world, world.managementAccountId, "management", rootId(world)),
    account(world, world.hostingAccountId, "hosting", null),
  ],
  derive: {
    "organizations:organization": (world, { accountId }) =>
      accountId === world.managementAccountId ? [["self", organization(world)]] : [],
    "iam:role": installRoles,
  },
};

const numbers = (world: World) => accountNumbers(world.random("empty", "first-account"));

function rootId(world: World): string {
  return organizationId("r-", 4, world.random("empty", "root"));
}

function organization(world: World): Organization {
  return {
    Id: organizationId("o-", 10, world.random("empty", "organization")),
    rootId: rootId(world),
    managementAccountId: world.managementAccountId,
    managementAccountEmail: email,
    FeatureSet: "ALL",
    // As the console leaves it: no type is enabled until somebody enables it.
    enabledPolicyTypes: [],
  };
}

function account(world: World, id: string, name: string, parentId: string | null): AccountFact {
  return {
    id,
    name,
    email: parentId ? email : `aws@${name}.example`,
    state: "ACTIVE",
    parentId,
    joinedAt: world.bornAt,
    tags: {},
  };
}
