// What a proposed change does, in a sentence for the person who makes it.
import type { Change } from "#iam/change.ts";
import type { Blocker } from "#iam/verdict.ts";
import { layerName, statementName, whereText } from "./words.ts";

export function fixText(blocker: Blocker, { policy, layer }: Change): string {
  if (policy === null) {
    const where =
      blocker.kind === "no-allow" && blocker.attachedTo ? ` ${whereText(blocker.attachedTo)}` : "";
    return `Attach a new ${layerName(layer)}${where} with this document.`;
  }
  const named = `the ${layerName(layer)} ${policy.name}`;
  if (blocker.kind === "deny") return `Exempt Skywarden's role in ${statementName(blocker.by)} of ${named}.`;
  return `Allow the action in ${named}.`;
}
