// The organization as its services and the permission check see it: units, accounts, policies, who is above whom.
import type { PolicySource } from "./authorize.ts";
import type {
  DelegatedAdministrator,
  Organization,
  OrganizationAccount,
  OrganizationalUnit,
  OrganizationPolicy,
  PolicyAttachment,
  PolicyType,
} from "./shapes.ts";
import type { Collection, World } from "./world.ts";

export interface OrganizationView {
  readonly self: Organization;
  /** Holds `self`, for changing it. */
  readonly organizations: Collection<Organization>;
  readonly units: Collection<OrganizationalUnit>;
  readonly accounts: Collection<OrganizationAccount>;
  readonly ownPolicies: Collection<OrganizationPolicy>;
  readonly attachments: Collection<PolicyAttachment>;
  readonly delegates: Collection<DelegatedAdministrator>;
}

export const fullAccess: OrganizationPolicy = {
  Id: "p-FullAWSAccess",
  Name: "FullAWSAccess",
  Description: "Allows access to every operation",
  Type: "SERVICE_CONTROL_POLICY",
  document: '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}',
  tags: {},
};

const resourceFullAccess: OrganizationPolicy = {
  ...fullAccess,
  Id: "p-RCPFullAWSAccess",
  Name: "RCPFullAWSAccess",
  Description: "Allows access to every resource",
  Type: "RESOURCE_CONTROL_POLICY",
  document:
    '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}]}',
};

export const awsOwnedPolicies: readonly OrganizationPolicy[] = [fullAccess, resourceFullAccess];

const views = new WeakMap<World, OrganizationView>();

/** Undefined in a world without an organization. */
export function organizationOf(world: World): OrganizationView | undefined {
  const view = viewOf(world);
  return view.organizations.get("self") ? view : undefined;
}

/** Moves when anything of the organization does. */
export function organizationRevision(world: World): number {
  const { organizations, units, accounts, ownPolicies, attachments } = viewOf(world);
  return (
    organizations.revision + units.revision + accounts.revision + ownPolicies.revision + attachments.revision
  );
}

/** Also of a world that has no organization yet. */
export function viewOf(world: World): OrganizationView {
  const known = views.get(world);
  if (known) return known;
  const place = { accountId: world.managementAccountId, region: "global" };
  const organizations = world.collection<Organization>(place, "organizations:organization");
  const view: OrganizationView = {
    get self() {
      const self = organizations.get("self");
      if (!self) throw new Error("this world has no organization");
      return self;
    },
    organizations,
    units: world.collection(place, "organizations:ou"),
    accounts: world.collection(place, "organizations:account"),
    ownPolicies: world.collection(place, "organizations:policy"),
    attachments: world.collection(place, "organizations:attachment"),
    delegates: world.collection(place, "organizations:delegated-administrator"),
  };
  views.set(world, view);
  return view;
}

/** Ids from the root down to the target itself; undefined when there is no such target. */
export function chainOf(view: OrganizationView, targetId: string): string[] | undefined {
  const chain: string[] = [];
  let id: string | undefined = targetId;
  while (id !== undefined && id !== view.self.rootId) {
    chain.unshift(id);
    id = view.accounts.get(id)?.parentId ?? view.units.get(id)?.parentId;
  }
  return id === undefined ? undefined : [view.self.rootId, ...chain];
}

/** As in aws:PrincipalOrgPaths and ListAccounts: o-…/r-…/ou-…/. */
export function orgPathOf(view: OrganizationView, accountId: string): string | undefined {
  const chain = chainOf(view, accountId);
  return chain && `${[view.self.Id, ...chain.slice(0, -1)].join("/")}/`;
}

export function policyById(view: OrganizationView, id: string): OrganizationPolicy | undefined {
  return awsOwnedPolicies.find((policy) => policy.Id === id) ?? view.ownPolicies.get(id);
}

export function attachedTo(view: OrganizationView, targetId: string): string[] {
  const attached = view.attachments.get(targetId)?.policyIds ?? [fullAccess.Id];
  // Attached everywhere as soon as the type is enabled, and never to be detached.
  const { Id, Type } = resourceFullAccess;
  return isTypeEnabled(view, Type) && !attached.includes(Id) ? [...attached, Id] : attached;
}

/** The policies of one type from the root down to the account; undefined where the type is off or nobody's member. */
export function policiesAbove(
  world: World,
  accountId: string,
  type: PolicyType,
): PolicySource[][] | undefined {
  const view = organizationOf(world);
  const chain = view?.accounts.get(accountId) && chainOf(view, accountId);
  if (!view || !chain || !isTypeEnabled(view, type)) return undefined;
  return chain.map((targetId) =>
    attachedTo(view, targetId).flatMap((id) => {
      const policy = policyById(view, id);
      if (policy?.Type !== type) return [];
      return [{ text: policy.document, arn: policyArn(view, policy, world.partition) }];
    }),
  );
}

export function policyArn(view: OrganizationView, policy: OrganizationPolicy, partition: string): string {
  const type = policy.Type.toLowerCase();
  return awsOwnedPolicies.includes(policy)
    ? `arn:${partition}:organizations::aws:policy/${type}/${policy.Id}`
    : `arn:${partition}:organizations::${view.self.managementAccountId}:policy/${view.self.Id}/${type}/${policy.Id}`;
}

export function isTypeEnabled(view: OrganizationView, type: PolicyType): boolean {
  return view.self.enabledPolicyTypes.includes(type);
}

/** Value of "organizations:made-account" (management, global): an account that came after the world. */
export interface MadeAccount {
  Id: string;
  Name: string;
  Email: string;
  CreatedTimestamp: string;
}

export function madeAccounts(world: World): Collection<MadeAccount> {
  const place = { accountId: world.managementAccountId, region: "global" };
  return world.collection(place, "organizations:made-account");
}

/** An account of AWS, in the organization or not. */
export function isAccountKnown(world: World, id: string): boolean {
  return world.accounts.has(id) || madeAccounts(world).get(id) !== undefined;
}

export function ownerOf(world: World, accountId: string): { name: string; email: string } {
  const made = madeAccounts(world).get(accountId);
  if (made) return { name: made.Name, email: made.Email };
  const { name = "", email = "" } = world.accounts.get(accountId) ?? {};
  return { name, email };
}

/** Value of "organizations:service-access" (management, global) under the service's name. */
export interface ServiceAccess {
  ServicePrincipal: string;
  DateEnabled: string;
}

export function serviceAccesses(world: World): Collection<ServiceAccess> {
  const place = { accountId: world.managementAccountId, region: "global" };
  return world.collection(place, "organizations:service-access");
}

/** Trusted with the organization: enabled by name, or by a delegated administrator that the world began with. */
export function isServiceAccessEnabled(world: World, service: string): boolean {
  if (serviceAccesses(world).get(service)) return true;
  return viewOf(world)
    .delegates.list()
    .some(({ servicePrincipals }) => servicePrincipals.includes(service));
}

export function enableServiceAccess(world: World, ServicePrincipal: string, now: Date): void {
  if (serviceAccesses(world).get(ServicePrincipal)) return;
  serviceAccesses(world).put(ServicePrincipal, { ServicePrincipal, DateEnabled: now.toISOString() });
}
