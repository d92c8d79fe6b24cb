// How an organization is reached, as its forms keep it: what is wrong with it, and what is sent.
import { type PartitionName, partitionTitles } from "#model/partition.ts";
import { maxSecondsOf, type Wrong, wrongKey } from "./access-values.ts";
import { partitionOfArn, wrongArn, wrongDuration, wrongMemberArn, wrongSession } from "./role-rules.ts";

export const organizationSources = ["host", "user-key"] as const;

interface RoleValues {
  arn: string;
  sessionName: string;
  durationSeconds: number | "";
}
export interface OrganizationAccess {
  credentialSource: (typeof organizationSources)[number];
  accessKeyId: string;
  secretAccessKey: string;
  organizationRole: RoleValues;
  memberRole: RoleValues;
}

const role: RoleValues = { arn: "", sessionName: "Skywarden", durationSeconds: 3600 };
export const emptyOrganizationAccess: OrganizationAccess = {
  credentialSource: "host",
  accessKeyId: "",
  secretAccessKey: "",
  organizationRole: role,
  memberRole: role,
};

/** In the order of the page. */
export const organizationAccessFields = [
  "credentialSource",
  "accessKeyId",
  "secretAccessKey",
  "organizationRole.arn",
  "organizationRole.sessionName",
  "organizationRole.durationSeconds",
  "memberRole.arn",
  "memberRole.sessionName",
  "memberRole.durationSeconds",
];

export function wrongOrganizationAccess(
  values: OrganizationAccess,
  partition: PartitionName | null,
  storedKeyId: string | null,
): Wrong {
  const { credentialSource: source, organizationRole, memberRole } = values;
  const maxSeconds = maxSecondsOf(source);
  const isSame = memberRole.arn.trim() !== "" && memberRole.arn.trim() === organizationRole.arn.trim();
  const errors: Record<string, string | null> = {
    ...(source === "user-key" ? wrongKey(values, { storedKeyId }) : {}),
    "organizationRole.arn": wrongArn(organizationRole.arn) ?? elsewhere(organizationRole.arn, partition),
    "organizationRole.sessionName": wrongSession(organizationRole.sessionName),
    "organizationRole.durationSeconds": wrongDuration(organizationRole.durationSeconds, maxSeconds),
    "memberRole.arn":
      wrongMemberArn(memberRole.arn) ??
      (isSame
        ? "This is the organization role. Give the member role, which steps 3 and 4 make"
        : elsewhere(memberRole.arn, partition)),
    "memberRole.sessionName": wrongSession(memberRole.sessionName),
    "memberRole.durationSeconds": wrongDuration(memberRole.durationSeconds, maxSeconds),
  };
  return Object.fromEntries(
    Object.entries(errors).filter((entry): entry is [string, string] => entry[1] !== null),
  );
}

/** `partition`: the chosen one; null: any. */
function elsewhere(arn: string, partition: PartitionName | null): string | null {
  const found = partitionOfArn(arn);
  if (found === null || partition === null || found === partition) return null;
  return `This role is in the partition ${found}. Choose its cloud type above, or give a role of ${partitionTitles[partition]}`;
}

const roleBody = ({ arn, sessionName, durationSeconds }: RoleValues) => ({
  arn: arn.trim(),
  sessionName,
  ...(durationSeconds === "" ? {} : { durationSeconds }),
});

/** The whole block. A blank secret means: keep what is stored. */
export function organizationAccessBody(values: OrganizationAccess) {
  const { credentialSource, accessKeyId, secretAccessKey } = values;
  return {
    credentialSource,
    organizationRole: roleBody(values.organizationRole),
    memberRole: roleBody(values.memberRole),
    ...(credentialSource === "user-key"
      ? { accessKeyId: accessKeyId.trim(), secretAccessKey: secretAccessKey.trim() || null }
      : {}),
  };
}
