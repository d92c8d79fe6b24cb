// Who deploys: an administrator whose short-lived credentials live in one command on their own machine and
// nowhere else. What they may do in the organization decides what can be deployed.

import type { CredentialsAnswer } from "#aws/assume.ts";
import { callerIdentity } from "#aws/caller-identity.ts";
import { parseArn, partitionNamed } from "#aws/partitions.ts";
import type { AwsCaller, AwsCredentials } from "#model/aws-call.ts";
import {
  gather,
  type OrganizationReader,
  pagesOf,
  type Reading,
  unreadable,
} from "../organization-reader.ts";
import { readSummary } from "../read-tree.ts";

/** As Organizations names StackSets. */
export const stackSetsPrincipal = "member.org.stacksets.cloudformation.amazonaws.com";

export interface Administrator {
  /** Asks in the partition's global region. */
  reader: OrganizationReader;
  arn: string;
  accountId: string;
  partition: string;
  organizationId: string;
  managementAccountId: string;
  /** delegated: may run service-managed StackSets for the organization from a member account. */
  capacity: "management" | "delegated" | "neither";
  /** A key that lives until somebody deletes it. */
  hasLongLivedKey: boolean;
}

export interface AdministratorAccess {
  call: AwsCaller;
  credentials: () => Promise<CredentialsAnswer>;
  /** Any one of the partition. */
  region: string;
}

export async function readAdministrator(access: AdministratorAccess): Promise<Reading<Administrator>> {
  const { call, credentials, region } = access;
  const held = await credentials();
  if (!held.ok) return { ok: false, operation: "credentials", error: held.error };
  const answer = await callerIdentity(call, held.credentials, region);
  if (!answer.ok) return { ok: false, operation: "sts:GetCallerIdentity", error: answer.error };
  const { accountId, arn } = answer.identity;
  const partition = partitionNamed(parseArn(arn)?.partition ?? "");
  if (!partition) return unreadable("sts:GetCallerIdentity", `no known partition in ${arn}`);
  const reader: OrganizationReader = {
    call,
    credentials,
    region: partition.globalRegion,
    accountId,
    calls: 0,
  };
  const summary = await readSummary(reader);
  if (!summary.ok) return summary;
  const { id: organizationId, managementAccountId } = summary.value;
  const capacity =
    accountId === managementAccountId ? "management" : (await isDelegated(reader)) ? "delegated" : "neither";
  const hasLongLivedKey = isLongLived(held.credentials);
  const found = { reader, arn, accountId, partition: partition.name, organizationId, managementAccountId };
  return { ok: true, value: { ...found, capacity, hasLongLivedKey } };
}

function isLongLived({ sessionToken }: AwsCredentials): boolean {
  return sessionToken === undefined;
}

/** An account that is no delegated administrator may not even ask. */
async function isDelegated(reader: OrganizationReader): Promise<boolean> {
  type Output = { DelegatedServices?: { ServicePrincipal?: string }[]; NextToken?: string };
  const pages = pagesOf<Output>(reader, "ListDelegatedServicesForAccount", { AccountId: reader.accountId });
  const services = await gather(pages, ({ DelegatedServices = [] }) =>
    DelegatedServices.map(({ ServicePrincipal }) => ServicePrincipal),
  );
  return services.ok && services.value.includes(stackSetsPrincipal);
}

/** The same administrator in the region of the stacks. */
export function inRegion({ reader }: Administrator, region: string): OrganizationReader {
  return { ...reader, region };
}
