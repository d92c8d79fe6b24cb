// One stack of the administrator's account: what is there, what to do next, and doing it until it is as wanted.
// Every step is decided from what AWS says now, so that a run that was killed goes on where it was.
import {
  ask,
  type OrganizationReader,
  type ReadFailure,
  type Reading,
  unreadable,
} from "../organization-reader.ts";
import { type TemplateUpload, templateInput } from "./template-source.ts";
import { awsTags, type WantedDeployment, type WantedStack } from "./wanted.ts";

export interface FoundStack {
  status: string;
  reason: string;
  template: string;
  tags: { Key: string; Value: string }[];
}

/** The next thing to do about a stack. */
export type StackStep = "create" | "update" | "replace" | "wait" | "stuck" | "none";

interface Described {
  StackStatus?: string;
  StackStatusReason?: string;
  Tags?: { Key?: string; Value?: string }[];
}

/** Null where there is none of the name. */
export async function readStack(
  reader: OrganizationReader,
  name: string,
): Promise<Reading<FoundStack | null>> {
  const described = await ask<{ Stacks?: Described[] }>(reader, "cloudformation", "DescribeStacks", {
    StackName: name,
  });
  if (!described.ok) return isGone(described) ? { ok: true, value: null } : described;
  const { StackStatus, StackStatusReason = "", Tags = [] } = described.value.Stacks?.[0] ?? {};
  if (!StackStatus) return unreadable("cloudformation:DescribeStacks", `no status of ${name}`);
  const tags = Tags.map(({ Key = "", Value = "" }) => ({ Key, Value }));
  const found = { status: StackStatus, reason: StackStatusReason, tags };
  // It has a change set, and no template of its own.
  if (StackStatus === "REVIEW_IN_PROGRESS") return { ok: true, value: { ...found, template: "" } };
  const text = await ask<{ TemplateBody?: string }>(reader, "cloudformation", "GetTemplate", {
    StackName: name,
    TemplateStage: "Original",
  });
  // Its deletion may have ended in between.
  if (!text.ok) return isGone(text) ? { ok: true, value: null } : text;
  return { ok: true, value: { ...found, template: text.value.TemplateBody ?? "" } };
}

function isGone({ error }: ReadFailure): boolean {
  return error.message.includes("does not exist");
}

export function stackStep(
  found: FoundStack | null,
  wanted: WantedStack,
  tags: { key: string; value: string }[],
): StackStep {
  if (!found) return "create";
  if (found.status.endsWith("_IN_PROGRESS"))
    return found.status === "REVIEW_IN_PROGRESS" ? "replace" : "wait";
  if (isStuck(found)) return "stuck";
  // A stack whose creation failed can only be deleted.
  if (/^(ROLLBACK_|CREATE_FAILED|DELETE_FAILED)/.test(found.status)) return "replace";
  return found.template === wanted.template && hasTags(found, tags) ? "none" : "update";
}

/** Whose rollback failed: it takes neither update nor, without loss, a deletion. */
export function isStuck({ status }: Pick<FoundStack, "status">): boolean {
  return /^(UPDATE|IMPORT)_ROLLBACK_FAILED$/.test(status);
}

export function hasTags(
  { tags }: Pick<FoundStack, "tags">,
  wanted: { key: string; value: string }[],
): boolean {
  const own = tags.filter(({ Key }) => !Key.startsWith("aws:"));
  return (
    own.length === wanted.length &&
    wanted.every(({ key, value }) => own.some(({ Key, Value }) => Key === key && Value === value))
  );
}

export interface StackProgress {
  name: string;
  status: string;
}

/** Makes the stack as wanted; true if anything was changed. A failure names the resource that failed. */
export async function putStack(
  reader: OrganizationReader,
  wanted: WantedStack,
  { tags, uploads }: Pick<WantedDeployment, "tags"> & { uploads: readonly TemplateUpload[] },
  onProgress: (progress: StackProgress) => void,
): Promise<Reading<boolean>> {
  const input = {
    StackName: wanted.name,
    ...templateInput(wanted, uploads),
    Capabilities: ["CAPABILITY_NAMED_IAM"],
    Tags: awsTags({ tags }),
  };
  const done: StackStep[] = [];
  for (;;) {
    const found = await settled(reader, wanted.name, onProgress);
    if (!found.ok) return found;
    const step = stackStep(found.value, wanted, tags);
    if (step === "none") return { ok: true, value: done.length > 0 };
    // What was tried in this run and is wanted again has failed.
    if (step === "stuck" || done.includes(step)) return failure(reader, wanted.name, found.value);
    done.push(step);
    const [operation, asked] = writes[step](input);
    const written = await ask(reader, "cloudformation", operation, asked);
    if (!written.ok) {
      // Another administrator was faster: what they made is looked at like anything that is there.
      if (step === "create" && written.error.code.startsWith("AlreadyExists")) continue;
      if (written.error.message.includes("No updates are to be performed"))
        return { ok: true, value: done.length > 1 };
      return written;
    }
  }
}

type Write = (input: { StackName: string }) => [operation: string, input: Record<string, unknown>];
const writes: Record<Exclude<StackStep, "stuck">, Write> = {
  create: (input) => ["CreateStack", { ...input, OnFailure: "ROLLBACK" }],
  update: (input) => ["UpdateStack", input],
  replace: ({ StackName }) => ["DeleteStack", { StackName }],
  wait: ({ StackName }) => ["DescribeStacks", { StackName }],
  none: ({ StackName }) => ["DescribeStacks", { StackName }],
};

async function settled(
  reader: OrganizationReader,
  name: string,
  onProgress: (progress: StackProgress) => void,
): Promise<Reading<FoundStack | null>> {
  for (let waitMs = 100; ; waitMs = Math.min(5_000, waitMs * 2)) {
    const found = await readStack(reader, name);
    if (!found.ok || !found.value || stackIsStill(found.value)) return found;
    onProgress({ name, status: found.value.status });
    await pause(waitMs);
  }
}

function stackIsStill({ status }: FoundStack): boolean {
  return !status.endsWith("_IN_PROGRESS") || status === "REVIEW_IN_PROGRESS";
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

async function failure(
  reader: OrganizationReader,
  name: string,
  found: FoundStack | null,
): Promise<Reading<never>> {
  type Event = { LogicalResourceId?: string; ResourceStatus?: string; ResourceStatusReason?: string };
  const events = await ask<{ StackEvents?: Event[] }>(reader, "cloudformation", "DescribeStackEvents", {
    StackName: name,
  });
  const causes = (events.ok ? (events.value.StackEvents ?? []) : [])
    .filter(({ ResourceStatus = "" }) => ResourceStatus.endsWith("_FAILED"))
    .filter(({ ResourceStatusReason = "" }) => !/cancelled/i.test(ResourceStatusReason))
    .map(({ LogicalResourceId, ResourceStatusReason }) => `${LogicalResourceId}: ${ResourceStatusReason}`);
  const why = causes[0] ?? found?.reason ?? "CloudFormation gives no reason";
  return unreadable("cloudformation:CreateStack", `The stack ${name} is ${found?.status ?? "gone"}: ${why}`);
}
