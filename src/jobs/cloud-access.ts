// How a cloud is reached: which role, with whose credentials.
import type { CredentialSource, CredentialsAnswer, RoleToAssume } from "#aws/assume.ts";
import { userKeySource } from "#aws/credential-sources.ts";
import { partitionNamed } from "#aws/partitions.ts";
import { memberRoleArn, type OrganizationCredentials, type RoleSettings } from "#model/organization.ts";
import { tenantExternalId } from "#onboarding/external-id.ts";
import type { CloudToHarvest } from "#store/harvest-plan.ts";
import type { TenantTx } from "#store/open.ts";
import type { JobParts } from "./parts.ts";

/** Credentials of a cloud that is connected by itself. */
export interface CloudCredentials {
  role: RoleSettings;
  externalId: string | null;
}

export interface CloudAccess {
  roleArn: string;
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
  const role = cloud.organizationId
    ? await memberRole(parts, tx, cloud, await parts.vault.open<OrganizationCredentials>(tx, bytes, place))
    : ownRole(parts, await parts.vault.open<CloudCredentials>(tx, bytes, place));
  return {
    roleArn: role.roleArn,
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
    source: sourceOf(parts.platform, credentials),
    roleArn: memberRoleArn(credentials.memberRole.arn, cloud.accountId),
    externalId: credentials.externalId ?? (await tenantExternalId(parts.vault, tx)),
    sessionName: credentials.memberRole.sessionName,
    durationSeconds: credentials.memberRole.durationSeconds,
  };
}

function ownRole(parts: JobParts, credentials: CloudCredentials): Role {
  const { arn, sessionName, durationSeconds } = credentials.role;
  return {
    source: parts.platform,
    roleArn: arn,
    externalId: credentials.externalId,
    sessionName,
    durationSeconds,
  };
}

export function sourceOf(platform: CredentialSource, credentials: OrganizationCredentials): CredentialSource {
  const { source, accessKeyId, secretAccessKey } = credentials;
  return source === "user-key" && accessKeyId && secretAccessKey
    ? userKeySource(accessKeyId, secretAccessKey)
    : platform;
}
