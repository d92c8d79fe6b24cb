// CloudFormation's trusted access to the organization, without which no stack set reaches accounts by their OU.
import { AwsFault, type Call, type Operation } from "../../operation.ts";
import {
  enableServiceAccess,
  isServiceAccessEnabled,
  organizationOf,
  serviceAccesses,
} from "../../organization.ts";

/** As Organizations lists it. */
export const stackSetsPrincipal = "member.org.stacksets.cloudformation.amazonaws.com";

export const trustedAccessOperations: Record<string, Operation> = {
  ActivateOrganizationsAccess(call: Call) {
    needManagement(call);
    enableServiceAccess(call.world, stackSetsPrincipal, call.now);
    return {};
  },
  DeactivateOrganizationsAccess(call: Call) {
    needManagement(call);
    serviceAccesses(call.world).delete(stackSetsPrincipal);
    return {};
  },
  DescribeOrganizationsAccess(call: Call) {
    const isOn = organizationOf(call.world) && isServiceAccessEnabled(call.world, stackSetsPrincipal);
    return { Status: isOn ? "ENABLED" : "DISABLED" };
  },
};

function needManagement(call: Call): void {
  const view = organizationOf(call.world);
  if (!view) {
    throw new AwsFault("InvalidOperationException", "Your account is not a member of an organization.");
  }
  if (call.accountId !== view.self.managementAccountId || view.self.FeatureSet !== "ALL") {
    throw new AwsFault(
      "InvalidOperationException",
      "Only the management account of an organization with all features can activate organizations access",
    );
  }
}

/** Trusted access is on, and the caller may use it: the management account, or a delegated administrator as one. */
export function checkTrusted(call: Call, callAs: "SELF" | "DELEGATED_ADMIN"): void {
  const view = organizationOf(call.world);
  if (!view || !isServiceAccessEnabled(call.world, stackSetsPrincipal)) {
    throw new AwsFault(
      "ValidationError",
      "You must enable organizations access to operate a service managed stack set",
    );
  }
  const isManagement = call.accountId === view.self.managementAccountId;
  const isDelegate = view.delegates.get(call.accountId)?.servicePrincipals.includes(stackSetsPrincipal);
  if (callAs === "DELEGATED_ADMIN" ? isDelegate : isManagement) return;
  throw new AwsFault(
    "ValidationError",
    callAs === "DELEGATED_ADMIN"
      ? "Account used is not a delegated administrator"
      : "You must be the management account or delegated admin account of an organization before operating a SERVICE_MANAGED stack set",
  );
}
