// The demo world: Meridian Goods with 20 units and, by default, 127 accounts of about 40 resources
// each in at least 4 regions, and the account outside the organization that hosts the product.
// An account is drawn up as a whole, when one of its collections is first read.
import type { PolicyAttachment } from "../shapes.ts";
import type { Place, World, WorldDefinition } from "../world.ts";
import { drawAccountSettings } from "./demo/account-settings.ts";
import {
  accountIdAt,
  chosenIds,
  type DemoAccount,
  demoAccounts,
  hostingIndex,
  smallestDemo,
} from "./demo/accounts.ts";
import { organizationOfDemo, policiesOfDemo, policyId, rootId, unitsOfDemo } from "./demo/company.ts";
import { drawMachines } from "./demo/compute.ts";
import { type Draft, newDraft, streamOf } from "./demo/draft.ts";
import { drawIdentities } from "./demo/identity.ts";
import { drawKeys } from "./demo/keys.ts";
import { drawNetworks } from "./demo/network.ts";
import { drawBuckets } from "./demo/storage.ts";
import { drawTrails } from "./demo/trails.ts";
import { drawDatabase, drawFunctions } from "./demo/workloads.ts";
import { installRoles } from "./install-role.ts";

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

/** Drafts kept: an account's collections are read close together. */
const keptDrafts = 64;
const drafts = new WeakMap<World, Map<string, Draft>>();

function draftOf(world: World, account: DemoAccount): Draft {
  let kept = drafts.get(world);
  if (!kept) {
    kept = new Map();
    drafts.set(world, kept);
  }
  const known = kept.get(account.fact.id);
  if (known) return known;
  const drawn = draw(world, account);
  kept.set(account.fact.id, drawn);
  for (const oldest of kept.keys()) {
    if (kept.size <= keptDrafts) break;
    kept.delete(oldest);
  }
  return drawn;
}

function draw(world: World, account: DemoAccount): Draft {
  const draft = newDraft(world, account);
  const identities = drawIdentities(draft);
  const keys = drawKeys(draft);
  const network = drawNetworks(draft);
  drawMachines(draft, network, keys, identities.profile);
  if (streamOf(draft, "has-database").chance(0.75)) drawDatabase(draft, network, keys, identities);
  drawFunctions(draft, network, keys, identities);
  drawBuckets(draft, keys);
  drawTrails(draft, keys);
  drawAccountSettings(draft);
  return draft;
}

/** Everything that a draft can hold. */
const drawnKinds = [
  "account:alternate-contact",
  "cloudtrail:trail",
  "ec2:flow-log",
  "ec2:instance",
  "ec2:internet-gateway",
  "ec2:network-acl",
  "ec2:network-interface",
  "ec2:route-table",
  "ec2:security-group",
  "ec2:settings",
  "ec2:snapshot",
  "ec2:subnet",
  "ec2:volume",
  "ec2:vpc",
  "iam:alias",
  "iam:group",
  "iam:instance-profile",
  "iam:password-policy",
  "iam:policy",
  "iam:role",
  "iam:root",
  "iam:user",
  "kms:alias",
  "kms:key",
  "lambda:function",
  "rds:instance",
  "s3-control:public-access-block",
  "s3:bucket",
] as const;

const drawn =
  (kind: string) =>
  (world: World, { accountId, region }: Place): Iterable<[string, object]> => {
    const account = demoAccounts(world).get(accountId);
    if (account) return draftOf(world, account).entries.get(`${region}|${kind}`) ?? [];
    return kind === "iam:role" && region === "global" ? installRoles(world, { accountId, region }) : [];
  };

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
  derive: {
    ...Object.fromEntries(drawnKinds.map((kind) => [kind, drawn(kind)])),
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
