// AWS's own policy simulator over the actions of the organization role (S93b).
import { ask, type OrganizationReader, type Reading } from "./organization-reader.ts";

/** The simulator's decision ("allowed", "implicitDeny", "explicitDeny") by action. */
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
