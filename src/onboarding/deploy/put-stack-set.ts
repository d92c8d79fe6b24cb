// Makes the StackSet as wanted and waits for every instance. Each step is decided from what AWS says now, so a
// run that was killed goes on with the operation that is under way, and a run after a whole one changes nothing.
import type { Reading } from "../organization-reader.ts";
import { failureAdvice } from "./failure-advice.ts";
import type { DeploymentPlan } from "./plan.ts";
import type { AccountScope } from "./scope.ts";
import { pause } from "./stack.ts";
import {
  askSet,
  type FoundStackSet,
  readStackSet,
  type StackInstance,
  type StackSetAsked,
  type StackSetStep,
  setPages,
  stackSetStep,
} from "./stack-set.ts";
import { templateInput } from "./template-source.ts";
import { awsTags, type WantedDeployment } from "./wanted.ts";

/** Of the plan: what the set deploys to, and from where its template is taken. */
type Planned = Pick<DeploymentPlan, "scope" | "uploads">;

export interface InstanceProgress {
  done: number;
  failed: number;
  total: number;
}

export interface DeployedInstances {
  isChanged: boolean;
  succeeded: number;
  /** With AWS's reason, and what to do about it. */
  failed: { accountId: string; name: string; reason: string; todo: string }[];
}

/** CloudFormation takes so many units in one operation. */
const unitsAtOnce = 50;

export async function putStackSet(
  asked: StackSetAsked,
  wanted: WantedDeployment,
  planned: Planned,
  onProgress: (progress: InstanceProgress) => void,
): Promise<Reading<DeployedInstances>> {
  const { scope } = planned;
  const accountIds = scope.accounts.map(({ id }) => id);
  const done: StackSetStep["kind"][] = [];
  for (;;) {
    const found = await readStackSet(asked);
    if (!found.ok) return found;
    const step = stackSetStep(found.value, wanted, accountIds);
    const isTried = step.kind !== "wait" && done.includes(step.kind);
    if (step.kind === "none" || isTried)
      return { ok: true, value: outcome(found.value, wanted, scope, done) };
    const taken = await take(asked, wanted, planned, step, (operationId) =>
      awaitOperation(asked, operationId, accountIds.length, onProgress),
    );
    // Also where another administrator was faster.
    if (taken.ok || taken.error.code.startsWith("NameAlreadyExists")) done.push(step.kind);
    // Somebody else's operation, or Organizations has begun to deploy to an account that joined just now.
    else if (/^(OperationInProgress|StaleRequest)/.test(taken.error.code)) await pause(1_000);
    else return taken;
  }
}

function outcome(
  found: FoundStackSet | null,
  wanted: WantedDeployment,
  scope: AccountScope,
  done: StackSetStep["kind"][],
): DeployedInstances {
  const instanceOf = (id: string) => found?.instances.get(id);
  const failed = scope.accounts.flatMap(({ id, name }) => {
    const instance = instanceOf(id);
    if (instance?.status === "CURRENT") return [];
    const reason = reasonOf(instance);
    return [{ accountId: id, name, reason, todo: failureAdvice(reason, wanted) }];
  });
  return {
    isChanged: done.some((kind) => kind !== "wait"),
    succeeded: scope.accounts.length - failed.length,
    failed,
  };
}

function reasonOf(instance: StackInstance | undefined): string {
  if (!instance) return "the StackSet made no instance";
  const { reason, status, detailedStatus } = instance;
  if (detailedStatus === "SKIPPED_SUSPENDED_ACCOUNT") return "the account was suspended";
  if (status === "INOPERABLE") return `its instance is INOPERABLE${reason ? `: ${reason}` : ""}`;
  return reason || `its instance is ${status}`;
}

async function take(
  asked: StackSetAsked,
  wanted: WantedDeployment,
  planned: Planned,
  step: StackSetStep,
  wait: (operationId: string) => Promise<Reading<null>>,
): Promise<Reading<null>> {
  if (step.kind === "wait") return wait(step.operationId);
  for (const [operation, input] of writesOf(step, wanted, planned)) {
    const written = await askSet<{ OperationId?: string }>(asked, operation, input);
    if (!written.ok) return written;
    const { OperationId } = written.value;
    const waited = OperationId ? await wait(OperationId) : null;
    if (waited && !waited.ok) return waited;
  }
  return { ok: true, value: null };
}

