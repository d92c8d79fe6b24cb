// The organization itself: made, described, dissolved.
import { chance, organizationId } from "../../ids.ts";
import { AwsFault, type Call, type Operation } from "../../operation.ts";
import { isTypeEnabled, type OrganizationView, organizationOf, ownerOf, viewOf } from "../../organization.ts";
import type { Organization } from "../../shapes.ts";
import { arnOf, managed, membership } from "./membership.ts";

export const organizationOperations: Record<string, Operation> = {
  DescribeOrganization: (call: Call) => answer(call, membership(call)),

  CreateOrganization(call: Call<{ FeatureSet?: Organization["FeatureSet"] }>) {
    const { world, accountId, now } = call;
    // One organization to a world: its place is the management account.
    if (organizationOf(world) || accountId !== world.managementAccountId) {
      throw new AwsFault(
        "AlreadyInOrganizationException",
        "This account is already a member of an organization.",
      );
    }
    const view = viewOf(world);
    const { name, email } = ownerOf(world, accountId);
    const { FeatureSet = "ALL" } = call.input;
    const rootId = organizationId("r-", 4, chance);
    view.organizations.put("self", {
      Id: organizationId("o-", 10, chance),
      rootId,
      managementAccountId: accountId,
      managementAccountEmail: email,
      FeatureSet,
      enabledPolicyTypes: [],
    });
    view.accounts.put(accountId, {
      Id: accountId,
      Name: name,
      Email: email,
      State: "ACTIVE",
      JoinedMethod: "INVITED",
      JoinedTimestamp: now.toISOString(),
      parentId: rootId,
      tags: {},
    });
    return answer(call, view);
  },

  DeleteOrganization(call: Call) {
    const view = managed(call);
    if (
      view.accounts.list().length > 1 ||
      view.units.list().length > 0 ||
      view.ownPolicies.list().length > 0
    ) {
      throw new AwsFault(
        "OrganizationNotEmptyException",
        "The organization isn't empty. To delete an organization, you must first remove all accounts except the management account, delete all OUs, and delete all policies.",
      );
    }
    view.accounts.delete(call.accountId);
    view.organizations.delete("self");
  },
};

function answer(call: Call, view: OrganizationView) {
  const { self } = view;
  return {
    Organization: {
      Id: self.Id,
      Arn: arnOf(call, view, "organization", self.Id),
      FeatureSet: self.FeatureSet,
      MasterAccountArn: arnOf(call, view, "account", self.managementAccountId),
      MasterAccountId: self.managementAccountId,
      MasterAccountEmail: self.managementAccountEmail,
      // Kept by AWS for old callers, and never more than this; ListRoots tells the truth.
      AvailablePolicyTypes: isTypeEnabled(view, "SERVICE_CONTROL_POLICY")
        ? [{ Type: "SERVICE_CONTROL_POLICY", Status: "ENABLED" }]
        : [],
    },
  };
}
