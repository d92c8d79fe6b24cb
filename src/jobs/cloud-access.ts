// How a cloud is reached: which role, with whose credentials.
import type { CredentialSource, CredentialsAnswer } from "#aws/assume.ts";
import { callerIdentity } from "#aws/caller-identity.ts";
import { userKeySource } from "#aws/credential-sources.ts";
import { partitionNamed } from "#aws/partitions.ts";
import { type CloudCredentials, principalName } from "#model/cloud-credentials.ts";
import { memberRoleArn, type OrganizationCredentials } from "#model/organization.ts";
import { readExternalIds } from "#onboarding/external-id.ts";
import type { CloudToHarvest } from "#store/harvest-plan.ts";
import type { TenantTx } from "#store/open.ts";
import type { JobParts } from "./parts.ts";
import { assumeRotating, type RotatingRole } from "./rotating-role.ts";

export interface CloudAccess {
  /** The role, or the key, as messages name it. */
  principal: string;
  /** A stored key that everything rests on. */
  keyId: string | null;
  homeRegion: string;
  assume: (signal?: AbortSignal) => Promise<CredentialsAnswer>;
}

/** `tryNew`: while the external id is rotated, the new one is tried even if it was refused just now. */
export async function openAccess(
  parts: JobParts,
  tx: TenantTx,
  cloud: CloudToHarvest,
  tryNew = false,
): Promise<CloudAccess | null> {
  if (!cloud.sealed) return null;
  const { bytes, place } = cloud.sealed;
  const homeRegion = partitionNamed(cloud.partition)?.globalRegion ?? "us-east-1";
  if (!cloud.organizationId) {
    const own = await parts.vault.open<CloudCredentials>(tx, bytes, place);
    return { ...(await ownAccess(parts, tx, own, cloud, homeRegion, tryNew)), homeRegion };
  }
  const shared = await parts.vault.open<OrganizationCredentials>(tx, bytes, place);
  const { sessionName, durationSeconds, arn } = shared.memberRole;
  const roleArn = memberRoleArn(arn, cloud.accountId);
  const source = sourceOf(parts.platform.in(cloud.partition), shared);
  const role = { source, roleArn, sessionName, durationSeconds, region: homeRegion };
  return {
    principal: roleArn,
    keyId: shared.accessKeyId,
    homeRegion,
    assume: await assuming(parts, tx, { subject: cloud.id, role, externalId: shared.externalId, tryNew }),
  };
}

/** `externalId`: null for the tenant's own. */
export async function assuming(
  parts: JobParts,
  tx: TenantTx,
  { externalId, ...wanted }: Omit<RotatingRole, "tenantId" | "externalIds"> & { externalId: string | null },
): Promise<CloudAccess["assume"]> {
  if (externalId !== null) return (signal) => parts.roles.assume({ ...wanted.role, externalId }, signal);
  const externalIds = await readExternalIds(parts.vault, tx, wanted.subject);
  return assumeRotating(parts, { ...wanted, tenantId: tx.tenantId, externalIds });
}

async function ownAccess(
  parts: JobParts,
  tx: TenantTx,
  credentials: CloudCredentials,
  { id: subject, accountId, partition }: CloudToHarvest,
  region: string,
  tryNew: boolean,
): Promise<Omit<CloudAccess, "homeRegion">> {
  const { role, externalId, usesTenantExternalId, accessKeyId: keyId, isOwnRole } = credentials;
  const source = sourceOf(parts.platform.in(partition), credentials);
  const principal = principalName(credentials);
  if (role === null || isOwnRole)
    return {
      principal,
      keyId,
      assume: (signal) => provenCredentials(parts, source, accountId, region, signal),
    };
  const { arn: roleArn, sessionName, durationSeconds } = role;
  const wanted = { source, roleArn, sessionName, durationSeconds, region };
  if (usesTenantExternalId)
    return {
      principal,
      keyId,
      assume: await assuming(parts, tx, { subject, role: wanted, externalId: null, tryNew }),
    };
  return { principal, keyId, assume: (signal) => parts.roles.assume({ ...wanted, externalId }, signal) };
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
