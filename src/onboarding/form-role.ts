// The role fields of a form: ARN, session name, duration. Pure.
import type { FieldError } from "#model/problem.ts";

export interface RoleForm {
  arn: string;
  sessionName?: string | undefined;
  durationSeconds?: number | undefined;
}

export type CredentialSourceName = "host" | "user-key";

export interface ParsedRoleArn {
  partition: string;
  accountId: string;
}

const pathAndName = String.raw`(\/[\x21-\x7e]+)?\/([\w+=,.@-]{1,64})`;
const roleArn = new RegExp(String.raw`^arn:(aws|aws-us-gov|aws-cn):iam::(\d{12}):role${pathAndName}$`);
const shortRole = new RegExp(`^(?:role)?(${pathAndName})$`);
const longestArn = 2048;

export function parseRoleArn(arn: string): ParsedRoleArn | null {
  const match = roleArn.exec(arn);
  return match ? { partition: match[1] as string, accountId: match[2] as string } : null;
}

/**
 * The member role may be given by its path and name alone ("role/Harvest", "/security/Harvest"): it stands in every
 * account (E1). Anything else is returned as it is.
 */
export function memberRoleAsArn(member: string, organizationRole: string): string {
  const [, resource] = shortRole.exec(member) ?? [];
  const place = parseRoleArn(organizationRole);
  return resource && place ? `arn:${place.partition}:iam::${place.accountId}:role${resource}` : member;
}

export function roleErrors(path: string, role: RoleForm, source: CredentialSourceName): FieldError[] {
  return [
    ...arnErrors(`${path}/arn`, role.arn, "Skywarden-Harvest-Org-Role"),
    ...sessionErrors(path, role, source),
  ];
}

export function memberRoleErrors(path: string, role: RoleForm, source: CredentialSourceName): FieldError[] {
  const errors = shortRole.test(role.arn) ? [] : memberArnErrors(`${path}/arn`, role.arn);
  return [...errors, ...sessionErrors(path, role, source)];
}

function memberArnErrors(path: string, arn: string): FieldError[] {
  if (!/^[\w+=,.@-]{1,64}$/.test(arn)) return arnErrors(path, arn, "Skywarden-Harvest-Member-Role");
  const detail = `For a role known by its name alone write role/${arn}, or with its path /…/${arn}; or give its ARN in any account.`;
  return [{ path, code: "invalid-arn", detail }];
}

export function arnErrors(path: string, arn: string, example: string): FieldError[] {
  const wrong = (code: string, detail: string) => [{ path, code, detail }];
  if (arn.trim() === "") return wrong("required", "Paste the role's ARN from the stack's outputs.");
  if (arn.length > longestArn) return wrong("too-long", "An ARN has at most 2,048 characters.");
  if (parseRoleArn(arn)) return [];
  if (arn.startsWith("arn:aw:"))
    return wrong("invalid-arn", 'It begins with "arn:aw:"; an "s" is missing: "arn:aws:…".');
  if (arn !== arn.trim() && parseRoleArn(arn.trim()))
    return wrong("invalid-arn", "Remove the white space before or after the ARN.");
  return wrong(
    "invalid-arn",
    `This is not the ARN of an IAM role. It looks like arn:aws:iam::111122223333:role/${example}.`,
  );
}

export function sessionErrors(
  path: string,
  { sessionName, durationSeconds }: Omit<RoleForm, "arn">,
  source: CredentialSourceName,
): FieldError[] {
  const longest = source === "host" ? 3600 : 43_200;
  const errors: FieldError[] = [];
  if (sessionName !== undefined && !/^[\w+=,.@-]{2,64}$/.test(sessionName))
    errors.push({
      path: `${path}/sessionName`,
      code: "invalid-session-name",
      detail: "Use 2 to 64 letters, digits or _+=,.@- without spaces; it appears in CloudTrail.",
    });
  if (durationSeconds !== undefined && !(durationSeconds >= 900 && durationSeconds <= longest))
    errors.push({
      path: `${path}/durationSeconds`,
      code: "out-of-range",
      detail:
        source === "host"
          ? "Use 900 to 3,600 seconds: a role assumed by the host's role lives an hour at most."
          : "Use 900 to 43,200 seconds, and no more than the role's own maximum.",
    });
  return errors;
}

export function externalIdErrors(path: string, externalId: string | null | undefined): FieldError[] {
  if (externalId === null || externalId === undefined || /^[\w+=,.@:/-]{16,1224}$/.test(externalId))
    return [];
  return [
    {
      path,
      code: "invalid-external-id",
      detail: "Use 16 to 1,224 letters, digits or _+=,.@:/- that nobody can guess, or leave it out.",
    },
  ];
}
