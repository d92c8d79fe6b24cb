// The values of the form, what is wrong with them before the server is asked, and the draft in this browser.
// Holds no secret: the External ID is the server's and is not part of the draft.
import type { OrganizationForm } from "../../nouns.ts";
import { draftOf } from "../../parts/connect/draft.ts";
import { wrongArn, wrongDuration, wrongSession } from "../../parts/connect/role-rules.ts";
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

export const validate = {
  nickname: (nickname: string) =>
    nickname.trim() === "" ? "Give the organization a nickname; it becomes a badge of its clouds" : null,
  organizationRole: {
    arn: wrongArn,
    sessionName: wrongSession,
    durationSeconds: (seconds: number | "") => wrongDuration(seconds),
  },
  memberRole: {
    arn: (arn: string, values: FormValues) =>
      wrongArn(arn) ??
      (arn.trim() === values.organizationRole.arn.trim()
        ? "This is the organization role. Give the member role, which steps 3 and 4 make"
        : null),
    sessionName: wrongSession,
    durationSeconds: (seconds: number | "") => wrongDuration(seconds),
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

export const draft = draftOf("organization", emptyForm);
