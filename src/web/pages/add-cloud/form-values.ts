// The values of the form, what is wrong with them before the server is asked, and the draft in this browser.
import { isReservedBadgeKey } from "#model/cloud.ts";
import { type PartitionName, partitionTitles } from "#model/partition.ts";
import type { CloudForm } from "../../nouns.ts";
import {
  type AccessFacts,
  type AccessValues,
  accessBody,
  emptyAccess,
  type Wrong,
  wrongAccess,
} from "../../parts/connect/access-values.ts";
import { draftOf } from "../../parts/connect/draft.ts";
import { partitionOfArn } from "../../parts/connect/role-rules.ts";

export interface FormValues extends AccessValues {
  partition: PartitionName;
  /** Of the stored key, for the templates; not sent. */
  keyUserArn: string;
  name: string;
  strategyIds: string[];
  badges: { key: string; value: string }[];
}
export const emptyForm = (partition: PartitionName): FormValues => ({
  ...emptyAccess,
  partition,
  keyUserArn: "",
  name: "",
  strategyIds: [],
  badges: [],
});

/** In the order of the page: the first wrong one gets the focus. */
export const fieldsOf = ({ badges }: FormValues): string[] => [
  "partition",
  "credentialSource",
  "externalIdChoice",
  "externalId",
  "accessKeyId",
  "secretAccessKey",
  "roleArn",
  "sessionName",
  "durationSeconds",
  "name",
  "strategyIds",
  ...badges.flatMap((_, at) => [`badges.${at}.key`, `badges.${at}.value`]),
];

export function validate(values: FormValues, facts: AccessFacts): Wrong {
  const name = values.name.trim() === "" ? { name: "Give the cloud a name" } : {};
  return { ...wrongPlace(values), ...wrongAccess(values, facts), ...name, ...wrongBadges(values.badges) };
}

function wrongPlace({ roleArn, partition, credentialSource }: FormValues): Wrong {
  const found = credentialSource === "access-key" ? null : partitionOfArn(roleArn);
  if (found === null || found === partition) return {};
  const roleText = `This role is in the partition ${found}. Choose its cloud type above, or give a role of ${partitionTitles[partition]}`;
  return { roleArn: roleText };
}

function wrongBadges(badges: FormValues["badges"]): Wrong {
  const wrong: Wrong = {};
  for (const [at, { key }] of badges.entries()) {
    const text = wrongKey(
      key.trim(),
      badges.slice(0, at).map((other) => other.key.trim()),
    );
    if (text !== null) wrong[`badges.${at}.key`] = text;
  }
  return wrong;
}

function wrongKey(key: string, before: string[]): string | null {
  if (key === "") return "Give the badge a key, or remove it";
  if (isReservedBadgeKey(key)) return "Keys that begin with system. and cloud_org_path are Skywarden's own";
  return before.includes(key) ? "This key is given twice" : null;
}

export const bodyOf = (values: FormValues, facts: AccessFacts): CloudForm => ({
  provider: "aws",
  name: values.name.trim(),
  ...accessBody(values, facts),
  strategyIds: values.strategyIds,
  badges: values.badges.map(({ key, value }) => ({ key: key.trim(), value: value.trim() })),
});

export function draftIn(partition: PartitionName, owner: string) {
  const stored = draftOf("cloud", owner, emptyForm(partition));
  return {
    ...stored,
    /** Without what is secret: an External ID of one's own works like a password. */
    keep: (values: FormValues) => stored.keep({ ...values, secretAccessKey: "", externalId: "" }),
  };
}
