// AWS's own policy simulator over the actions of a role (S93b).
import type { SimulatedAction } from "#model/role-inspection.ts";
import { ask, type OrganizationReader, type Reading } from "./organization-reader.ts";

interface Output {
  EvaluationResults?: {
    EvalActionName?: string;
    EvalDecision?: string;
    OrganizationsDecisionDetail?: { AllowedByOrganizations?: boolean };
    MissingContextValues?: string[];
  }[];
  Marker?: string;
}

/**
 * The simulator's decision ("allowed", "implicitDeny", "explicitDeny") by action. Told who asks, it knows one key
 * that SCPs compare; without, it answers what consoles and most products show: every key of an SCP counts as missing.
 */
export async function simulateActions(
  reader: OrganizationReader,
  roleArn: string,
  actions: readonly string[],
  isToldWhoAsks: boolean,
): Promise<Reading<Map<string, SimulatedAction>>> {
  const decisions = new Map<string, SimulatedAction>();
  let marker: string | undefined;
  do {
    const page = await ask<Output>(reader, "iam", "SimulatePrincipalPolicy", {
      PolicySourceArn: roleArn,
      ActionNames: actions,
      // The simulator does not fill it in by itself everywhere (iam.md §6), and SCPs ask for it.
      ...(isToldWhoAsks ? { ContextEntries: [principalArn(roleArn)] } : {}),
      ...(marker ? { Marker: marker } : {}),
    });
    if (!page.ok) return page;
    for (const result of page.value.EvaluationResults ?? [])
      if (result.EvalActionName)
        decisions.set(result.EvalActionName, simulated(result.EvalActionName, result));
    if (page.value.Marker === marker) break;
    marker = page.value.Marker;
  } while (marker);
  return { ok: true, value: decisions };
}

function principalArn(roleArn: string) {
  return { ContextKeyName: "aws:PrincipalArn", ContextKeyType: "string", ContextKeyValues: [roleArn] };
}

type Result = NonNullable<Output["EvaluationResults"]>[number];

function simulated(
  action: string,
  { EvalDecision, OrganizationsDecisionDetail, MissingContextValues }: Result,
): SimulatedAction {
  return {
    action,
    decision: EvalDecision ?? "unknown",
    allowedByOrganizations: OrganizationsDecisionDetail?.AllowedByOrganizations ?? null,
    missingKeys: MissingContextValues ?? [],
  };
}
