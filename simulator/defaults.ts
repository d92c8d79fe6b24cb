// What AWS itself puts into every world: member accounts from the account list, and the role that
// Organizations makes in each account it creates; and the default network of every region.
import { iamId } from "./ids.ts";
import { isAccountKnown } from "./organization.ts";
import { amazonOptions, defaultNetworkParts, derivedNames } from "./services/ec2/default-network.ts";
import type { IamRole, OrganizationAccount } from "./shapes.ts";
import type { Place, World, WorldDefinition } from "./world.ts";

export const memberAccessRole = "OrganizationAccountAccessRole";

export function withDefaults(definition: WorldDefinition): WorldDefinition {
  const { derive } = definition;
  return {
    ...definition,
    // Every member has it, and drawing up an account only to assume this role would take a hundred times as long.
    deriveOne: {
      "iam:role": (world, place, id) =>
        id === memberAccessRole ? memberRole(definition, world, place)[0]?.[1] : undefined,
    },
    derive: {
      ...derive,
      ...withDefaultNetworks(definition),
      "organizations:account": derive["organizations:account"] ?? memberAccounts,
      "iam:role": (world, place) => [
        ...memberRole(definition, world, place),
        ...(derive["iam:role"]?.(world, place) ?? []),
      ],
    },
  };
}

/** Each kind is derived when it is read; in an account nobody looks at it costs nothing. */
function withDefaultNetworks({ derive, hasDefaultVpc }: WorldDefinition): WorldDefinition["derive"] {
  const own = (kind: string, world: World, place: Place) => [...(derive[kind]?.(world, place) ?? [])];
  const networks = Object.entries(defaultNetworkParts).map(([kind, make]) => [
    kind,
    (world: World, place: Place) =>
      !isRegional(world, place) || hasDefaultVpc?.(world, place) === false
        ? own(kind, world, place)
        : [...make({ world, place, id: derivedNames(world, place) }), ...own(kind, world, place)],
  ]);
  const options = (world: World, place: Place) => {
    const drawn = own("ec2:dhcp-options", world, place);
    const id = derivedNames(world, place)("dopt");
    return drawn.length > 0 || !isRegional(world, place)
      ? drawn
      : [[id, amazonOptions(place, id)] as [string, object]];
  };
  return { ...Object.fromEntries(networks), "ec2:dhcp-options": options };
}

const isRegional = (world: World, { accountId, region }: Place) =>
  region !== "global" && isAccountKnown(world, accountId);

function* memberAccounts(world: World, place: Place): Iterable<[string, OrganizationAccount]> {
  if (place.accountId !== world.managementAccountId) return;
  for (const { id, name, email, state, parentId, joinedAt, tags } of world.accounts.values()) {
    if (parentId === null) continue;
    const isFirst = id === world.managementAccountId;
    yield [
      id,
      {
        Id: id,
        Name: name,
        Email: email,
        State: state,
        JoinedMethod: isFirst ? "INVITED" : "CREATED",
        JoinedTimestamp: joinedAt.toISOString(),
        parentId,
        tags,
      },
    ];
  }
}

function memberRole(definition: WorldDefinition, world: World, { accountId }: Place): [string, IamRole][] {
  const account = world.accounts.get(accountId);
  const managementAccountId = definition.managementAccountId(world);
  if (!account || account.parentId === null || accountId === managementAccountId) return [];
  return [[memberAccessRole, defaultRoleFor(world, accountId, account.joinedAt.toISOString())]];
}

/** What Organizations puts into an account that it makes. */
export function defaultRoleFor(
  world: World,
  accountId: string,
  CreateDate: string,
  RoleName = memberAccessRole,
): IamRole {
  const trust = {
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Principal: { AWS: `arn:${world.partition}:iam::${world.managementAccountId}:root` },
        Action: "sts:AssumeRole",
      },
    ],
  };
  return {
    RoleName,
    RoleId: iamId("AROA", world.random(accountId, RoleName)),
    Path: "/",
    CreateDate,
    MaxSessionDuration: 3600,
    Tags: [],
    trustPolicy: JSON.stringify(trust),
    inlinePolicies: {},
    attachedPolicies: [`arn:${world.partition}:iam::aws:policy/AdministratorAccess`],
  };
}
