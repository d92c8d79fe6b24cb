// The values of the form, what is wrong with them before the server is asked, and the draft in this browser.
// Holds no secret: the External ID is the server's and is not part of the draft.
import type { OrganizationForm } from "../../nouns.ts";
import { type ScopeValues, scopeBody, validateScope } from "../../parts/scope-fields.tsx";

interface RoleValues {
  arn: string;
  sessionName: string;
  durationSeconds: number | "";
}
export interface FormValues extends ScopeValues {
  provider: "aws";
  nickname: string;
  organizationRole: RoleValues;
  memberRole: RoleValues;
}

const role: RoleValues = { arn: "", sessionName: "Skywarden", durationSeconds: 3600 };
export const emptyForm: FormValues = {
  provider: "aws",
  nickname: "",
  organizationRole: role,
  memberRole: role,
  excludedNamePrefixes: [],
  isLimited: false,
  includedOrganizationalUnits: [],
  autoRemoveSuspended: false,
  autoBadge: true,
};

/** In the order of the page: the first wrong one gets the focus. */
export const fields = [
  "provider",
  "organizationRole.arn",
  "organizationRole.sessionName",
  "organizationRole.durationSeconds",
  "memberRole.arn",
  "memberRole.sessionName",
  "memberRole.durationSeconds",
  "nickname",
  "excludedNamePrefixes",
  "includedOrganizationalUnits",
];

const arnPattern = /^arn:(aws|aws-us-gov|aws-cn):iam::\d{12}:role\/[\w+=,.@/-]+$/;
function wrongArn(arn: string): string | null {
  if (arn.trim() === "") return "Paste the ARN of the role that the template made";
  if (arn.startsWith("arn:aw:")) return 'The partition is misspelt: write "arn:aws:", not "arn:aw:"';
  return arnPattern.test(arn.trim()) ? null : "Give a role ARN such as arn:aws:iam::111111111111:role/Name";
}
const wrongSession = (name: string) =>
  /^[\w+=,.@-]{2,64}$/.test(name) ? null : "Use 2 to 64 letters, digits or _+=,.@- without spaces";
const wrongDuration = (seconds: number | "") =>
  seconds !== "" && seconds >= 900 && seconds <= 3600
    ? null
    : "Give 900 to 3600 seconds: a role that assumes a role gets one hour at most";

export const validate = {
  nickname: (nickname: string) =>
    nickname.trim() === "" ? "Give the organization a nickname; it becomes a badge of its clouds" : null,
  organizationRole: { arn: wrongArn, sessionName: wrongSession, durationSeconds: wrongDuration },
  memberRole: {
    arn: (arn: string, values: FormValues) =>
      wrongArn(arn) ??
      (arn.trim() === values.organizationRole.arn.trim()
        ? "This is the organization role. Give the member role, which steps 3 and 4 make"
        : null),
    sessionName: wrongSession,
    durationSeconds: wrongDuration,
  },
  includedOrganizationalUnits: (_: string[], values: FormValues) => validateScope(values),
};

const roleBody = ({ arn, sessionName, durationSeconds }: RoleValues) => ({
  arn: arn.trim(),
  sessionName,
  ...(durationSeconds === "" ? {} : { durationSeconds }),
});
export function bodyOf(values: FormValues): OrganizationForm {
  return {
    provider: values.provider,
    nickname: values.nickname.trim(),
    organizationRole: roleBody(values.organizationRole),
    memberRole: roleBody(values.memberRole),
    ...scopeBody(values),
  };
}

const draftKey = "skywarden.draft.organization";
export function readDraft(): FormValues | null {
  try {
    const text = localStorage.getItem(draftKey);
    return text === null ? null : { ...emptyForm, ...(JSON.parse(text) as Partial<FormValues>) };
  } catch {
    // A draft that cannot be read (storage refused, another release's form) is as good as none.
    return null;
  }
}
export function keepDraft(values: FormValues): void {
  localStorage.setItem(draftKey, JSON.stringify(values));
}
export function dropDraft(): void {
  localStorage.removeItem(draftKey);
}