function writesOf(
  step: Exclude<StackSetStep, { kind: "wait" }>,
  wanted: WantedDeployment,
  { scope, uploads }: Planned,
): [operation: string, input: Record<string, unknown>][] {
  const { preferences: OperationPreferences, region } = wanted;
  if (step.kind === "create-set")
    return [["CreateStackSet", { ...contents(wanted, uploads), ...model(wanted) }]];
  if (step.kind === "update-set")
    return [["UpdateStackSet", { ...contents(wanted, uploads), OperationPreferences }]];
  if (step.kind !== "create-instances") return [];
  return targetsOf(step.accountIds, wanted, scope).map((targets) => [
    "CreateStackInstances",
    { ...targets, Regions: [region], OperationPreferences },
  ]);
}

function contents(wanted: WantedDeployment, uploads: Planned["uploads"]): Record<string, unknown> {
  return {
    Description: "The role by which Skywarden reads each account.",
    ...templateInput(wanted.memberStack, uploads),
    Capabilities: ["CAPABILITY_NAMED_IAM"],
    Tags: awsTags(wanted),
  };
}

function model(wanted: WantedDeployment): Record<string, unknown> {
  if (wanted.permissionModel === "service-managed")
    return {
      PermissionModel: "SERVICE_MANAGED",
      AutoDeployment: { Enabled: true, RetainStacksOnAccountRemoval: false },
      ManagedExecution: { Active: true },
    };
  const { administrationRoleArn, executionRoleName } = wanted;
  return {
    PermissionModel: "SELF_MANAGED",
    ...(administrationRoleArn ? { AdministrationRoleARN: administrationRoleArn } : {}),
    ...(executionRoleName ? { ExecutionRoleName: executionRoleName } : {}),
  };
}

/** One operation each. */
function targetsOf(
  accountIds: string[] | null,
  { permissionModel }: WantedDeployment,
  scope: AccountScope,
): Record<string, unknown>[] {
  if (permissionModel === "self-managed") {
    const Accounts = accountIds ?? scope.accounts.map(({ id }) => id);
    return Accounts.length === 0 ? [] : [{ Accounts }];
  }
  const filter = accountIds
    ? { Accounts: accountIds, AccountFilterType: "INTERSECTION" }
    : scope.excludedIds.length > 0
      ? { Accounts: scope.excludedIds, AccountFilterType: "DIFFERENCE" }
      : {};
  const batches: Record<string, unknown>[] = [];
  for (let at = 0; at < scope.units.length; at += unitsAtOnce) {
    const OrganizationalUnitIds = scope.units.slice(at, at + unitsAtOnce).map(({ id }) => id);
    batches.push({ DeploymentTargets: { OrganizationalUnitIds, ...filter } });
  }
  return batches;
}

/** Hours in a large organization: asked at most every 10 s, and its accounts page by page. */
async function awaitOperation(
  asked: StackSetAsked,
  operationId: string,
  total: number,
  onProgress: (progress: InstanceProgress) => void,
): Promise<Reading<null>> {
  type Operation = { StackSetOperation?: { Status?: string } };
  for (let waitMs = 100; ; waitMs = Math.min(10_000, waitMs * 2)) {
    const described = await askSet<Operation>(asked, "DescribeStackSetOperation", {
      OperationId: operationId,
    });
    if (!described.ok) return described;
    const counted = await countResults(asked, operationId);
    if (!counted.ok) return counted;
    onProgress({ ...counted.value, total: Math.max(total, counted.value.done) });
    // A failed operation shows in its instances.
    if (!/^(RUNNING|QUEUED|STOPPING)$/.test(described.value.StackSetOperation?.Status ?? ""))
      return { ok: true, value: null };
    await pause(waitMs);
  }
}

async function countResults(
  asked: StackSetAsked,
  OperationId: string,
): Promise<Reading<{ done: number; failed: number }>> {
  type Page = { Summaries?: { Status?: string }[]; NextToken?: string };
  let [done, failed] = [0, 0];
  for await (const page of setPages<Page>(asked, "ListStackSetOperationResults", { OperationId })) {
    if (!page.ok) return page;
    for (const { Status = "" } of page.value.Summaries ?? []) {
      if (/^(SUCCEEDED|FAILED|CANCELLED)$/.test(Status)) done++;
      if (/^(FAILED|CANCELLED)$/.test(Status)) failed++;
    }
  }
  return { ok: true, value: { done, failed } };
}
