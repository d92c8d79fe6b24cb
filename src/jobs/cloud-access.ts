// How a cloud is reached: which role, with whose credentials.
import type { CredentialSource, CredentialsAnswer, RoleToAssume } from "#aws/assume.ts";
import { callerIdentity } from "#aws/caller-identity.ts";
import { userKeySource } from "#aws/credential-sources.ts";
import { partitionNamed } from "#aws/partitions.ts";
import { type CloudCredentials, principalName } from "#model/cloud-credentials.ts";
import { memberRoleArn, type OrganizationCredentials } from "#model/organization.ts";
import { tenantExternalId } from "#onboarding/external-id.ts";
import type { CloudToHarvest } from "#store/harvest-plan.ts";
import type { TenantTx } from "#store/open.ts";
import type { JobParts } from "./parts.ts";

export interface CloudAccess {
  /** The role, or the key, as messages name it. */
  principal: string;
  /** A stored key that everything rests on. */
  keyId: string | null;
  homeRegion: string;
  assume: (signal?: AbortSignal) => Promise<CredentialsAnswer>;
}

export async function openAccess(
  parts: JobParts,
  tx: TenantTx,
  cloud: CloudToHarvest,
): Promise<CloudAccess | null> {
  if (!cloud.sealed) return null;
  const { bytes, place } = cloud.sealed;
  const homeRegion = partitionNamed(cloud.partition)?.globalRegion ?? "us-east-1";
  if (!cloud.organizationId) {
    const own = await parts.vault.open<CloudCredentials>(tx, bytes, place);
    return { ...ownAccess(parts, own, cloud, homeRegion), homeRegion };
  }
  const shared = await parts.vault.open<OrganizationCredentials>(tx, bytes, place);
  const role = await memberRole(parts, tx, cloud, shared);
  return {
    principal: role.roleArn,
    keyId: shared.accessKeyId,
    homeRegion,
    assume: (signal) => parts.roles.assume({ ...role, region: homeRegion }, signal),
  };
}

type Role = Omit<RoleToAssume, "region">;

async function memberRole(
  parts: JobParts,
  tx: TenantTx,
  cloud: CloudToHarvest,
  credentials: OrganizationCredentials,
): Promise<Role> {
  return {
    source: sourceOf(parts.platform.in(cloud.partition), credentials),
    roleArn: memberRoleArn(credentials.memberRole.arn, cloud.accountId),
    externalId: credentials.externalId ?? (await tenantExternalId(parts.vault, tx)),
    sessionName: credentials.memberRole.sessionName,
    durationSeconds: credentials.memberRole.durationSeconds,
  };
}

function ownAccess(
  parts: JobParts,
  credentials: CloudCredentials,
  { accountId, partition }: CloudToHarvest,
  region: string,
): Omit<CloudAccess, "homeRegion"> {
  const { role, externalId, accessKeyId: keyId, isOwnRole } = credentials;
  const source = sourceOf(parts.platform.in(partition), credentials);
  const principal = principalName(credentials);
  if (role === null || isOwnRole)
    return {
      principal,
      keyId,
      assume: (signal) => provenCredentials(parts, source, accountId, region, signal),
    };
  const { arn: roleArn, sessionName, durationSeconds } = role;
  const wanted = { source, roleArn, externalId, sessionName, durationSeconds, region };
  return { principal, keyId, assume: (signal) => parts.roles.assume(wanted, signal) };
}

/** What is used without a role must still lead to the cloud's account: hosts move, and keys are replaced. */
async function provenCredentials(
  { call }: JobParts,
  source: CredentialSource,
  accountId: string,
  region: string,
  signal?: AbortSignal,
): Promise<CredentialsAnswer> {
  const held = await source.credentials();
  if (!held.ok) return held;
  const caller = await callerIdentity(call, held.credentials, region, signal);
  if (!caller.ok) return caller;
  if (caller.identity.accountId === accountId) return held;
  const message = `they belong to account ${caller.identity.accountId} now, not to ${accountId}.`;
  const error = { code: "OtherAccount", message, status: null, requestId: null, reason: "denied" as const };
  return { ok: false, error };
}

/** `platform`: the installation's own source in the partition. */
export function sourceOf(
  platform: CredentialSource,
  credentials: Pick<OrganizationCredentials | CloudCredentials, "source" | "accessKeyId" | "secretAccessKey">,
): CredentialSource {
  const { source, accessKeyId, secretAccessKey } = credentials;
  return source !== "host" && accessKeyId && secretAccessKey
    ? userKeySource(accessKeyId, secretAccessKey)
    : platform;
}
