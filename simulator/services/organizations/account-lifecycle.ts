// Accounts that come and go: created, closed, removed, leaving.
import { defaultRoleFor, memberAccessRole } from "../../defaults.ts";
import { eventRegionOf } from "../../events/names.ts";
import { noteServiceEvent } from "../../events/service-event.ts";
import { chance } from "../../ids.ts";
import { AwsFault, type Call, type Operation } from "../../operation.ts";
import { isAccountKnown, madeAccounts, type OrganizationView } from "../../organization.ts";
import { page } from "../../paging.ts";
import type { IamRole, OrganizationAccount, Tag } from "../../shapes.ts";
import { followAccount } from "../cloudformation/auto-deploy.ts";
import {
  accountById,
  administered,
  managed,
  membership,
  type Paged,
  pageSize,
  violation,
} from "./membership.ts";
import { asRecord } from "./units.ts";

const dayMs = 86_400_000;
/** A created account may leave after this; invited ones at once. */
const waitDays = 7;

/** Value of "organizations:create-account" (management, global) under its id. */
interface Creation {
  Id: string;
  AccountName: string;
  State: "IN_PROGRESS" | "SUCCEEDED" | "FAILED";
  RequestedTimestamp: string;
  CompletedTimestamp?: string;
  AccountId?: string;
  FailureReason?: string;
}

interface NewAccount {
  Email: string;
  AccountName: string;
  RoleName?: string;
  Tags?: Tag[];
}

/** In CloudTrail the outcome is an event of its own, after the call's. */
function tellCreated({ world, accountId, region, now }: Call, creation: Creation): void {
  const { Id, State, AccountId, FailureReason } = creation;
  const createAccountStatus = {
    id: Id,
    state: State,
    accountName: "HIDDEN_DUE_TO_SECURITY_REASONS",
    ...(AccountId ? { accountId: AccountId } : {}),
    ...(FailureReason ? { failureReason: FailureReason } : {}),
  };
  setTimeout(() => {
    noteServiceEvent(world, {
      accountId,
      region: eventRegionOf("organizations", region, world.partition),
      client: "organizations",
      source: "organizations.amazonaws.com",
      name: "CreateAccountResult",
      details: { createAccountStatus },
      now,
    });
  }).unref();
}

export const lifecycleOperations: Record<string, Operation> = {
  CreateAccount(call: Call<NewAccount>) {
    const view = managed(call);
    const { Email, AccountName } = call.input;
    const RequestedTimestamp = call.now.toISOString();
    const started = { Id: `car-${hexId()}`, AccountName, RequestedTimestamp };
    const isTaken = [...view.accounts.list(), ...madeAccounts(call.world).list()].some(
      (account) => account.Email.toLowerCase() === Email.toLowerCase(),
    );
    const outcome = isTaken
      ? ({ State: "FAILED", FailureReason: "EMAIL_ALREADY_EXISTS" } as const)
      : ({ State: "SUCCEEDED", AccountId: createAccount(call, view) } as const);
    creations(call).put(started.Id, { ...started, ...outcome, CompletedTimestamp: RequestedTimestamp });
    tellCreated(call, { ...started, ...outcome });
    // AWS answers before it is done; what became of it is asked for.
    return { CreateAccountStatus: { ...started, State: "IN_PROGRESS" } };
  },

  DescribeCreateAccountStatus(call: Call<{ CreateAccountRequestId: string }>) {
    administered(call);
    const found = creations(call).get(call.input.CreateAccountRequestId);
    if (!found) {
      throw new AwsFault(
        "CreateAccountStatusNotFoundException",
        "You specified a create account request that doesn't exist.",
      );
    }
    return { CreateAccountStatus: found };
  },

  ListCreateAccountStatus(call: Call<Paged & { States?: string[] }>) {
    administered(call);
    const { NextToken, MaxResults = pageSize, States } = call.input;
    const all = creations(call)
      .list()
      .filter(({ State }) => !States?.length || States.includes(State));
    const { items, next } = page(all, Math.min(MaxResults, pageSize), NextToken, "InvalidInputException");
    return { CreateAccountStatuses: items, NextToken: next };
  },

  CloseAccount(call: Call<{ AccountId: string }>) {
    const view = managed(call);
    const account = accountById(view, call.input.AccountId);
    if (account.Id === view.self.managementAccountId)
      throw violation("CANNOT_CLOSE_MANAGEMENT_ACCOUNT", "You cannot close the management account.");
    if (account.State !== "ACTIVE") {
      throw new AwsFault(
        "AccountAlreadyClosedException",
        "You attempted to close an account that is already closed.",
      );
    }
    checkCloseQuota(call, view);
    view.accounts.put(account.Id, {
      ...account,
      State: "PENDING_CLOSURE",
      closedAt: call.now.toISOString(),
    });
  },

  RemoveAccountFromOrganization(call: Call<{ AccountId: string }>) {
    const view = managed(call);
    remove(call, view, accountById(view, call.input.AccountId));
  },

  LeaveOrganization(call: Call) {
    const view = membership(call);
    remove(call, view, accountById(view, call.accountId));
  },
};

