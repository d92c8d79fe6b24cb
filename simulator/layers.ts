// Everything that limits a caller, whatever it asks for: identity policies, boundary, session policies and the service
// control policies above its account. Knows nothing of requests.
import type { Layers, PolicySource } from "./authorize.ts";
import { iam, managedPolicy, policiesOf } from "./iam-lookup.ts";
import type { Identity } from "./identity.ts";
import type { Principal } from "./operation.ts";
import { organizationOf, organizationRevision, policiesAbove } from "./organization.ts";
import type { Session } from "./sessions.ts";
import type { IamRole, IamUser } from "./shapes.ts";
import type { World } from "./world.ts";

interface KnownLayers {
  /** The sum of all that it hangs on: each only grows. */
  revision: number;
  layers: Layers;
}

const known = new WeakMap<World, Map<string, KnownLayers>>();
const keptLayers = 4_000;

/** The world's revision and what bound the identity then. */
const latest = new WeakMap<Identity, KnownLayers>();

/** The policies that bind this identity now. */
export function layersOf(world: World, identity: Identity): Layers {
  const { revision } = world;
  const found = latest.get(identity);
  if (found?.revision === revision) return found.layers;
  const layers = knownLayers(world, identity);
  latest.set(identity, { revision, layers });
  return layers;
}

/** Worked out again only when one of the collections that they come from changed. */
function knownLayers(world: World, { principal, session }: Identity): Layers {
  let ofWorld = known.get(world);
  if (!ofWorld) {
    ofWorld = new Map();
    known.set(world, ofWorld);
  }
  const { users, groups, roles, policies } = iam(world, principal.accountId);
  const ownRevision = users.revision + groups.revision + roles.revision + policies.revision;
  const revision = ownRevision + organizationRevision(world);
  const name = session?.accessKeyId ?? principal.arn;
  const found = ofWorld.get(name);
  if (found?.revision === revision) return found.layers;
  if (ofWorld.size >= keptLayers) ofWorld.clear();
  const layers = gather(world, principal, session);
  ofWorld.set(name, { revision, layers });
  return layers;
}

function gather(world: World, principal: Principal, session: Session | undefined): Layers {
  const { accountId } = principal;
  const view = iam(world, accountId);
  const holder: IamUser | IamRole | undefined =
    session?.roleName === undefined
      ? view.users.list().find(({ UserId }) => UserId === (session?.userId ?? principal.userId))
      : view.roles.get(session.roleName);
  const serviceControl = isServiceLinked(principal) ? undefined : serviceControlOf(world, accountId);
  if (!holder) return { identity: [], boundary: undefined, session: undefined, serviceControl };
  const groups = "groups" in holder ? holder.groups.flatMap((name) => view.groups.get(name) ?? []) : [];
  const identity = [holder, ...groups].flatMap((entity) => policiesOf(world, accountId, entity));
  return {
    identity,
    boundary: holder.permissionsBoundary
      ? managedSources(world, accountId, [holder.permissionsBoundary])
      : undefined,
    session: sessionPolicies(world, accountId, session),
    serviceControl,
  };
}

function sessionPolicies(
  world: World,
  accountId: string,
  session: Session | undefined,
): PolicySource[] | undefined {
  // Whom a user vouches for may do nothing but what the session's policies say.
  if (!session?.policies?.length && !session?.policyArns?.length)
    return session?.federatedName === undefined ? undefined : [];
  return [
    ...(session.policies ?? []).map((text) => ({ text })),
    ...managedSources(world, accountId, session.policyArns ?? []),
  ];
}

/** A boundary whose policy is gone allows nothing. */
function managedSources(world: World, accountId: string, arns: string[]): PolicySource[] {
  return arns.flatMap((arn) => {
    const policy = managedPolicy(world, accountId, arn);
    return policy?.text ? [{ text: policy.text, arn }] : [];
  });
}

/** Service-linked roles are above the organization's policies. */
export function isServiceLinked(principal: Principal): boolean {
  return principal.roleArn?.includes(":role/aws-service-role/") ?? false;
}

/** Level by level from the root; undefined for the management account, outsiders, and where the type is off. */
export function serviceControlOf(world: World, accountId: string): PolicySource[][] | undefined {
  if (accountId === organizationOf(world)?.self.managementAccountId) return undefined;
  return policiesAbove(world, accountId, "SERVICE_CONTROL_POLICY");
}
