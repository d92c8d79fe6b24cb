// Central root access: what the management account, or the delegate for IAM, has switched on for the roots of members.
// Sources: IAM's API reference, read 2026-11; the words of errors are from memory.
import { AwsFault, type Call, type Operation } from "../../operation.ts";
import { isServiceAccessEnabled, type OrganizationView, organizationOf } from "../../organization.ts";

type Feature = "RootCredentialsManagement" | "RootSessions";

const features = ({ world }: Call) =>
  world.collection<{ name: Feature }>(
    { accountId: world.managementAccountId, region: "global" },
    "iam:organization-feature",
  );

function administered(call: Call): OrganizationView {
  const view = organizationOf(call.world);
  if (!view?.accounts.get(call.accountId))
    throw new AwsFault(
      "OrganizationNotFoundException",
      "The request was rejected because no organization is associated with your account.",
      404,
    );
  const isDelegate = view.delegates.get(call.accountId)?.servicePrincipals.includes("iam.amazonaws.com");
  if (call.accountId !== view.self.managementAccountId && !isDelegate)
    throw new AwsFault(
      "AccountNotManagementOrDelegatedAdministratorException",
      "The request was rejected because the account making the request is not the management account or delegated administrator account for centralized root access.",
    );
  if (view.self.FeatureSet !== "ALL")
    throw new AwsFault(
      "OrganizationNotInAllFeaturesModeException",
      "The request was rejected because your organization does not have All features enabled.",
    );
  if (!isServiceAccessEnabled(call.world, "iam.amazonaws.com"))
    throw new AwsFault(
      "ServiceAccessNotEnabledException",
      "The request was rejected because trusted access is not enabled for IAM in AWS Organizations.",
    );
  return view;
}

function answer(call: Call, view: OrganizationView) {
  return {
    OrganizationId: view.self.Id,
    EnabledFeatures: features(call)
      .list()
      .map(({ name }) => name),
  };
}

const switching = (name: Feature, isOn: boolean) => (call: Call) => {
  const view = administered(call);
  if (isOn) features(call).put(name, { name });
  else features(call).delete(name);
  return answer(call, view);
};

export const organizationFeatureOperations: Record<string, Operation> = {
  ListOrganizationsFeatures: (call) => answer(call, administered(call)),
  EnableOrganizationsRootCredentialsManagement: switching("RootCredentialsManagement", true),
  DisableOrganizationsRootCredentialsManagement: switching("RootCredentialsManagement", false),
  EnableOrganizationsRootSessions: switching("RootSessions", true),
  DisableOrganizationsRootSessions: switching("RootSessions", false),
};
