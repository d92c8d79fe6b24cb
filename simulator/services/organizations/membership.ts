// Who may call Organizations, what its calls need, and the ARNs and shapes that several of them answer.
import { AwsFault, type Call } from "../../operation.ts";
import { chainOf, type OrganizationView, organizationOf } from "../../organization.ts";
import type { OrganizationAccount } from "../../shapes.ts";

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
  if (accountId !== view.self.managementAccountId && !view.delegates.get(accountId)) {
    throw new AwsFault("AccessDeniedException", "You don't have permissions to access this resource.");
  }
  return view;
}

/** The organization for changes, which delegated administrators may not make. */
export function managed(call: Call): OrganizationView {
  const view = membership(call);
  if (call.accountId !== view.self.managementAccountId) {
    throw new AwsFault("AccessDeniedException", "You don't have permissions to access this resource.");
  }
  return view;
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
  return {
    Id: account.Id,
    Arn: arnOf(call, view, "account", account.Id),
    Email: account.Email,
    Name: account.Name,
    Status: account.State === "PENDING_CLOSURE" || account.State === "ACTIVE" ? account.State : "SUSPENDED",
    State: account.State,
    Paths: [`${[view.self.Id, ...chain].join("/")}/`],
    JoinedMethod: account.JoinedMethod,
    JoinedTimestamp: account.JoinedTimestamp,
  };
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
