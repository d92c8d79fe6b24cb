// Carries out a plan: templates into the bucket, trusted access if asked for, the stacks of the administrator's
// account, the StackSet.
import { ask, type Reading } from "../organization-reader.ts";
import { type Administrator, inRegion } from "./administrator.ts";
import { type DeploymentPlan, stackSetAsked } from "./plan.ts";
import { type DeployedInstances, type InstanceProgress, putStackSet } from "./put-stack-set.ts";
import { putStack, type StackProgress } from "./stack.ts";
import { putUploads, type TemplateUpload } from "./template-source.ts";
import type { WantedDeployment } from "./wanted.ts";

export interface DeploymentProgress {
  onUpload(upload: TemplateUpload): void;
  onStack(progress: StackProgress): void;
  onInstances(progress: InstanceProgress): void;
}

export interface Deployed {
  isChanged: boolean;
  instances: DeployedInstances;
}

export async function deploy(
  administrator: Administrator,
  wanted: WantedDeployment,
  plan: DeploymentPlan,
  progress: DeploymentProgress,
): Promise<Reading<Deployed>> {
  const reader = inRegion(administrator, wanted.region);
  const uploaded = await putUploads(administrator, wanted.region, plan.uploads, progress.onUpload);
  if (!uploaded.ok) return uploaded;
  if (plan.turnsOnTrustedAccess) {
    const turned = await ask(reader, "cloudformation", "ActivateOrganizationsAccess", {});
    if (!turned.ok) return turned;
  }
  let isChanged = plan.turnsOnTrustedAccess || uploaded.value;
  for (const { stack } of plan.stacks) {
    const put = await putStack(reader, stack, { tags: wanted.tags, uploads: plan.uploads }, progress.onStack);
    if (!put.ok) return put;
    isChanged ||= put.value;
  }
  const instances = await putStackSet(
    stackSetAsked(administrator, wanted),
    wanted,
    plan,
    progress.onInstances,
  );
  if (!instances.ok) return instances;
  return {
    ok: true,
    value: { isChanged: isChanged || instances.value.isChanged, instances: instances.value },
  };
}