function createAccount(call: Call<NewAccount>, view: OrganizationView): string {
  const { world, now, input } = call;
  const { Email, AccountName, RoleName = memberAccessRole, Tags = [] } = input;
  const Id = freeAccountId(call);
  const JoinedTimestamp = now.toISOString();
  madeAccounts(world).put(Id, { Id, Name: AccountName, Email, CreatedTimestamp: JoinedTimestamp });
  view.accounts.put(Id, {
    Id,
    Name: AccountName,
    Email,
    State: "ACTIVE",
    JoinedMethod: "CREATED",
    JoinedTimestamp,
    parentId: view.self.rootId,
    tags: asRecord(Tags),
  });
  const role = defaultRoleFor(world, Id, JoinedTimestamp, RoleName);
  world.collection<IamRole>({ accountId: Id, region: "global" }, "iam:role").put(RoleName, role);
  followAccount(call, Id);
  return Id;
}

function freeAccountId({ world }: Call): string {
  for (;;) {
    let id = String(1 + chance.int(9));
    while (id.length < 12) id += String(chance.int(10));
    if (!isAccountKnown(world, id)) return id;
  }
}

function hexId(): string {
  let id = "";
  while (id.length < 32) id += chance.int(16).toString(16);
  return id;
}

/** Ten a month, or a tenth of the accounts up to 1,000. */
function checkCloseQuota({ now }: Call, view: OrganizationView): void {
  const accounts = view.accounts.list();
  const most = Math.max(10, Math.min(1000, Math.floor(accounts.length / 10)));
  const since = now.getTime() - 30 * dayMs;
  const closed = accounts.filter(({ closedAt }) => closedAt && Date.parse(closedAt) > since);
  if (closed.length < most) return;
  throw violation(
    "CLOSE_ACCOUNT_QUOTA_EXCEEDED",
    "You have exceeded close account quota for the past 30 days.",
  );
}

function remove(call: Call, view: OrganizationView, account: OrganizationAccount): void {
  const { Id } = account;
  if (Id === view.self.managementAccountId) {
    throw new AwsFault(
      "MasterCannotLeaveOrganizationException",
      "You can't remove a management account from an organization.",
    );
  }
  if (view.delegates.get(Id)) {
    throw violation(
      "CANNOT_REMOVE_DELEGATED_ADMINISTRATOR_FROM_ORG",
      "You cannot remove a delegated administrator account from the organization.",
    );
  }
  const ageMs = call.now.getTime() - Date.parse(account.JoinedTimestamp);
  if (account.JoinedMethod === "CREATED" && ageMs < waitDays * dayMs) {
    throw violation(
      "WAIT_PERIOD_ACTIVE",
      "After you create an account, you must wait at least seven days before you can remove it from the organization.",
    );
  }
  view.accounts.delete(Id);
  view.attachments.delete(Id);
  followAccount(call, Id);
}

function creations({ world }: Call) {
  const place = { accountId: world.managementAccountId, region: "global" };
  return world.collection<Creation>(place, "organizations:create-account");
}
