// What the management account hands on: delegated administrators, services trusted with the organization, and the
// organization's own resource policy.
import { chance, organizationId } from "../../ids.ts";
import { AwsFault, type Call, type Operation } from "../../operation.ts";
import {
  enableServiceAccess,
  isServiceAccessEnabled,
  type OrganizationView,
  type ServiceAccess,
  serviceAccesses,
} from "../../organization.ts";
import { page } from "../../paging.ts";
import { MalformedPolicy, policyOf } from "../../policy/document.ts";
import {
  accountAnswer,
  accountById,
  administered,
  managed,
  type Paged,
  pageSize,
  resourcePolicies,
  violation,
} from "./membership.ts";

interface Delegated {
  AccountId: string;
  ServicePrincipal: string;
}

export const delegationOperations: Record<string, Operation> = {
  RegisterDelegatedAdministrator(call: Call<Delegated>) {
    const view = managed(call);
    const { AccountId, ServicePrincipal } = call.input;
    const { Id, State } = accountById(view, AccountId);
    if (Id === view.self.managementAccountId) {
      throw violation(
        "CANNOT_REGISTER_MASTER_AS_DELEGATED_ADMINISTRATOR",
        "You cannot register the management account as a delegated administrator.",
      );
    }
    if (!isServiceAccessEnabled(call.world, ServicePrincipal)) {
      throw violation(
        "SERVICE_ACCESS_NOT_ENABLED",
        "You attempted to register a delegated administrator before you enabled service access.",
      );
    }
    if (State !== "ACTIVE") {
      throw violation(
        "CANNOT_REGISTER_SUSPENDED_ACCOUNT_AS_DELEGATED_ADMINISTRATOR",
        "You cannot register a suspended account as a delegated administrator.",
      );
    }
    const known = view.delegates.get(Id);
    if (known?.servicePrincipals.includes(ServicePrincipal)) {
      throw new AwsFault(
        "AccountAlreadyRegisteredException",
        "The specified account is already a delegated administrator for this AWS service.",
      );
    }
    view.delegates.put(Id, {
      accountId: Id,
      enabledAt: known?.enabledAt ?? call.now.toISOString(),
      servicePrincipals: [...(known?.servicePrincipals ?? []), ServicePrincipal],
    });
  },

  DeregisterDelegatedAdministrator(call: Call<Delegated>) {
    const view = managed(call);
    const { AccountId, ServicePrincipal } = call.input;
    const known = view.delegates.get(accountById(view, AccountId).Id);
    if (!known?.servicePrincipals.includes(ServicePrincipal)) throw notRegistered();
    const servicePrincipals = known.servicePrincipals.filter((name) => name !== ServicePrincipal);
    if (servicePrincipals.length > 0) view.delegates.put(known.accountId, { ...known, servicePrincipals });
    else view.delegates.delete(known.accountId);
  },

  ListDelegatedAdministrators(call: Call<Paged & { ServicePrincipal?: string }>) {
    const view = administered(call);
    const { ServicePrincipal } = call.input;
    const found = view.delegates
      .list()
      .filter(({ servicePrincipals }) => !ServicePrincipal || servicePrincipals.includes(ServicePrincipal));
    const { items, next } = cut(call, found);
    return {
      DelegatedAdministrators: items.map(({ accountId, enabledAt }) => {
        const { Paths: _, ...account } = accountAnswer(call, view, accountById(view, accountId));
        return { ...account, DelegationEnabledDate: enabledAt };
      }),
      NextToken: next,
    };
  },

  ListDelegatedServicesForAccount(call: Call<Paged & { AccountId: string }>) {
    const view = administered(call);
    const known = view.delegates.get(accountById(view, call.input.AccountId).Id);
    if (!known) throw notRegistered();
    const { items, next } = cut(call, known.servicePrincipals);
    return {
      DelegatedServices: items.map((ServicePrincipal) => ({
        ServicePrincipal,
        DelegationEnabledDate: known.enabledAt,
      })),
      NextToken: next,
    };
  },

  EnableAWSServiceAccess(call: Call<{ ServicePrincipal: string }>) {
    const view = managed(call);
    checkService(view, call.input.ServicePrincipal);
    enableServiceAccess(call.world, call.input.ServicePrincipal, call.now);
  },

  DisableAWSServiceAccess(call: Call<{ ServicePrincipal: string }>) {
    const view = managed(call);
    const { ServicePrincipal } = call.input;
    checkService(view, ServicePrincipal);
    serviceAccesses(call.world).delete(ServicePrincipal);
    for (const each of view.delegates.list()) {
      const servicePrincipals = each.servicePrincipals.filter((name) => name !== ServicePrincipal);
      if (servicePrincipals.length === 0) view.delegates.delete(each.accountId);
      else if (servicePrincipals.length < each.servicePrincipals.length)
        view.delegates.put(each.accountId, { ...each, servicePrincipals });
    }
  },

  ListAWSServiceAccessForOrganization(call: Call<Paged>) {
    const view = administered(call);
    const enabled = new Map<string, ServiceAccess>();
    for (const { servicePrincipals, enabledAt } of view.delegates.list()) {
      for (const ServicePrincipal of servicePrincipals)
        enabled.set(ServicePrincipal, { ServicePrincipal, DateEnabled: enabledAt });
    }
    for (const each of serviceAccesses(call.world).list()) enabled.set(each.ServicePrincipal, each);
    const { items, next } = cut(call, [...enabled.values()]);
    return { EnabledServicePrincipals: items, NextToken: next };
  },

  PutResourcePolicy(call: Call<{ Content: string }>) {
    const view = managed(call);
    checkContent(call.input.Content);
    const known = resourcePolicies(call.world).get("self");
    const policy = { Id: known?.Id ?? organizationId("rp-", 8, chance), Content: call.input.Content };
    resourcePolicies(call.world).put("self", policy);
    return { ResourcePolicy: resourcePolicyAnswer(call, view, policy) };
  },

  DescribeResourcePolicy(call: Call) {
    const view = administered(call);
    const policy = resourcePolicies(call.world).get("self");
    if (!policy) throw noResourcePolicy();
    return { ResourcePolicy: resourcePolicyAnswer(call, view, policy) };
  },

  DeleteResourcePolicy(call: Call) {
    managed(call);
    if (!resourcePolicies(call.world).delete("self")) throw noResourcePolicy();
  },
};

