// Who signed: from access key (and session token) to a principal and its secret. layers.ts has what limits it.
import { iam, roleArnOf, userArnOf } from "./iam-lookup.ts";
import { accountOfAccessKey } from "./ids.ts";
import type { Principal } from "./operation.ts";
import { isAccountKnown, organizationOf } from "./organization.ts";
import { type OpenedSession, openSession, type Session } from "./sessions.ts";
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

interface KnownIdentity {
  world: World;
  revision: number;
  identity: Identity;
}

const identities = new WeakMap<OpenedSession, KnownIdentity>();

/** Looked at again only when something changed in the world. */
function sessionOf(
  world: World,
  worldSecret: string,
  accessKeyId: string,
  token: string,
  now: Date,
): Identity | Refusal {
  const opened = openSession(worldSecret, accessKeyId, token);
  if (!opened) return "bad-token";
  if (opened.expiresAtMs <= now.getTime()) return "expired";
  const { revision } = world;
  const known = identities.get(opened);
  if (known?.revision === revision && known.world === world) return known.identity;
  const { session, secret } = opened;
  if (!isAccountOpen(world, session.accountId)) return "unknown-key";
  const principal =
    session.userName === undefined ? asRole(world, session) : asUser(world, session, session.userName);
  if (!principal) return "unknown-key";
  const identity = { principal, secret, session };
  identities.set(opened, { world, revision, identity });
  return identity;
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
