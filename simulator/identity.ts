// Who signed: from access key (and session token) to a principal, its secret and everything that limits it.
import type { Layers, PolicySource } from "./authorize.ts";
import { iam, managedPolicy, policiesOf, roleArnOf, userArnOf } from "./iam-lookup.ts";
import { accountOfAccessKey } from "./ids.ts";
import type { Principal } from "./operation.ts";
import { isAccountKnown, organizationOf, organizationRevision, policiesAbove } from "./organization.ts";
import { openSession, type Session } from "./sessions.ts";
import type { IamRole, IamUser } from "./shapes.ts";
import type { World } from "./world.ts";

export interface Identity {
  principal: Principal;
  secret: string;
  session?: Session;
}

export type Refusal = "unknown-key" | "bad-token" | "expired";

export function identityOf(
  world: World,
  worldSecret: string,
  accessKeyId: string,
  token: string | undefined,
  now: Date,
): Identity | Refusal {
  return token === undefined
    ? userOf(world, accessKeyId)
    : sessionOf(world, worldSecret, accessKeyId, token, now);
}

/** An account answers as long as the organization has not suspended or closed it. */
export function isAccountOpen(world: World, accountId: string): boolean {
  const member = organizationOf(world)?.accounts.get(accountId);
  return member ? member.State === "ACTIVE" : isAccountKnown(world, accountId);
}

function sessionOf(
  world: World,
  worldSecret: string,
  accessKeyId: string,
  token: string,
  now: Date,
): Identity | Refusal {
  const opened = openSession(worldSecret, token);
  if (!opened || opened.session.accessKeyId !== accessKeyId) return "bad-token";
  const { session, secret } = opened;
  if (Date.parse(session.expiresAt) <= now.getTime()) return "expired";
  if (!isAccountOpen(world, session.accountId)) return "unknown-key";
  const principal =
    session.userName === undefined ? asRole(world, session) : asUser(world, session, session.userName);
  return principal ? { principal, secret, session } : "unknown-key";
}

interface KnownPrincipal {
  /** Of the account's roles. */
  revision: number;
  principal: Principal | undefined;
}

/** Sessions are opened once, so they stand for their tokens. */
const principals = new WeakMap<World, WeakMap<Session, KnownPrincipal>>();

/** Worked out again only when a role of the account changed. */
function asRole(world: World, session: Session): Principal | undefined {
  let ofWorld = principals.get(world);
  if (!ofWorld) {
    ofWorld = new WeakMap();
    principals.set(world, ofWorld);
  }
  const { revision } = iam(world, session.accountId).roles;
  const found = ofWorld.get(session);
  if (found?.revision === revision) return found.principal;
  const principal = roleSession(world, session);
  ofWorld.set(session, { revision, principal });
  return principal;
}

function roleSession(world: World, session: Session): Principal | undefined {
  const {
    accountId,
    roleName = "",
    sessionName,
    accessKeyId,
    mfaAt,
    transitiveTagKeys,
    sourceIdentity,
  } = session;
  const role = iam(world, accountId).roles.get(roleName);
  if (role?.RoleId !== session.roleId || !role) return undefined;
  return {
    kind: "role-session",
    accountId,
    arn: `arn:${world.partition}:sts::${accountId}:assumed-role/${roleName}/${sessionName}`,
    roleArn: roleArnOf(world, accountId, role),
    userId: `${role.RoleId}:${sessionName}`,
    accessKeyId,
    tags: { ...tagsOf(role), ...session.tags },
    ...(mfaAt === undefined ? {} : { mfaAt }),
    ...(transitiveTagKeys ? { transitiveTagKeys } : {}),
    ...(sourceIdentity === undefined ? {} : { sourceIdentity }),
  };
}

/** A service that acts as a role; it signs nothing, so there is no secret. */
export function serviceIdentity(
  world: World,
  accountId: string,
  { RoleName, RoleId }: IamRole,
  sessionName: string,
  now: Date,
): Identity {
  const [issuedAt, expiresAt] = [now.toISOString(), now.toISOString()];
  const ofRole = { roleName: RoleName, roleId: RoleId, accessKeyId: `service-${RoleId}` };
  const session: Session = { accountId, ...ofRole, sessionName, issuedAt, expiresAt };
  const principal = asRole(world, session);
  if (!principal) throw new Error(`no role ${RoleName} in ${accountId}`);
  return { principal, secret: "", session };
}

/** A user's temporary credentials: the user itself, or somebody whom it vouches for. */
function asUser(world: World, session: Session, userName: string): Principal | undefined {
  const { accountId, federatedName, accessKeyId, mfaAt } = session;
  const user = iam(world, accountId).users.get(userName);
  if (user?.UserId !== session.userId || !user) return undefined;
  const shared = { accountId, accessKeyId, ...(mfaAt === undefined ? {} : { mfaAt }) };
  const tags = { ...tagsOf(user), ...session.tags };
  const userArn = userArnOf(world, accountId, user);
  if (federatedName === undefined)
    return { ...shared, kind: "user", arn: userArn, userId: user.UserId, tags };
  const arn = `arn:${world.partition}:sts::${accountId}:federated-user/${federatedName}`;
  const userId = `${accountId}:${federatedName}`;
  return { ...shared, kind: "federated-user", arn, userId, tags, roleArn: userArn };
}

function tagsOf({ Tags }: IamRole | IamUser): Record<string, string> {
  return Object.fromEntries(Tags.map(({ Key, Value }) => [Key, Value]));
}

function userOf(world: World, accessKeyId: string): Identity | Refusal {
  const accountId = accountOfAccessKey(accessKeyId);
  if (!accountId || !isAccountOpen(world, accountId)) return "unknown-key";
  for (const user of iam(world, accountId).users.list()) {
    const key = user.accessKeys.find((candidate) => candidate.AccessKeyId === accessKeyId);
    if (!key) continue;
    if (key.Status !== "Active" || !key.secretAccessKey) return "unknown-key";
    const principal: Principal = {
      kind: "user",
      accountId,
      arn: userArnOf(world, accountId, user),
      userId: user.UserId,
      accessKeyId,
      tags: tagsOf(user),
    };
    return { principal, secret: key.secretAccessKey };
  }
  return "unknown-key";
}

interface KnownLayers {
  /** The sum of all that it hangs on: each only grows. */
  revision: number;
  layers: Layers;
}

const known = new WeakMap<World, Map<string, KnownLayers>>();
const keptLayers = 4_000;

/** The policies that bind this identity now; worked out again only when one of their collections changed. */
export function layersOf(world: World, { principal, session }: Identity): Layers {
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
