// IAM. Global: one state per account, whatever region signs.
import type { ServiceDefinition } from "../operation.ts";
import { accountOperations } from "./iam/account.ts";
import { attachmentOperations } from "./iam/attachments.ts";
import { reportOperations } from "./iam/credential-report.ts";
import { groupOperations } from "./iam/groups.ts";
import { instanceProfileOperations } from "./iam/instance-profiles.ts";
import { managedPolicyOperations } from "./iam/managed-policies.ts";
import { mfaOperations } from "./iam/mfa.ts";
import { organizationFeatureOperations } from "./iam/organization-features.ts";
import { passwordOperations } from "./iam/passwords.ts";
import { iamPermissions } from "./iam/permissions.ts";
import { policyVersionOperations } from "./iam/policy-versions.ts";
import { providerOperations } from "./iam/providers.ts";
import { roleOperations } from "./iam/roles.ts";
import { serverCertificateOperations } from "./iam/server-certificates.ts";
import { serviceLinkedOperations } from "./iam/service-linked.ts";
import { simulateOperations } from "./iam/simulate.ts";
import { tokenVersionOperations } from "./iam/token-version.ts";
import { credentialOperations } from "./iam/user-credentials.ts";
import { userOperations } from "./iam/users.ts";

const operations = {
  ...userOperations,
  ...groupOperations,
  ...roleOperations,
  ...managedPolicyOperations,
  ...policyVersionOperations,
  ...attachmentOperations,
  ...accountOperations,
  ...simulateOperations,
  ...mfaOperations,
  ...passwordOperations,
  ...credentialOperations,
  ...reportOperations,
  ...providerOperations,
  ...serviceLinkedOperations,
  ...serverCertificateOperations,
  ...instanceProfileOperations,
  ...tokenVersionOperations,
  ...organizationFeatureOperations,
};

export const iam: ServiceDefinition = {
  client: "iam",
  operations,
  permissions: Object.fromEntries(
    Object.keys(operations).map((operation) => [operation, iamPermissions(operation)]),
  ),
};
