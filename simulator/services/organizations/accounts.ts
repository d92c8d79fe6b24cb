// Reading and moving accounts; those that come and go are in account-lifecycle.ts.
import { AwsFault, type Call, type Operation } from "../../operation.ts";
import type { OrganizationView } from "../../organization.ts";
import { page } from "../../paging.ts";
import type { OrganizationAccount } from "../../shapes.ts";
import { followAccount } from "../cloudformation/auto-deploy.ts";
import {
  accountAnswer,
  accountById,
  administered,
  managed,
  needParent,
  type Paged,
  pageSize,
} from "./membership.ts";

export const accountOperations: Record<string, Operation> = {
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

  MoveAccount(call: Call<{ AccountId: string; SourceParentId: string; DestinationParentId: string }>) {
    const view = managed(call);
    const { AccountId, SourceParentId, DestinationParentId } = call.input;
    const account = accountById(view, AccountId);
    if (account.parentId !== SourceParentId) {
      throw new AwsFault("SourceParentNotFoundException", "The source parent is not the account's parent.");
    }
    if (DestinationParentId === SourceParentId) {
      throw new AwsFault(
        "DuplicateAccountException",
        "That account is already present in the specified destination.",
      );
    }
    if (DestinationParentId !== view.self.rootId && !view.units.get(DestinationParentId)) {
      throw new AwsFault("DestinationParentNotFoundException", "The destination parent doesn't exist.");
    }
    view.accounts.put(AccountId, { ...account, parentId: DestinationParentId });
    followAccount(call, AccountId);
  },
};

function accountPage(call: Call<Paged>, view: OrganizationView, accounts: OrganizationAccount[]) {
  const { NextToken, MaxResults = pageSize } = call.input;
  const { items, next } = page(accounts, Math.min(MaxResults, pageSize), NextToken, "InvalidInputException");
  return { Accounts: items.map((account) => accountAnswer(call, view, account)), NextToken: next };
}
