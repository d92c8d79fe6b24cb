// SCPs and RCPs with their targets: one list a type, and 1 + ⌈targets / 20⌉ calls a policy.
import { ask, gather, type OrganizationReader, pagesOf, type Reading } from "./organization-reader.ts";

export const policyTypes = ["SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY"] as const;
export type PolicyType = (typeof policyTypes)[number];

export interface ListedPolicy {
  id: string;
  type: string;
  name: string;
  arn: string;
  awsManaged: boolean;
}

export interface ReadPolicy extends ListedPolicy {
  document: string;
  /** Ids of roots, units and accounts. */
  targets: string[];
}

export async function readPolicies(
  reader: OrganizationReader,
  type: PolicyType,
): Promise<Reading<ReadPolicy[]>> {
  const list = await listPolicies(reader, type);
  if (!list.ok) return list;
  const policies: ReadPolicy[] = [];
  for (const reading of await Promise.all(list.value.map((policy) => readPolicy(reader, policy)))) {
    if (!reading.ok) return reading;
    policies.push(reading.value);
  }
  return { ok: true, value: policies };
}

export function listPolicies(reader: OrganizationReader, type: PolicyType): Promise<Reading<ListedPolicy[]>> {
  type Output = {
    Policies?: { Id?: string; Name?: string; Arn?: string; AwsManaged?: boolean }[];
    NextToken?: string;
  };
  return gather(pagesOf<Output>(reader, "ListPolicies", { Filter: type }), ({ Policies = [] }) =>
    Policies.flatMap(({ Id, Name, Arn, AwsManaged }) =>
      Id ? [{ id: Id, type, name: Name ?? Id, arn: Arn ?? "", awsManaged: AwsManaged ?? false }] : [],
    ),
  );
}

async function readPolicy(reader: OrganizationReader, policy: ListedPolicy): Promise<Reading<ReadPolicy>> {
  const [document, targets] = await Promise.all([
    readDocument(reader, policy.id),
    gather(targetPages(reader, policy.id), ({ Targets = [] }) =>
      Targets.flatMap(({ TargetId }) => (TargetId ? [TargetId] : [])),
    ),
  ]);
  if (!document.ok) return document;
  return targets.ok
    ? { ok: true, value: { ...policy, document: document.value, targets: targets.value } }
    : targets;
}

export async function readDocument(reader: OrganizationReader, policyId: string): Promise<Reading<string>> {
  const described = await ask<{ Policy?: { Content?: string } }>(reader, "organizations", "DescribePolicy", {
    PolicyId: policyId,
  });
  return described.ok ? { ok: true, value: described.value.Policy?.Content ?? "" } : described;
}

export function targetPages(reader: OrganizationReader, policyId: string) {
  type Output = { Targets?: { TargetId?: string }[]; NextToken?: string };
  return pagesOf<Output>(reader, "ListTargetsForPolicy", { PolicyId: policyId, MaxResults: 20 });
}
