// Reads a role from IAM: trust, boundary, tags, and every policy it has. Knows nothing of what it should be. External
// ids never leave this file (E24): in a reading they are one word.
import type { AwsCaller, AwsCredentials, AwsError } from "#model/aws-call.ts";
import type { RolePolicy, RoleReading, UnreadOperation } from "#model/role-inspection.ts";
import { statementsOfManaged } from "./templates/managed-policies.ts";
import { versionTagKey } from "./templates/template-version.ts";

/** reading: null if not even the role could be read; `unread` is empty if it is whole. */
export interface RoleAnswer {
  reading: RoleReading | null;
  unread: UnreadOperation[];
}

/** A held session of the role's account. */
export interface RoleReader {
  call: AwsCaller;
  accountId: string;
  region: string;
  credentials: AwsCredentials;
  signal?: AbortSignal;
}

interface RoleOutput {
  Role?: {
    RoleId?: string;
    AssumeRolePolicyDocument?: string;
    PermissionsBoundary?: { PermissionsBoundaryArn?: string };
    Tags?: { Key?: string; Value?: string }[];
  };
}

export async function readRole(reader: RoleReader, roleArn: string): Promise<RoleAnswer> {
  const unread: UnreadOperation[] = [];
  const ask = asker(reader, unread);
  const RoleName = roleArn.split("/").at(-1) ?? "";
  const described = await ask<RoleOutput>("GetRole", { RoleName });
  if (!described?.Role) return { reading: null, unread };
  const { RoleId = "", AssumeRolePolicyDocument, PermissionsBoundary, Tags = [] } = described.Role;
  const tag = (key: string) => Tags.find(({ Key }) => Key === key)?.Value ?? null;
  const boundaryArn = PermissionsBoundary?.PermissionsBoundaryArn ?? null;
  const [managed, inline, boundary] = await Promise.all([
    readManaged(ask, RoleName),
    readInline(ask, RoleName),
    boundaryArn === null ? null : readByArn(ask, nameIn(boundaryArn), boundaryArn),
  ]);
  return {
    reading: {
      roleId: RoleId,
      template: tag(versionTagKey),
      stackName: tag("aws:cloudformation:stack-name"),
      trust: withoutExternalIds(documentOf(AssumeRolePolicyDocument)),
      boundaryArn,
      boundary,
      tags: Tags.flatMap(({ Key, Value }) => (Key ? [{ key: Key, value: Value ?? "" }] : [])),
      policies: [...managed, ...inline].sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1)),
    },
    unread,
  };
}

const nameOf = ({ kind, name }: RolePolicy) => `${kind} ${name}`;

/** null: it failed, and `unread` says so. */
type Ask = <Output>(operation: string, input: Record<string, unknown>) => Promise<Output | null>;

function asker(reader: RoleReader, unread: UnreadOperation[]): Ask {
  return async <Output>(operation: string, input: Record<string, unknown>) => {
    const answer = await reader.call<Output>({ client: "iam", operation, input, ...reader });
    if (answer.ok) return answer.output;
    const { code, message, reason }: AwsError = answer.error;
    unread.push({ operation: `iam:${operation}`, code, message, isDenied: reason === "denied" });
    return null;
  };
}

async function pages<Output extends { IsTruncated?: boolean; Marker?: string }>(
  ask: Ask,
  operation: string,
  input: Record<string, unknown>,
): Promise<Output[]> {
  const all: Output[] = [];
  let Marker: string | undefined;
  do {
    const page = await ask<Output>(operation, Marker ? { ...input, Marker } : input);
    if (!page) break;
    all.push(page);
    Marker = page.IsTruncated ? page.Marker : undefined;
  } while (Marker);
  return all;
}

async function readManaged(ask: Ask, RoleName: string): Promise<RolePolicy[]> {
  type Output = {
    AttachedPolicies?: { PolicyName?: string; PolicyArn?: string }[];
    IsTruncated?: boolean;
    Marker?: string;
  };
  const listed = await pages<Output>(ask, "ListAttachedRolePolicies", { RoleName });
  const attached = listed.flatMap(({ AttachedPolicies = [] }) => AttachedPolicies);
  const policies: RolePolicy[] = [];
  for (const { PolicyName: name = "", PolicyArn = "" } of attached) {
    const policy = await readByArn(ask, name, PolicyArn);
    if (policy) policies.push(policy);
  }
  return policies;
}

const nameIn = (arn: string) => arn.split("/").at(-1) ?? "";

/** null: it could not be read. */
async function readByArn(ask: Ask, name: string, arn: string): Promise<RolePolicy | null> {
  const kind = arn.includes(":iam::aws:") ? "aws-managed" : "managed";
  if (kind === "aws-managed" && statementsOfManaged(name))
    return { kind, name, arn, version: null, document: null };
  const policy = await ask<{ Policy?: { DefaultVersionId?: string } }>("GetPolicy", { PolicyArn: arn });
  const VersionId = policy?.Policy?.DefaultVersionId;
  if (VersionId === undefined) return null;
  const read = await ask<{ PolicyVersion?: { Document?: string } }>("GetPolicyVersion", {
    PolicyArn: arn,
    VersionId,
  });
  const document = documentOf(read?.PolicyVersion?.Document);
  return document === null ? null : { kind, name, arn, version: VersionId, document };
}

async function readInline(ask: Ask, RoleName: string): Promise<RolePolicy[]> {
  type Output = { PolicyNames?: string[]; IsTruncated?: boolean; Marker?: string };
  const listed = await pages<Output>(ask, "ListRolePolicies", { RoleName });
  const policies: RolePolicy[] = [];
  for (const name of listed.flatMap(({ PolicyNames = [] }) => PolicyNames)) {
    const read = await ask<{ PolicyDocument?: string }>("GetRolePolicy", { RoleName, PolicyName: name });
    if (read)
      policies.push({
        kind: "inline",
        name,
        arn: null,
        version: null,
        document: documentOf(read.PolicyDocument),
      });
  }
  return policies;
}

/** IAM answers with URL-encoded JSON. */
function documentOf(text: string | undefined): unknown {
  if (text === undefined) return null;
  return JSON.parse(text.startsWith("%") ? decodeURIComponent(text) : text);
}

export const externalIdWord = "the external id";
export const externalIdPatternWord = "an external id with wildcards";

export function withoutExternalIds(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutExternalIds);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) =>
      key.toLowerCase() === "sts:externalid"
        ? [key, [...new Set([inner].flat().map(wordFor))]]
        : [key, withoutExternalIds(inner)],
    ),
  );
}

function wordFor(value: unknown): string {
  return /[*?]/.test(String(value)) ? externalIdPatternWord : externalIdWord;
}
