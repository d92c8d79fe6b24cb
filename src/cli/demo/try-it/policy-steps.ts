// Two service control policies that deny a few reads to everybody but one role: the exception of the first names our
// role, that of the second another one. AWS's policy simulator, which is not told who asks, takes them for the same.
import type { StepInWorld } from "#api/simulated-world.ts";
import type { Administrator } from "../administrator-access.ts";
import { memberRoleName } from "../roles.ts";

interface Exception {
  id: "named-exception" | "missed-exception";
  name: string;
  description: string;
  document: object;
  shownBy: { action: string; region: string };
}

function exception(
  id: Exception["id"],
  name: string,
  description: string,
  actions: [string, ...string[]],
  role: string,
): Exception {
  const statement = {
    Sid: "DenyUnlessHarvester",
    Effect: "Deny",
    Action: actions,
    Resource: "*",
    Condition: { ArnNotLike: { "aws:PrincipalArn": [`arn:aws:iam::*:role/${role}`] } },
  };
  const document = { Version: "2012-10-17", Statement: [statement] };
  return { id, name, description, document, shownBy: { action: actions[0], region: "us-east-1" } };
}

const exceptions: Exception[] = [
  exception(
    "named-exception",
    "TryItNamedException",
    "Try it: only Skywarden's role may list volumes and snapshots",
    ["ec2:DescribeVolumes", "ec2:DescribeSnapshots"],
    memberRoleName,
  ),
  exception(
    "missed-exception",
    "TryItMissedException",
    "Try it: only a role that nobody uses any more may list instances",
    ["ec2:DescribeInstances"],
    "Former-Harvest-Role",
  ),
];

interface PolicySummary {
  Id: string;
  Name: string;
}

/** `accountIds`: where each would be attached. */
export async function lookAtPolicies(
  administrator: Administrator,
  managementAccountId: string,
  accountIds: readonly [string | null, string | null],
): Promise<StepInWorld[]> {
  const ask = <Output>(operation: string, input: object) =>
    administrator.ask<Output>(managementAccountId, "organizations", operation, input);
  const policies: PolicySummary[] = [];
  let NextToken: string | undefined;
  do {
    const page = await ask<{ Policies?: PolicySummary[]; NextToken?: string }>("ListPolicies", {
      Filter: "SERVICE_CONTROL_POLICY",
      ...(NextToken ? { NextToken } : {}),
    });
    policies.push(...(page.Policies ?? []));
    NextToken = page.NextToken;
  } while (NextToken);
  return Promise.all(
    exceptions.map(async ({ id, name, document, shownBy }, at): Promise<StepInWorld> => {
      const step = { id, shownBy, isSynced: true, isHarvested: true, isScored: false };
      const planned = accountIds[at] ?? null;
      const untouched: StepInWorld = {
        ...{ ...step, state: "untouched", acts: planned === null ? [] : ["attach"], policy: null },
        account: planned === null ? null : { id: planned, name: null, unitId: null },
      };
      const policy = policies.find(({ Name }) => Name === name);
      if (!policy) return untouched;
      const { Targets } = await ask<{ Targets?: { TargetId: string }[] }>("ListTargetsForPolicy", {
        PolicyId: policy.Id,
      });
      const target = Targets?.[0]?.TargetId;
      if (target === undefined) return untouched;
      const { Policy } = await ask<{ Policy: { Content: string } }>("DescribePolicy", {
        PolicyId: policy.Id,
      });
      const now: unknown = JSON.parse(Policy.Content);
      const isFixed = JSON.stringify(now) !== JSON.stringify(document);
      return {
        ...{ ...step, state: isFixed ? "fixed" : "attached" },
        acts: id === "missed-exception" && !isFixed ? ["fix", "detach"] : ["detach"],
        account: { id: target, name: null, unitId: null },
        policy: { id: policy.Id, name, document: now },
      };
    }),
  );
}

export async function attachPolicy(
  administrator: Administrator,
  managementAccountId: string,
  { id, account }: StepInWorld,
): Promise<void> {
  const wanted = exceptions.find((one) => one.id === id);
  if (!wanted || !account) throw new Error(`${id} has no policy`);
  const ask = <Output>(operation: string, input: object) =>
    administrator.ask<Output>(managementAccountId, "organizations", operation, input);
  const { name: Name, description: Description, document } = wanted;
  // Left over from a try that ended between two calls.
  const { Policies = [] } = await ask<{ Policies?: PolicySummary[] }>("ListPolicies", {
    Filter: "SERVICE_CONTROL_POLICY",
  });
  const Content = JSON.stringify(document);
  let PolicyId = Policies.find((policy) => policy.Name === Name)?.Id;
  if (PolicyId) await ask("UpdatePolicy", { PolicyId, Content });
  else {
    const made = await ask<{ Policy: { PolicySummary: PolicySummary } }>("CreatePolicy", {
      ...{ Name, Description, Content, Type: "SERVICE_CONTROL_POLICY" },
    });
    PolicyId = made.Policy.PolicySummary.Id;
  }
  await ask("AttachPolicy", { PolicyId, TargetId: account.id });
}

export async function changePolicy(
  administrator: Administrator,
  managementAccountId: string,
  PolicyId: string,
  document: unknown,
): Promise<void> {
  const Content = JSON.stringify(document);
  await administrator.ask(managementAccountId, "organizations", "UpdatePolicy", { PolicyId, Content });
}

export async function detachPolicy(
  administrator: Administrator,
  managementAccountId: string,
  PolicyId: string,
): Promise<void> {
  const ask = <Output>(operation: string, input: object) =>
    administrator.ask<Output>(managementAccountId, "organizations", operation, input);
  const { Targets = [] } = await ask<{ Targets?: { TargetId: string }[] }>("ListTargetsForPolicy", {
    PolicyId,
  });
  for (const { TargetId } of Targets) await ask("DetachPolicy", { PolicyId, TargetId });
  await ask("DeletePolicy", { PolicyId });
}
