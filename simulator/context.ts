// The context of one request, key by key and only when a policy asks: what AWS puts in for a signed call.
import type { Identity } from "./identity.ts";
import type { NeededPermission } from "./operation.ts";
import { organizationOf, orgPathOf } from "./organization.ts";
import type { Context } from "./policy/match.ts";
import type { World } from "./world.ts";

export interface RequestFacts {
  region: string;
  now: Date;
  sourceIp: string;
  userAgent: string;
}

/** `resourceAccountId`: whose resource is touched; the caller's own unless told. */
export function contextOf(
  world: World,
  identity: Identity,
  facts: RequestFacts,
  permission?: NeededPermission,
  resourceAccountId = identity.principal.accountId,
): Context {
  const given = new Map(
    Object.entries(permission?.context ?? {}).map(([key, value]) => [key.toLowerCase(), value]),
  );
  return (key) => {
    const own = given.get(key);
    if (own !== undefined) return Array.isArray(own) ? own : [own];
    const value = key.startsWith("aws:principaltag/")
      ? tagOf(identity, key.slice("aws:principaltag/".length))
      : globalKey(key, world, identity, facts, resourceAccountId);
    return value === undefined ? undefined : Array.isArray(value) ? value : [value];
  };
}

/** Tag keys in conditions are compared without regard to case. */
function tagOf({ principal }: Identity, name: string): string | undefined {
  return Object.entries(principal.tags).find(([key]) => key.toLowerCase() === name)?.[1];
}

function globalKey(
  key: string,
  world: World,
  { principal, session }: Identity,
  facts: RequestFacts,
  resourceAccountId: string,
): string | string[] | undefined {
  switch (key) {
    case "aws:principalarn":
      return principal.kind === "federated-user" ? principal.arn : (principal.roleArn ?? principal.arn);
    case "aws:principalaccount":
      return principal.accountId;
    case "aws:principaltype":
      return principalTypes[principal.kind];
    case "aws:principalorgid":
      return organizationIdOf(world, principal.accountId);
    case "aws:principalorgpaths":
      return organizationPathsOf(world, principal.accountId);
    case "aws:resourceaccount":
      return resourceAccountId;
    case "aws:resourceorgid":
      return organizationIdOf(world, resourceAccountId);
    case "aws:resourceorgpaths":
      return organizationPathsOf(world, resourceAccountId);
    case "aws:userid":
      return principal.userId;
    case "aws:username":
      return principal.kind === "user" ? principal.arn.slice(principal.arn.lastIndexOf("/") + 1) : undefined;
    case "aws:requestedregion":
      return facts.region;
    case "aws:currenttime":
      return facts.now.toISOString();
    case "aws:epochtime":
      return String(Math.floor(facts.now.getTime() / 1000));
    case "aws:sourceip":
      return facts.sourceIp;
    case "aws:useragent":
      return facts.userAgent;
    // AWS speaks TLS only; the loopback socket stands for it.
    case "aws:securetransport":
      return "true";
    case "aws:viaawsservice":
    case "aws:principalisawsservice":
      return "false";
    case "aws:tokenissuetime":
      return session?.issuedAt;
    case "aws:multifactorauthpresent":
      return session ? String(session.mfaAt !== undefined) : undefined;
    case "aws:multifactorauthage":
      return session?.mfaAt && String(Math.floor((facts.now.getTime() - Date.parse(session.mfaAt)) / 1000));
    case "aws:federatedprovider":
      return session?.federatedProvider;
    case "aws:sourceidentity":
      return session?.sourceIdentity;
    default:
      return undefined;
  }
}

const principalTypes: Record<Identity["principal"]["kind"], string> = {
  root: "Account",
  user: "User",
  "role-session": "AssumedRole",
  "federated-user": "FederatedUser",
  anonymous: "Anonymous",
};

function organizationIdOf(world: World, accountId: string): string | undefined {
  const view = organizationOf(world);
  return view?.accounts.get(accountId) ? view.self.Id : undefined;
}

function organizationPathsOf(world: World, accountId: string): string[] | undefined {
  const view = organizationOf(world);
  const path = view?.accounts.get(accountId) && orgPathOf(view, accountId);
  return path ? [path] : undefined;
}
