// What AWS checks of a policy's text, by its type.
// https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps_syntax.html
import { AwsFault } from "../../operation.ts";
import { MalformedPolicy, policyOf, type Statement } from "../../policy/document.ts";
import { supportsResourceControl } from "../../resource-control.ts";
import type { PolicyType } from "../../shapes.ts";
import { violation } from "./membership.ts";
import { isAuthorization, limitsOf, otherLimits } from "./policy-types.ts";

export function checkContent(type: PolicyType, content: string): void {
  if (content.length > (limitsOf[type] ?? otherLimits).characters)
    throw violation("POLICY_CONTENT_LIMIT_EXCEEDED", "The policy is too long.");
  if (!isWellFormed(type, content)) {
    throw new AwsFault(
      "MalformedPolicyDocumentException",
      "The provided policy document does not meet the requirements of the specified policy type.",
    );
  }
}

function isWellFormed(type: PolicyType, content: string): boolean {
  try {
    if (!isAuthorization(type)) return JSON.parse(content) !== null;
    const { statements } = policyOf(content);
    if (type === "SERVICE_CONTROL_POLICY") return statements.every(({ principals }) => !principals);
    return statements.every(isResourceControl) && actionsOf(content).every(isOfSupported);
  } catch (cause) {
    if (cause instanceof MalformedPolicy || cause instanceof SyntaxError) return false;
    throw cause;
  }
}

/** A customer's RCP only denies, and everyone: Principal is "*" and nothing else. */
function isResourceControl({ effect, principals }: Statement): boolean {
  const names = Object.values(principals?.byKind ?? {}).flat();
  return effect === "Deny" && principals?.isNot === false && names.length === 1 && names[0] === "*";
}

/** RCPs name actions, no NotAction and no "*", of services that support them. */
function isOfSupported(action: unknown): boolean {
  return typeof action === "string" && supportsResourceControl(action.slice(0, action.indexOf(":")));
}

function actionsOf(content: string): unknown[] {
  const { Statement } = JSON.parse(content) as { Statement: { Action?: unknown } | { Action?: unknown }[] };
  return [Statement].flat().flatMap(({ Action }) => Action ?? [undefined]);
}
