// Reads an AWS Organization with the fewest calls: accounts with their paths by ListAccounts, the
// tree by one call a unit, all account tags by the tagging API, each policy with its targets.
// Answers and failures are values; pages are handed on as they come. Writes nothing.

import type { CredentialsAnswer } from "#aws/assume.ts";
import type { AwsCaller, AwsError } from "#model/aws-call.ts";
import type { ListedAccount, ListedUnit, OrganizationSummary } from "#model/organization.ts";
import type { Tag } from "#model/resource.ts";

export interface ReadFailure {
  ok: false;
  /** service:Operation */
  operation: string;
  error: AwsError;
}
export type Reading<T> = { ok: true; value: T } | ReadFailure;

export interface OrganizationReader {
  call: AwsCaller;
  credentials: () => Promise<CredentialsAnswer>;
  /** The partition's home region: us-east-1, cn-northwest-1, us-gov-west-1. */
  region: string;
  /** Account that owns the organization role. */
  accountId: string;
  /** Counts what was sent. */
  calls: number;
  signal?: AbortSignal | undefined;
}

async function ask<Output>(
  reader: OrganizationReader,
  client: string,
  operation: string,
  input: Record<string, unknown>,
): Promise<Reading<Output>> {
  const held = await reader.credentials();
  if (!held.ok) return { ok: false, operation: "sts:AssumeRole", error: held.error };
  reader.calls += 1;
  const answer = await reader.call<Output>({
    client,
    operation,
    input,
    region: reader.region,
    accountId: reader.accountId,
    credentials: held.credentials,
    ...(reader.signal ? { signal: reader.signal } : {}),
  });
  const prefix = client === "resource-groups-tagging-api" ? "tag" : client;
  return answer.ok
    ? { ok: true, value: answer.output }
    : { ok: false, operation: `${prefix}:${operation}`, error: answer.error };
}

/** All pages of a listing; an empty page with a token is legal, so only the token decides. */
async function* pages<Output extends { NextToken?: string }>(
  reader: OrganizationReader,
  operation: string,
  input: Record<string, unknown>,
): AsyncGenerator<Reading<Output>> {
  let token: string | undefined;
  do {
    const page = await ask<Output>(reader, "organizations", operation, {
      ...input,
      ...(token ? { NextToken: token } : {}),
    });
    yield page;
    if (!page.ok || page.value.NextToken === token) return;
    token = page.value.NextToken;
  } while (token);
}

export async function readSummary(reader: OrganizationReader): Promise<Reading<OrganizationSummary>> {
  const answer = await ask<{ Organization?: { Id?: string; MasterAccountId?: string } }>(
    reader,
    "organizations",
    "DescribeOrganization",
    {},
  );
  if (!answer.ok) return answer;
  const { Id, MasterAccountId } = answer.value.Organization ?? {};
  if (!Id || !MasterAccountId)
    return unreadable("organizations:DescribeOrganization", "no organization in the answer");
  return { ok: true, value: { id: Id, managementAccountId: MasterAccountId, rootId: null } };
}

export async function readRoot(reader: OrganizationReader): Promise<Reading<ListedUnit>> {
  const answer = await ask<{ Roots?: { Id?: string; Name?: string }[] }>(
    reader,
    "organizations",
    "ListRoots",
    {},
  );
  if (!answer.ok) return answer;
  const root = answer.value.Roots?.[0];
  if (!root?.Id) return unreadable("organizations:ListRoots", "no root in the answer");
  return { ok: true, value: { id: root.Id, name: root.Name ?? "Root", parentId: null } };
}

function unreadable(operation: string, message: string): ReadFailure {
  return {
    ok: false,
    operation,
    error: { code: "UnreadableAnswer", message, status: null, requestId: null, reason: "failed" },
  };
}

/** Units below the root, parents before children; each parent asked once, side by side. */
export async function readUnits(reader: OrganizationReader, rootId: string): Promise<Reading<ListedUnit[]>> {
  const units: ListedUnit[] = [];
  let level = [rootId];
  while (level.length > 0) {
    const answers = await Promise.all(level.map((parentId) => readChildren(reader, parentId)));
    level = [];
    for (const answer of answers) {
      if (!answer.ok) return answer;
      units.push(...answer.value);
      level.push(...answer.value.map((unit) => unit.id));
    }
  }
  return { ok: true, value: units };
}

