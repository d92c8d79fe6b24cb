// What is in the way of a permission, in short words. Pure.
import type { PermissionProblem } from "../../nouns.ts";

type Blocker = PermissionProblem["blocking"][number];

/** "at the root (r-ab12)", "at /Root/Prod (ou-ab12-prod)", "of role/harvest". */
export function placeText({ kind, id, path }: NonNullable<Blocker["attachment"]>): string {
  if (kind === "root") return `at the root (${id})`;
  if (kind === "unit") return `at ${path ?? "the unit"} (${id})`;
  if (kind === "account") return `at the account ${id}`;
  return `of ${id}`;
}

export const statementText = ({ sid, index }: Pick<Blocker, "sid" | "index">): string =>
  sid ?? `Statement ${index}`;

/** What a person looks for first: the names of all that blocks. */
export function headlines({ blocking, title }: PermissionProblem): string[] {
  return blocking.length === 0 ? [title] : [...new Set(blocking.map(nameOf))];
}

function nameOf({ kind, layerName: layer, policyName, attachment, sid, index, conditions }: Blocker): string {
  const place = attachment === null ? "" : ` ${placeText(attachment)}`;
  const name = policyName === null ? "" : ` ${policyName}`;
  if (kind === "unread") return `The ${layer}${name} could not be read`;
  if (kind === "no-allow")
    return layer === "policy of the role"
      ? "No policy of the role allows it"
      : `No ${layer}${place} allows it`;
  const verb = conditions.some(({ holds }) => holds === "unknown") ? "may deny it" : "denies it";
  return `The ${layer}${name} ${verb} by ${statementText({ sid, index })}`;
}
