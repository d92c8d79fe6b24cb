// The StackSet that carries the member role: what is there, and what to do next about it. Reads only.
import { ask, type OrganizationReader, type Reading } from "../organization-reader.ts";
import { hasTags } from "./stack.ts";
import type { WantedDeployment } from "./wanted.ts";

export interface StackInstance {
  accountId: string;
  region: string;
  /** CURRENT, OUTDATED or INOPERABLE. */
  status: string;
  /** FAILED, CANCELLED, SKIPPED_SUSPENDED_ACCOUNT, … */
  detailedStatus: string;
  reason: string;
}

export interface FoundStackSet {
  permissionModel: "service-managed" | "self-managed";
  template: string;
  tags: { Key: string; Value: string }[];
  /** Of an operation that is under way. */
  runningOperationId: string | null;
  instances: Map<string, StackInstance>;
}

export interface StackSetAsked {
  reader: OrganizationReader;
  name: string;
  callAs: "SELF" | "DELEGATED_ADMIN";
}

export type StackSetStep =
  | { kind: "create-set" | "update-set" }
  | { kind: "wait"; operationId: string }
  /** null = every account of the targets. */
  | { kind: "create-instances"; accountIds: string[] | null }
  | { kind: "none" };

/** Null where there is none of the name. */
export async function readStackSet(asked: StackSetAsked): Promise<Reading<FoundStackSet | null>> {
  type Described = {
    StackSet?: {
      TemplateBody?: string;
      PermissionModel?: string;
      Tags?: { Key?: string; Value?: string }[];
    };
  };
  const described = await askSet<Described>(asked, "DescribeStackSet", {});
  if (!described.ok)
    return described.error.code.startsWith("StackSetNotFound") ? { ok: true, value: null } : described;
  const running = await runningOperation(asked);
  if (!running.ok) return running;
  const instances = await readInstances(asked);
  if (!instances.ok) return instances;
  const { TemplateBody = "", PermissionModel, Tags = [] } = described.value.StackSet ?? {};
  return {
    ok: true,
    value: {
      permissionModel: PermissionModel === "SERVICE_MANAGED" ? "service-managed" : "self-managed",
      template: TemplateBody,
      tags: Tags.map(({ Key = "", Value = "" }) => ({ Key, Value })),
      runningOperationId: running.value,
      instances: new Map(instances.value.map((instance) => [instance.accountId, instance])),
    },
  };
}

async function runningOperation(asked: StackSetAsked): Promise<Reading<string | null>> {
  type Page = { Summaries?: { OperationId?: string; Status?: string }[] };
  // The newest come first, and only one runs at a time.
  const page = await askSet<Page>(asked, "ListStackSetOperations", { MaxResults: 10 });
  if (!page.ok) return page;
  const running = page.value.Summaries?.find(({ Status = "" }) => /^(RUNNING|QUEUED|STOPPING)$/.test(Status));
  return { ok: true, value: running?.OperationId ?? null };
}

async function readInstances(asked: StackSetAsked): Promise<Reading<StackInstance[]>> {
  type Page = {
    Summaries?: {
      Account?: string;
      Region?: string;
      Status?: string;
      StatusReason?: string;
      StackInstanceStatus?: { DetailedStatus?: string };
    }[];
    NextToken?: string;
  };
  const all: StackInstance[] = [];
  for await (const page of setPages<Page>(asked, "ListStackInstances", {})) {
    if (!page.ok) return page;
    for (const { Account = "", Region = "", Status = "", ...more } of page.value.Summaries ?? [])
      all.push({
        ...{ accountId: Account, region: Region, status: Status, reason: more.StatusReason ?? "" },
        detailedStatus: more.StackInstanceStatus?.DetailedStatus ?? "",
      });
  }
  return { ok: true, value: all };
}

/** All pages of a listing of the set. */
export async function* setPages<Page extends { NextToken?: string }>(
  asked: StackSetAsked,
  operation: string,
  input: Record<string, unknown>,
): AsyncGenerator<Reading<Page>> {
  let token: string | undefined;
  do {
    const page = await askSet<Page>(asked, operation, { ...input, ...(token ? { NextToken: token } : {}) });
    yield page;
    token = page.ok ? page.value.NextToken : undefined;
  } while (token);
}

export function askSet<Output>(
  { reader, name, callAs }: StackSetAsked,
  operation: string,
  input: Record<string, unknown>,
): Promise<Reading<Output>> {
  return ask<Output>(reader, "cloudformation", operation, { StackSetName: name, CallAs: callAs, ...input });
}

/** `accountIds` are all that shall have the role by the set. */
export function stackSetStep(
  found: FoundStackSet | null,
  wanted: Pick<WantedDeployment, "memberStack" | "tags">,
  accountIds: readonly string[],
): StackSetStep {
  if (!found) return { kind: "create-set" };
  if (found.runningOperationId) return { kind: "wait", operationId: found.runningOperationId };
  if (found.template !== wanted.memberStack.template || !hasTags(found, wanted.tags))
    return { kind: "update-set" };
  if (found.instances.size === 0) return { kind: "create-instances", accountIds: null };
  const lacking = accountIds.filter((id) => isLacking(found.instances.get(id)));
  return lacking.length === 0 ? { kind: "none" } : { kind: "create-instances", accountIds: lacking };
}

/** An inoperable instance must be deleted by hand before it can be made again. */
function isLacking(instance: StackInstance | undefined): boolean {
  return !instance || instance.status === "OUTDATED";
}
