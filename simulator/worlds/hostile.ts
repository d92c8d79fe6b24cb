// A world that stands in a harvester's way: one account for each way in which reading it goes wrong, named in
// hostile/situations.ts; besides, accounts like the demo's with things of every service.
import { newBucket } from "../services/s3/bucket.ts";
import type { RegionOptIn } from "../shapes.ts";
import type { AccountFact, Place, World, WorldDefinition } from "../world.ts";
import type { DemoAccount } from "./demo/accounts.ts";
import { drawnCollections } from "./demo/derive.ts";
import { estate } from "./estate/kinds.ts";
import {
  attachments,
  delegates,
  organization,
  policies,
  rootId,
  unitIds,
  units,
} from "./hostile/organization.ts";
import { policiesIn, rolesIn } from "./hostile/roles.ts";
import {
  enabledOptInRegion,
  hostingAccountId,
  managementAccountId,
  type Situation,
  silentRegion,
} from "./hostile/situation.ts";
import { situationOf, situations } from "./hostile/situations.ts";

const drawn = drawnCollections({ accountOf: demoAccountOf });
/** Where every probe of an RCP finds a bucket. */
export const protectedBucket = `hostile-protected-${situationOf("resource-control").accountId}`;

export const hostileWorld: WorldDefinition = {
  name: "hostile",
  managementAccountId: () => managementAccountId,
  hostingAccountId: () => hostingAccountId,
  accounts: (world) => [
    ...situations.map((situation) => factOf(world, situation)),
    factOf(world, { name: "hosting", accountId: hostingAccountId }),
  ],
  hasDefaultVpc: (world, { accountId }) => !demoAccountOf(world, accountId),
  derive: {
    ...estate,
    ...drawn,
    "organizations:organization": ofManagement(() => [["self", organization]]),
    "organizations:ou": ofManagement(() => units.map((unit) => [unit.Id, unit])),
    "organizations:policy": ofManagement(() => policies.map((policy) => [policy.Id, policy])),
    "organizations:attachment": ofManagement(() => attachments.map((each) => [each.targetId, each])),
    "organizations:delegated-administrator": ofManagement((world) =>
      delegates(world).map((delegate) => [delegate.accountId, delegate]),
    ),
    "account:region": (_, { accountId }) =>
      accountId === situationOf("opt-in-region").accountId ? [[enabledOptInRegion, enabled]] : [],
    "iam:role": (world, place) => [
      ...withoutInstallRole(world, place, drawn["iam:role"]?.(world, place) ?? []),
      ...rolesIn(world, place),
    ],
    "iam:policy": (world, place) => [
      ...(drawn["iam:policy"]?.(world, place) ?? []),
      ...policiesIn(world, place),
    ],
    "s3:bucket": (world, place) => [
      ...(drawn["s3:bucket"]?.(world, place) ?? []),
      ...protectedIn(world, place),
    ],
  },
  settings: () => ({
    limits: { accountFactors: { [situationOf("throttled").accountId]: 0.02 } },
    faults: [
      { kind: "no-answer", region: silentRegion, accountId: situationOf("silent-region").accountId },
      {
        kind: "server-error",
        service: "ec2",
        operation: "DescribeVolumes",
        accountId: situationOf("failing-operation").accountId,
      },
    ],
  }),
};

const enabled: RegionOptIn = { RegionName: enabledOptInRegion, RegionOptStatus: "ENABLED" };

type Entries = Iterable<[id: string, value: object]>;

function ofManagement(entries: (world: World) => [string, object][]) {
  return (world: World, { accountId }: Place): Entries =>
    accountId === managementAccountId ? entries(world) : [];
}

/** The hosting account's comes with more permissions here. */
function withoutInstallRole(_: World, { accountId }: Place, roles: Entries): Entries {
  return accountId === hostingAccountId ? [] : roles;
}

function protectedIn(world: World, { accountId, region }: Place): Entries {
  if (accountId !== situationOf("resource-control").accountId || region !== "global") return [];
  const createdAt = new Date(world.bornAt.getTime() - 200 * 86_400_000).toISOString();
  const policy = JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Deny",
        Principal: "*",
        Action: "s3:*",
        Resource: `arn:aws:s3:::${protectedBucket}/*`,
        Condition: { Bool: { "aws:SecureTransport": "false" } },
      },
    ],
  });
  return [[protectedBucket, { ...newBucket(protectedBucket, "us-east-1", accountId, createdAt), policy }]];
}

function factOf(
  world: World,
  { name, accountId, unit, state }: Pick<Situation, "name" | "accountId"> & Partial<Situation>,
): AccountFact {
  return {
    id: accountId,
    name,
    email: `aws+${name}@hostile.example`,
    state: state ?? "ACTIVE",
    parentId: unit === undefined ? null : unit === null ? rootId : unitIds[unit],
    joinedAt: new Date(world.bornAt.getTime() - 400 * 86_400_000),
    tags: { situation: name },
  };
}

function demoAccountOf(world: World, accountId: string): DemoAccount | undefined {
  const fact = world.accounts.get(accountId);
  if (!fact || fact.parentId === null) return undefined;
  return { fact, environment: "prod", unit: undefined };
}
