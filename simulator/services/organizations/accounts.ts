// Reading and moving accounts.
import { AwsFault, type Call, type Operation } from "../../operation.ts";
import { isTypeEnabled, type OrganizationView } from "../../organization.ts";
import { page } from "../../paging.ts";
import type { OrganizationAccount } from "../../shapes.ts";
import {
  accountAnswer,
  accountById,
  administered,
  arnOf,
  managed,
  membership,
  needParent,
  type Paged,
  pageSize,
} from "./membership.ts";

export const accountOperations: Record<string, Operation> = {
  DescribeOrganization(call: Call) {
    const view = membership(call);
    const { self } = view;
    return {
      Organization: {
        Id: self.Id,
        Arn: arnOf(call, view, "organization", self.Id),
        FeatureSet: self.FeatureSet,
        MasterAccountArn: arnOf(call, view, "account", self.managementAccountId),
        MasterAccountId: self.managementAccountId,
        MasterAccountEmail: self.managementAccountEmail,
        AvailablePolicyTypes: isTypeEnabled(view, "SERVICE_CONTROL_POLICY")
          ? [{ Type: "SERVICE_CONTROL_POLICY", Status: "ENABLED" }]
          : [],
      },
    };
  },

  ListAccounts(call: Call<Paged>) {
    const view = administered(call);
    return accountPage(call, view, view.accounts.list());
  },

  ListAccountsForParent(call: Call<Paged & { ParentId: string }>) {
    const view = administered(call);
    const { ParentId } = call.input;
    needParent(view, ParentId);
    return accountPage(
      call,
      view,
      view.accounts.list().filter(({ parentId }) => parentId === ParentId),
    );
  },

  DescribeAccount(call: Call<{ AccountId: string }>) {
    const view = administered(call);
    return { Account: accountAnswer(call, view, accountById(view, call.input.AccountId)) };
  },

  ListParents(call: Call<{ ChildId: string }>) {
    const view = administered(call);
    const { ChildId } = call.input;
    const child = view.accounts.get(ChildId) ?? view.units.get(ChildId);
    if (!child) throw new AwsFault("ChildNotFoundException", "You specified a child that doesn't exist.");
    const Type = child.parentId === view.self.rootId ? "ROOT" : "ORGANIZATIONAL_UNIT";
    return { Parents: [{ Id: child.parentId, Type }] };
  },

  ListDelegatedAdministrators(call: Call<Paged & { ServicePrincipal?: string }>) {
    const view = administered(call);
    const { NextToken, MaxResults = pageSize, ServicePrincipal } = call.input;
    const found = view.delegates
      .list()
      .filter(({ servicePrincipals }) => !ServicePrincipal || servicePrincipals.includes(ServicePrincipal));
    const { items, next } = page(found, Math.min(MaxResults, pageSize), NextToken, "InvalidInputException");
    return {
      DelegatedAdministrators: items.map(({ accountId, enabledAt }) => {
        const { Paths: _, ...account } = accountAnswer(call, view, accountById(view, accountId));
        return { ...account, DelegationEnabledDate: enabledAt };
      }),
      NextToken: next,
    };
  },

  MoveAccount(call: Call<{ AccountId: string; SourceParentId: string; DestinationParentId: string }>) {
    const view = managed(call);
    const { AccountId, SourceParentId, DestinationParentId } = call.input;
    const account = accountById(view, AccountId);
    if (account.parentId !== SourceParentId) {
      throw new AwsFault("SourceParentNotFoundException", "The source parent is not the account's parent.");
    }
    if (DestinationParentId !== view.self.rootId && !view.units.get(DestinationParentId)) {
      throw new AwsFault("DestinationParentNotFoundException", "The destination parent doesn't exist.");
    }
    view.accounts.put(AccountId, { ...account, parentId: DestinationParentId });
  },

  CloseAccount(call: Call<{ AccountId: string }>) {
    const view = managed(call);
    const account = accountById(view, call.input.AccountId);
    if (account.Id === view.self.managementAccountId) {
      throw new AwsFault("ConstraintViolationException", "You cannot close the management account.", 400, {
        details: { Reason: "CANNOT_CLOSE_MANAGEMENT_ACCOUNT" },
      });
    }
    if (account.State !== "ACTIVE") {
      throw new AwsFault(
        "AccountAlreadyClosedException",
        "You attempted to close an account that is already closed.",
      );
    }
    view.accounts.put(account.Id, { ...account, State: "PENDING_CLOSURE" });
  },
};

function accountPage(call: Call<Paged>, view: OrganizationView, accounts: OrganizationAccount[]) {
  const { NextToken, MaxResults = pageSize } = call.input;
  const { items, next } = page(accounts, Math.min(MaxResults, pageSize), NextToken, "InvalidInputException");
  return { Accounts: items.map((account) => accountAnswer(call, view, account)), NextToken: next };
}
