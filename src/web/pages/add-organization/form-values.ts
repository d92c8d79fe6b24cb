// The values of the form, what is wrong with them before the server is asked, and the draft in this browser.
// The draft holds no secret: neither the key's nor the External ID, which is the server's.
import type { PartitionName } from "#model/partition.ts";
import type { OrganizationForm } from "../../nouns.ts";
import type { Wrong } from "../../parts/connect/access-values.ts";
import { draftOf } from "../../parts/connect/draft.ts";
import {
  emptyOrganizationAccess,
  type OrganizationAccess,
  organizationAccessBody,
  organizationAccessFields,
  wrongOrganizationAccess,
} from "../../parts/connect/organization-access.ts";
import { type ScopeValues, scopeBody, validateInterval, validateScope } from "../../parts/scope-fields.tsx";

export interface FormValues extends ScopeValues, OrganizationAccess {
  partition: PartitionName;
  /** Of the stored key, for the templates; not sent. */
  keyUserArn: string;
  nickname: string;
  strategyIds: string[];
}

export const emptyForm = (partition: PartitionName): FormValues => ({
  partition,
  keyUserArn: "",
  nickname: "",
  ...emptyOrganizationAccess,
  strategyIds: [],
  excludedNamePrefixes: [],
  isLimited: false,
  includedOrganizationalUnits: [],
  autoRemoveSuspended: false,
  autoBadge: true,
  syncIntervalMinutes: 60,
});

/** In the order of the page: the first wrong one gets the focus. */
export const fields = [
  "partition",
  ...organizationAccessFields,
  "nickname",
  "strategyIds",
  "excludedNamePrefixes",
  "includedOrganizationalUnits",
  "syncIntervalMinutes",
];

export function validate(values: FormValues): Wrong {
  const scope = validateScope(values);
  const interval = validateInterval(values.syncIntervalMinutes);
  return {
    ...wrongOrganizationAccess(values, values.partition, null),
    ...(values.nickname.trim() === ""
      ? { nickname: "Give the organization a nickname; it becomes a badge of its clouds" }
      : {}),
    ...(scope === null ? {} : { includedOrganizationalUnits: scope }),
    ...(interval === null ? {} : { syncIntervalMinutes: interval }),
  };
}

export function bodyOf(values: FormValues): OrganizationForm {
  return {
    provider: "aws",
    nickname: values.nickname.trim(),
    ...organizationAccessBody(values),
    strategyIds: values.strategyIds,
    ...scopeBody(values),
  };
}

export function draftIn(partition: PartitionName, owner: string) {
  const stored = draftOf("organization", owner, emptyForm(partition));
  return {
    ...stored,
    keep: (values: FormValues) => stored.keep({ ...values, secretAccessKey: "" }),
  };
}
