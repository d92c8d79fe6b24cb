// How one account is reached, as a form keeps it: what is wrong with it, and what is sent. Knows nothing of pages.
import type { CloudSource } from "#model/cloud-credentials.ts";
import { isSameRole } from "#model/role-arn.ts";
import { wrongArn, wrongDuration, wrongSession } from "./role-rules.ts";

/** stored: leave what is there as it is. */
export type ExternalIdChoice = "stored" | "own" | "other" | "none";
export interface AccessValues {
  credentialSource: CloudSource;
  roleArn: string;
  sessionName: string;
  durationSeconds: number | "";
  externalIdChoice: ExternalIdChoice;
  externalId: string;
  accessKeyId: string;
  secretAccessKey: string;
}

export const emptyAccess: AccessValues = {
  credentialSource: "host",
  roleArn: "",
  sessionName: "Skywarden",
  durationSeconds: 3600,
  externalIdChoice: "own",
  externalId: "",
  accessKeyId: "",
  secretAccessKey: "",
};

/** What the form is judged and completed with. */
export interface AccessFacts {
  /** The tenant's own. */
  externalId: string;
  /** This installation's own roles. */
  ownRoles: string[];
  /** The key that is stored, whose secret may be left blank. */
  storedKeyId: string | null;
}

/** An installation's own role is used as it is: nothing is assumed, and no External ID is asked for (E21). */
export const isOwnRole = (values: AccessValues, { ownRoles }: AccessFacts): boolean =>
  values.credentialSource === "host" && ownRoles.some((role) => isSameRole(role, values.roleArn));

export const maxSecondsOf = (source: CloudSource): number => (source === "host" ? 3600 : 43_200);
const hasRole = (source: CloudSource) => source !== "access-key";
const hasKey = (source: CloudSource) => source !== "host";

export type Wrong = Record<string, string>;
const written = (errors: Record<string, string | null>): Wrong =>
  Object.fromEntries(Object.entries(errors).filter((entry): entry is [string, string] => entry[1] !== null));

export function wrongAccess(values: AccessValues, facts: AccessFacts): Wrong {
  const { credentialSource: source } = values;
  return written({
    ...(hasRole(source) ? wrongRole(values, facts) : {}),
    ...(hasKey(source) ? wrongKey(values, facts) : {}),
  });
}

function wrongRole(values: AccessValues, facts: AccessFacts) {
  const { roleArn, sessionName, durationSeconds, externalIdChoice, externalId, credentialSource } = values;
  const isAsked = externalIdChoice === "other" && !isOwnRole(values, facts);
  return {
    roleArn: wrongArn(roleArn),
    sessionName: wrongSession(sessionName),
    durationSeconds: wrongDuration(durationSeconds, maxSecondsOf(credentialSource)),
    externalId: isAsked ? wrongExternalId(externalId.trim()) : null,
  };
}

const wrongExternalId = (externalId: string) =>
  /^[\w+=,.@:/-]{16,1224}$/.test(externalId)
    ? null
    : "Use 16 to 1,224 letters, digits or _+=,.@:/- that nobody can guess";

export function wrongKey(
  { accessKeyId, secretAccessKey }: Pick<AccessValues, "accessKeyId" | "secretAccessKey">,
  { storedKeyId }: Pick<AccessFacts, "storedKeyId">,
) {
  const isStored = storedKeyId !== null && accessKeyId.trim() === storedKeyId;
  const mayKeep = isStored && secretAccessKey.trim() === "";
  return {
    accessKeyId: /^AKIA[A-Z0-9]{16}$/.test(accessKeyId.trim())
      ? null
      : "Give the id of a user's access key: AKIA and 16 letters or digits",
    secretAccessKey:
      mayKeep || /^[A-Za-z0-9/+]{40}$/.test(secretAccessKey.trim())
        ? null
        : "Give the secret of this key: 40 letters, digits, / or +",
  };
}

/** The whole block. null means: keep what is stored. */
export function accessBody(values: AccessValues, facts: AccessFacts) {
  const { credentialSource, roleArn, sessionName, durationSeconds, accessKeyId, secretAccessKey } = values;
  return {
    credentialSource,
    ...(hasRole(credentialSource)
      ? {
          roleArn: roleArn.trim(),
          sessionName,
          ...(durationSeconds === "" ? {} : { durationSeconds }),
          ...externalIdBody(values, facts),
        }
      : {}),
    ...(hasKey(credentialSource)
      ? { accessKeyId: accessKeyId.trim(), secretAccessKey: secretAccessKey.trim() || null }
      : {}),
  };
}

/** The tenant's own is never sent: a cloud that has none of its own follows its rotation. */
function externalIdBody(values: AccessValues, facts: AccessFacts): { externalId?: string | null } {
  if (isOwnRole(values, facts) || values.externalIdChoice === "own") return {};
  if (values.externalIdChoice === "none") return { externalId: "" };
  return { externalId: values.externalIdChoice === "stored" ? null : values.externalId.trim() };
}

/** For the templates, too: one that is not right yet is not put into them. */
export function chosenExternalId(values: AccessValues, facts: AccessFacts): string {
  const other = values.externalId.trim();
  return values.externalIdChoice === "other" && wrongExternalId(other) === null ? other : facts.externalId;
}
