// Inputs and outputs in the words of a CloudTrail record: member names begin in lower case, secrets and
// bytes are left out. Knows no operation; EC2 and S3 have forms of their own beside it.
import type { Member, Shape } from "../wire/shape.ts";
import { dateOf } from "../wire/values.ts";

const hidden = "HIDDEN_DUE_TO_SECURITY_REASONS";

/** Members that CloudTrail leaves out whole (from memory of records of IAM, Secrets Manager and CloudFormation). */
const leftOut = new Set([
  "SecretAccessKey",
  "SecretString",
  "SecretBinary",
  "TemplateBody",
  "StackPolicyBody",
  "Password",
  "NewPassword",
  "OldPassword",
  "PrivateKey",
  "Plaintext",
  "CiphertextBlob",
]);

/** Members that are shown in a way of their own. */
const shown: Record<string, unknown> = {
  Environment: {},
  MasterUserPassword: "****",
  UserData: "<sensitiveDataRemoved>",
  KeyMaterial: "<sensitiveDataRemoved>",
};

export const lowerFirst = (text: string) => text.charAt(0).toLowerCase() + text.slice(1);

/** What to show of a member, before its value is looked at: undefined to leave it out, "as it is" to go on. */
export function secrecyOf(member: Member, value: unknown): { instead: unknown } | undefined {
  const { name, shape } = member;
  if (leftOut.has(name) || shape.kind === "blob") return { instead: undefined };
  if (name in shown && value !== undefined) return { instead: shown[name] };
  return member.isSensitive ? { instead: hidden } : undefined;
}

export function camelOf(shape: Shape, value: unknown): unknown {
  if (value === undefined || value === null) return undefined;
  switch (shape.kind) {
    case "struct": {
      const fields: Record<string, unknown> = {};
      for (const member of shape.members) {
        const inner = (value as Record<string, unknown>)[member.name];
        if (inner === undefined || inner === null) continue;
        const secrecy = secrecyOf(member, inner);
        const found = secrecy ? secrecy.instead : camelOf(member.shape, inner);
        if (found !== undefined) fields[lowerFirst(member.name)] = found;
      }
      return fields;
    }
    case "list":
      return (value as unknown[]).map((item) => camelOf(shape.item.shape, item));
    case "map":
      return Object.fromEntries(
        Object.entries(value).map(([key, item]) => [key, camelOf(shape.item.shape, item)]),
      );
    case "timestamp":
      return dateText(dateOf(value));
    case "blob":
      return undefined;
    case "bigint":
      return Number(value);
    default:
      return value;
  }
}

const dateFormat = new Intl.DateTimeFormat("en-US", {
  timeZone: "UTC",
  month: "short",
  day: "numeric",
  year: "numeric",
  hour: "numeric",
  minute: "2-digit",
  second: "2-digit",
});

/** "Nov 22, 2026, 4:50:00 AM". */
function dateText(date: Date): string {
  return dateFormat.format(date).replace(/\u202f/g, " ");
}
