// Trust policies: checked as AWS does, and their principals pinned to the unique ids they have now, so that a
// role made again under the same name is not trusted.
import { iam, pathOfArn } from "../../iam-lookup.ts";
import type { Call } from "../../operation.ts";
import { isAccountKnown } from "../../organization.ts";
import type { World } from "../../world.ts";
import { checkedPolicy, malformed } from "./entity.ts";

export interface Trust {
  trustPolicy: string;
  trustedIds: Record<string, string>;
}

export function checkedTrust({ world }: Call, text: string): Trust {
  const trustedIds: Record<string, string> = {};
  for (const { principals, resources } of checkedPolicy(text)) {
    if (resources) throw malformed("Has prohibited field Resource");
    if (!principals) throw malformed("Missing required field Principal");
    for (const name of principals.byKind.AWS ?? []) {
      const pinned = uniqueIdOf(world, name);
      if (pinned === "invalid") throw malformed(`Invalid principal in policy: "AWS":"${name}"`);
      if (pinned !== undefined) trustedIds[name] = pinned;
    }
  }
  return { trustPolicy: text, trustedIds };
}

/** Undefined where there is nothing to pin: accounts, sessions, and entities of accounts outside this world. */
function uniqueIdOf(world: World, name: string): string | undefined | "invalid" {
  if (name === "*" || /^\d{12}$/.test(name)) return undefined;
  const [, partition, service, , accountId = "", resource = ""] = name.split(":");
  if (!name.startsWith("arn:") || partition !== world.partition || !/^\d{12}$/.test(accountId))
    return "invalid";
  if (service === "sts" || resource === "root" || !isAccountKnown(world, accountId)) return undefined;
  const kind = resource.split("/")[0];
  const entityName = name.slice(name.lastIndexOf("/") + 1);
  const { users, roles } = iam(world, accountId);
  const [user, role] = [users.get(entityName), roles.get(entityName)];
  const path = pathOfArn(name);
  if (kind === "user" && user?.Path === path) return user.UserId;
  if (kind === "role" && role?.Path === path) return role.RoleId;
  return "invalid";
}

/** As AWS shows it: a principal that is gone (or made anew) appears as its old unique id. */
export function shownTrust(world: World, text: string, trustedIds: Record<string, string> = {}): string {
  let shown = text;
  for (const [name, id] of Object.entries(trustedIds)) {
    if (uniqueIdOf(world, name) !== id) shown = shown.replaceAll(JSON.stringify(name), JSON.stringify(id));
  }
  return shown;
}
