// What AWS's policy simulator says of the role's actions, beside what the real calls showed (E18, E23).
import { organizationRolePath } from "./check-reads.ts";
import { type Findings, note, refuse, sentence } from "./checks.ts";
import {
  coreActions,
  diagnosisActions,
  organizationRoleActions,
  ownRoleActions,
} from "./organization-actions.ts";
import type { OrganizationReader } from "./organization-reader.ts";
import { simulateActions } from "./simulate-actions.ts";

/** `read`: actions whose real calls worked; they count, whatever the simulator says. */
export async function checkSimulation(
  reader: OrganizationReader,
  roleArn: string,
  read: ReadonlySet<string>,
  findings: Findings,
): Promise<void> {
  const simulated = await simulateActions(reader, roleArn, organizationRoleActions, true);
  if (!simulated.ok) {
    const detail = `AWS's policy simulator could not be asked: ${sentence(simulated.error.message)} The real calls above decide.`;
    return note(findings, "simulate", "warning", detail);
  }
  const decisions = new Map([...simulated.value].map(([action, { decision }]) => [action, decision]));
  const works = (action: string) => read.has(action) || decisions.get(action) === "allowed";
  const lost = coreActions.filter((core) => !core.actions.some(works));
  if (lost.length > 0) {
    const detail = `The role may not call ${lost.map((core) => core.actions.join(" or ")).join(", ")}. Update its stack from the organization-role template.`;
    // The field is named once; the reading has said what failed.
    if (findings.errors.length > 0) return note(findings, "simulate", "fail", detail);
    return refuse(findings, "simulate", { path: organizationRolePath, code: "missing-permission", detail });
  }
  const notes = [...reducedText(works), ...contradictionText(read, decisions)];
  if (notes.length > 0) note(findings, "simulate", "warning", notes.join(" "));
  else
    note(
      findings,
      "simulate",
      "pass",
      `AWS's policy simulator allows all ${organizationRoleActions.length} actions.`,
    );
}

function reducedText(works: (action: string) => boolean): string[] {
  return diagnosisActions
    .filter(({ actions }) => !actions.some(works))
    .map(({ actions, serves }) => `${actions.join(" or ")} is denied: no ${serves}.`)
    .concat(ownRoleText(ownRoleActions.filter((action) => !works(action))));
}

function ownRoleText(denied: string[]): string[] {
  const verb = denied.length === 1 ? "is" : "are";
  return denied.length > 0
    ? [`${denied.join(", ")} ${verb} denied: no sight of changes to the role itself.`]
    : [];
}

function contradictionText(read: ReadonlySet<string>, simulated: ReadonlyMap<string, string>): string[] {
  const denied = [...read].filter((action) => (simulated.get(action) ?? "allowed") !== "allowed");
  return denied.length > 0
    ? [`The simulator denies ${denied.join(", ")}, but the real calls worked; the calls count.`]
    : [];
}