async function readChildren(reader: OrganizationReader, parentId: string): Promise<Reading<ListedUnit[]>> {
  const children: ListedUnit[] = [];
  type Output = { OrganizationalUnits?: { Id?: string; Name?: string }[]; NextToken?: string };
  for await (const page of pages<Output>(reader, "ListOrganizationalUnitsForParent", {
    ParentId: parentId,
  })) {
    if (!page.ok) return page;
    for (const { Id, Name } of page.value.OrganizationalUnits ?? [])
      if (Id) children.push({ id: Id, name: Name ?? Id, parentId });
  }
  return { ok: true, value: children };
}

interface AccountShape {
  Id?: string;
  Name?: string;
  Email?: string;
  State?: string;
  Status?: string;
  JoinedTimestamp?: Date;
  Paths?: string[];
}

/** Pages of accounts. `Paths` is absent in partitions that do not give it yet: then unitIds is empty and the caller falls back. */
export async function* listAccounts(reader: OrganizationReader): AsyncGenerator<Reading<ListedAccount[]>> {
  type Output = { Accounts?: AccountShape[]; NextToken?: string };
  for await (const page of pages<Output>(reader, "ListAccounts", {})) {
    if (!page.ok) yield page;
    else yield { ok: true, value: (page.value.Accounts ?? []).flatMap((account) => listed(account, null)) };
  }
}

/** The same by walking the tree; also the only way of a role that may not call ListAccounts. */
export async function* listAccountsByParent(
  reader: OrganizationReader,
  parents: { id: string; unitIds: string[] }[],
): AsyncGenerator<Reading<ListedAccount[]>> {
  type Output = { Accounts?: AccountShape[]; NextToken?: string };
  for (const parent of parents) {
    for await (const page of pages<Output>(reader, "ListAccountsForParent", { ParentId: parent.id })) {
      if (!page.ok) yield page;
      else
        yield {
          ok: true,
          value: (page.value.Accounts ?? []).flatMap((account) => listed(account, parent.unitIds)),
        };
    }
  }
}

function listed(account: AccountShape, unitIds: string[] | null): ListedAccount[] {
  if (!account.Id) return [];
  return [
    {
      id: account.Id,
      name: account.Name ?? account.Id,
      email: account.Email ?? null,
      state: account.State ?? account.Status ?? "UNKNOWN",
      joinedAt: account.JoinedTimestamp ?? null,
      unitIds: unitIds ?? unitIdsOf(account.Paths?.[0]),
    },
  ];
}

/** "o-x/r-ab12/ou-ab12-1/ou-ab12-2/111122223333/" → ["r-ab12", "ou-ab12-1", "ou-ab12-2"]. */
function unitIdsOf(path: string | undefined): string[] {
  return (path ?? "").split("/").filter((part) => /^(r|ou)-/.test(part));
}

/** Tags of all accounts that have any, 100 a call; accounts never tagged are absent from it. */
export async function readAccountTags(reader: OrganizationReader): Promise<Reading<Map<string, Tag[]>>> {
  type Output = {
    ResourceTagMappingList?: { ResourceARN?: string; Tags?: { Key?: string; Value?: string }[] }[];
    PaginationToken?: string;
  };
  const tags = new Map<string, Tag[]>();
  let token: string | undefined;
  do {
    const page = await ask<Output>(reader, "resource-groups-tagging-api", "GetResources", {
      ResourceTypeFilters: ["organizations:account"],
      ResourcesPerPage: 100,
      ...(token ? { PaginationToken: token } : {}),
    });
    if (!page.ok) return page;
    for (const { ResourceARN, Tags } of page.value.ResourceTagMappingList ?? []) {
      const accountId = ResourceARN?.split("/").at(-1);
      if (accountId) tags.set(accountId, tagsOf(Tags));
    }
    if (page.value.PaginationToken === token) break;
    token = page.value.PaginationToken;
  } while (token);
  return { ok: true, value: tags };
}