function cut<T>({ input }: Call<Paged>, items: T[]) {
  const { NextToken, MaxResults = pageSize } = input;
  return page(items, Math.min(MaxResults, pageSize), NextToken, "InvalidInputException");
}

function checkService({ self }: OrganizationView, name: string): void {
  if (self.FeatureSet !== "ALL")
    throw violation(
      "ORGANIZATION_NOT_IN_ALL_FEATURES_MODE",
      "The organization has not all features enabled.",
    );
  if (/^[\w.-]+\.amazonaws\.com(\.cn)?$/.test(name)) return;
  throw new AwsFault("InvalidInputException", "You specified an unsupported service principal.", 400, {
    details: { Reason: "UNRECOGNIZED_SERVICE_PRINCIPAL" },
  });
}

function checkContent(content: string): void {
  try {
    policyOf(content);
  } catch (cause) {
    if (!(cause instanceof MalformedPolicy)) throw cause;
    throw new AwsFault("InvalidInputException", "The provided policy document is invalid.", 400, {
      details: { Reason: "INVALID_RESOURCE_POLICY_JSON" },
    });
  }
}

function resourcePolicyAnswer(
  { world }: Call,
  { self }: OrganizationView,
  { Id, Content }: { Id: string; Content: string },
) {
  const Arn = `arn:${world.partition}:organizations::${self.managementAccountId}:resourcepolicy/${self.Id}/${Id}`;
  return { ResourcePolicySummary: { Id, Arn }, Content };
}

function noResourcePolicy(): AwsFault {
  return new AwsFault("ResourcePolicyNotFoundException", "We can't find a resource policy request.");
}

function notRegistered(): AwsFault {
  return new AwsFault(
    "AccountNotRegisteredException",
    "The specified account is not a delegated administrator for this AWS service.",
  );
}
