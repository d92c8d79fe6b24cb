// What a command of the AWS CLI says of a template's parameters so that they stay as they are: one that is not named goes
// back to its default, without an external id, and one that the template lacks is refused.
import type { RoleName } from "./role-model.ts";

/** The roles that Skywarden assumes. */
export type AssumedRole = Exclude<RoleName, "install-role">;

const ofEveryRole = [
  ...["RoleName", "PolicyName", "RolePath", "PermissionsBoundaryArn"],
  ...["PlatformRoleArn", "ExternalId", "PreviousExternalId"],
];
const parameters: Record<AssumedRole, string[]> = {
  "organization-role": ofEveryRole,
  "member-role": [...ofEveryRole, "RoleType"],
};

export function keptParameters(role: AssumedRole, separator: string): string {
  return parameters[role].map((key) => `ParameterKey=${key},UsePreviousValue=true`).join(separator);
}
