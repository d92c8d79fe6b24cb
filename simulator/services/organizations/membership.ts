// Who may call Organizations, what its calls need, and the ARNs and shapes that several of them answer.
import { contextOf } from "../../context.ts";
import { AwsFault, type Call, type NeededPermission } from "../../operation.ts";
import { chainOf, type OrganizationView, organizationOf } from "../../organization.ts";
import { resourceVerdict } from "../../policy/principal.ts";
import type { OrganizationAccount } from "../../shapes.ts";
import type { Collection, World } from "../../world.ts";

/** Lists are cut into pages of at most 20, whatever is asked for. */
export const pageSize = 20;

export interface Paged {
  NextToken?: string;
  MaxResults?: number;
}

/** The organization for its administrators: the management account and delegated administrators. */
export function administered(call: Call): OrganizationView {
  const view = membership(call);
  const { accountId } = call;
  if (accountId === view.self.managementAccountId) return view;
  const { denies, allows } = policyVerdict(call);
  if (denies || !(allows || view.delegates.get(accountId))) throw refused();
  return view;
}

/** The organization for changes, which delegated administrators may make only where its resource policy says so. */
export function managed(call: Call): OrganizationView {
  const view = membership(call);
  if (call.accountId === view.self.managementAccountId) return view;
  const { denies, allows } = policyVerdict(call);
  if (denies || !allows) throw refused();
  return view;
}

function refused(): AwsFault {
  return new AwsFault("AccessDeniedException", "You don't have permissions to access this resource.");
}

/** Value of "organizations:resource-policy" (management, global) under "self". */
export function resourcePolicies(world: World): Collection<{ Id: string; Content: string }> {
  const place = { accountId: world.managementAccountId, region: "global" };
  return world.collection(place, "organizations:resource-policy");
}

/** With what an operation of Organizations is called: what it asks for, which the resource policy speaks of. */
export interface OrganizationsCall extends Call {
  needed: () => NeededPermission[];
}

/** What the organization's resource policy says of a member's call: on everything that it needs, or not at all. */
function policyVerdict(call: Call): { denies: boolean; allows: boolean } {
  const text = resourcePolicies(call.world).get("self")?.Content;
  const { needed } = call as Partial<OrganizationsCall>;
  if (text === undefined || !needed) return { denies: false, allows: false };
  const { world, principal, region, now } = call;
  const accountId = world.managementAccountId;
  const facts = { region, now, sourceIp: "", userAgent: "" };
  const verdicts = needed().map((permission) => {
    const context = contextOf(world, { principal, secret: "" }, facts, permission, accountId);
    const { action, resource } = permission;
    return resourceVerdict({ text, accountId }, principal, { action, resource, context });
  });
  return {
    denies: verdicts.some((verdict) => verdict.denies),
    allows: verdicts.every((verdict) => verdict.allows !== undefined),
  };
}

export function violation(Reason: string, message: string): AwsFault {
  return new AwsFault("ConstraintViolationException", message, 409, { details: { Reason } });
}

export function membership({ world, accountId }: Call): OrganizationView {
  const view = organizationOf(world);
  if (!view?.accounts.get(accountId)) {
    throw new AwsFault(
      "AWSOrganizationsNotInUseException",
      "Your account is not a member of an organization.",
    );
  }
  return view;
}

export function arnOf(
  call: Call,
  view: OrganizationView,
  kind: "organization" | "root" | "ou" | "account",
  id: string,
): string {
  const { Id, managementAccountId } = view.self;
  const resource = kind === "organization" ? Id : `${Id}/${id}`;
  return `arn:${call.world.partition}:organizations::${managementAccountId}:${kind}/${resource}`;
}

export function accountAnswer(call: Call, view: OrganizationView, account: OrganizationAccount) {
  const chain = chainOf(view, account.Id) ?? [];
  const State = stateOf(call, account);
  return {
    Id: account.Id,
    Arn: arnOf(call, view, "account", account.Id),
    Email: account.Email,
    Name: account.Name,
    Status: State === "PENDING_CLOSURE" || State === "ACTIVE" ? State : "SUSPENDED",
    State,
    Paths: [`${[view.self.Id, ...chain].join("/")}/`],
    JoinedMethod: account.JoinedMethod,
    JoinedTimestamp: account.JoinedTimestamp,
  };
}

const closingMs = 60_000;
const suspendedDays = 90;

/** Closing takes a moment; then the account is suspended for 90 days, and closed for good. */
function stateOf({ now }: Call, { State, closedAt }: OrganizationAccount): OrganizationAccount["State"] {
  if (State !== "PENDING_CLOSURE" || closedAt === undefined) return State;
  const ageMs = now.getTime() - Date.parse(closedAt);
  if (ageMs < closingMs) return State;
  return ageMs < suspendedDays * 86_400_000 ? "SUSPENDED" : "CLOSED";
}

export function accountById(view: OrganizationView, id: string): OrganizationAccount {
  const account = view.accounts.get(id);
  if (!account) {
    throw new AwsFault("AccountNotFoundException", "You specified an account that doesn't exist.");
  }
  return account;
}

export type TargetKind = "ROOT" | "ORGANIZATIONAL_UNIT" | "ACCOUNT";

/** What an id names, with its name; undefined when nothing. */
export function targetOf(view: OrganizationView, id: string): { kind: TargetKind; name: string } | undefined {
  if (id === view.self.rootId) return { kind: "ROOT", name: "Root" };
  const unit = view.units.get(id);
  if (unit) return { kind: "ORGANIZATIONAL_UNIT", name: unit.Name };
  const account = view.accounts.get(id);
  return account && { kind: "ACCOUNT", name: account.Name };
}

export function needParent(view: OrganizationView, id: string): void {
  if (id !== view.self.rootId && !view.units.get(id)) {
    throw new AwsFault("ParentNotFoundException", "You specified parent that doesn't exist.");
  }
}
