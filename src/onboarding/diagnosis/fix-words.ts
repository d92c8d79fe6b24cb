// What a proposed change does, in a sentence for the person who makes it.
import type { Change } from "#iam/change.ts";
import type { Blocker } from "#iam/verdict.ts";
import { layerName, statementName, whereText } from "./words.ts";

/** `isOfTemplate`: the role was made by a template of ours, and what a stack makes is mended by its update. */
export function fixText(blocker: Blocker, { policy, layer }: Change, isOfTemplate: boolean): string {
  if (policy === null) {
    const where =
      blocker.kind === "no-allow" && blocker.attachedTo ? ` ${whereText(blocker.attachedTo)}` : "";
    return `Attach a new ${layerName(layer)}${where} with this document.`;
  }
  if (layer === "identity" && isOfTemplate && blocker.kind === "no-allow")
    return `Update the role's stack from the member-role template (see Role), or allow the action in its policy ${policy.name}.`;
  const named = `the ${layerName(layer)} ${policy.name}`;
  if (blocker.kind === "deny") return `Exempt Skywarden's role in ${statementName(blocker.by)} of ${named}.`;
  return `Allow the action in ${named}.`;
}
