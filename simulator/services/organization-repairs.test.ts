// What the management account sets for its whole organization, and what undoes it: each is read back.
import * as guardduty from "@aws-sdk/client-guardduty";
import * as iam from "@aws-sdk/client-iam";
import * as organizations from "@aws-sdk/client-organizations";
import * as securityhub from "@aws-sdk/client-securityhub";
import { describe } from "vitest";
import { type ClientClass, startSmall } from "../small-clients.ts";
import { small } from "../worlds/small.ts";
import { checkCalls } from "./wire-clients.ts";

const wire = startSmall();
const open = <T>(Class: ClientClass<T>) => wire.client(Class, undefined, "eu-west-1");

describe("what the management account sets for its organization", () => {
  const guard = () => open(guardduty.GuardDutyClient);
  const hub = () => open(securityhub.SecurityHubClient);
  const organization = () => open(organizations.OrganizationsClient);
  const identity = () => open(iam.IAMClient);
  const AdminAccountId = small.prodAccountId;
  checkCalls([
    [
      "an administrator of GuardDuty",
      async () => {
        await guard().send(new guardduty.EnableOrganizationAdminAccountCommand({ AdminAccountId }));
        return guard().send(new guardduty.ListOrganizationAdminAccountsCommand({}));
      },
      { AdminAccounts: [{ AdminAccountId, AdminStatus: "ENABLED" }] },
    ],
    [
      "is a delegate",
      () =>
        organization().send(
          new organizations.ListDelegatedServicesForAccountCommand({ AccountId: AdminAccountId }),
        ),
      { DelegatedServices: [{ ServicePrincipal: "guardduty.amazonaws.com" }] },
    ],
    [
      "and only one",
      () =>
        guard().send(
          new guardduty.EnableOrganizationAdminAccountCommand({ AdminAccountId: small.devAccountId }),
        ),
      "400 BadRequestException",
    ],
    [
      "until it is taken away",
      async () => {
        await guard().send(new guardduty.DisableOrganizationAdminAccountCommand({ AdminAccountId }));
        return guard().send(new guardduty.ListOrganizationAdminAccountsCommand({}));
      },
      { AdminAccounts: [] },
    ],
    [
      "a member cannot name one",
      async () => {
        const member = await wire.asMember(small.devAccountId);
        return wire
          .client(securityhub.SecurityHubClient, member, "eu-west-1")
          .send(new securityhub.EnableOrganizationAdminAccountCommand({ AdminAccountId }));
      },
      "400 InvalidInputException",
    ],
    [
      "an administrator of Security Hub",
      async () => {
        await hub().send(new securityhub.EnableOrganizationAdminAccountCommand({ AdminAccountId }));
        return hub().send(new securityhub.ListOrganizationAdminAccountsCommand({}));
      },
      { AdminAccounts: [{ AccountId: AdminAccountId, Status: "ENABLED" }] },
    ],
    [
      "roots are not managed without trust",
      () => identity().send(new iam.EnableOrganizationsRootCredentialsManagementCommand({})),
      "400 ServiceAccessNotEnabledException",
    ],
    [
      "then centrally",
      async () => {
        const trust = { ServicePrincipal: "iam.amazonaws.com" };
        await organization().send(new organizations.EnableAWSServiceAccessCommand(trust));
        await identity().send(new iam.EnableOrganizationsRootSessionsCommand({}));
        return identity().send(new iam.EnableOrganizationsRootCredentialsManagementCommand({}));
      },
      { EnabledFeatures: ["RootSessions", "RootCredentialsManagement"] },
    ],
    [
      "and no more",
      async () => {
        await identity().send(new iam.DisableOrganizationsRootSessionsCommand({}));
        return identity().send(new iam.ListOrganizationsFeaturesCommand({}));
      },
      { EnabledFeatures: ["RootCredentialsManagement"] },
    ],
  ]);
});