export async function readTagsOf(reader: OrganizationReader, resourceId: string): Promise<Reading<Tag[]>> {
  type Output = { Tags?: { Key?: string; Value?: string }[]; NextToken?: string };
  const tags: Tag[] = [];
  for await (const page of pages<Output>(reader, "ListTagsForResource", { ResourceId: resourceId })) {
    if (!page.ok) return page;
    tags.push(...tagsOf(page.value.Tags));
  }
  return { ok: true, value: tags };
}

function tagsOf(tags: { Key?: string; Value?: string }[] | undefined): Tag[] {
  return (tags ?? []).flatMap(({ Key, Value }) =>
    Key === undefined ? [] : [{ key: Key, value: Value ?? "" }],
  );
}

export interface ListedPolicy {
  id: string;
  type: string;
  name: string;
  arn: string;
  awsManaged: boolean;
  document: string;
  targets: string[];
}

export const policyTypes = ["SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY"] as const;

/** One list, then per policy its document and its targets. */
export async function readPolicies(
  reader: OrganizationReader,
  type: string,
): Promise<Reading<ListedPolicy[]>> {
  type Output = {
    Policies?: { Id?: string; Name?: string; Arn?: string; AwsManaged?: boolean }[];
    NextToken?: string;
  };
  const found: ListedPolicy[] = [];
  for await (const page of pages<Output>(reader, "ListPolicies", { Filter: type })) {
    if (!page.ok) return page;
    for (const { Id, Name, Arn, AwsManaged } of page.value.Policies ?? [])
      if (Id)
        found.push({
          id: Id,
          type,
          name: Name ?? Id,
          arn: Arn ?? "",
          awsManaged: AwsManaged ?? false,
          document: "",
          targets: [],
        });
  }
  const filled = await Promise.all(found.map((policy) => fillPolicy(reader, policy)));
  const failed = filled.find((reading) => !reading.ok);
  return failed && !failed.ok ? failed : { ok: true, value: found };
}

async function fillPolicy(reader: OrganizationReader, policy: ListedPolicy): Promise<Reading<null>> {
  const described = await ask<{ Policy?: { Content?: string } }>(reader, "organizations", "DescribePolicy", {
    PolicyId: policy.id,
  });
  if (!described.ok) return described;
  policy.document = described.value.Policy?.Content ?? "";
  type Output = { Targets?: { TargetId?: string }[]; NextToken?: string };
  for await (const page of pages<Output>(reader, "ListTargetsForPolicy", {
    PolicyId: policy.id,
    MaxResults: 20,
  })) {
    if (!page.ok) return page;
    policy.targets.push(
      ...(page.value.Targets ?? []).flatMap(({ TargetId }) => (TargetId ? [TargetId] : [])),
    );
  }
  return { ok: true, value: null };
}

/** Which of the actions AWS's simulator would deny the role. */
export async function simulateActions(
  reader: OrganizationReader,
  roleArn: string,
  actions: string[],
): Promise<Reading<Map<string, string>>> {
  type Output = { EvaluationResults?: { EvalActionName?: string; EvalDecision?: string }[]; Marker?: string };
  const decisions = new Map<string, string>();
  let marker: string | undefined;
  do {
    const page = await ask<Output>(reader, "iam", "SimulatePrincipalPolicy", {
      PolicySourceArn: roleArn,
      ActionNames: actions,
      // The simulator does not fill it in by itself everywhere (iam.md §6), and SCPs ask for it.
      ContextEntries: [
        { ContextKeyName: "aws:PrincipalArn", ContextKeyType: "string", ContextKeyValues: [roleArn] },
      ],
      ...(marker ? { Marker: marker } : {}),
    });
    if (!page.ok) return page;
    for (const { EvalActionName, EvalDecision } of page.value.EvaluationResults ?? [])
      if (EvalActionName) decisions.set(EvalActionName, EvalDecision ?? "unknown");
    if (page.value.Marker === marker) break;
    marker = page.value.Marker;
  } while (marker);
  return { ok: true, value: decisions };
}
