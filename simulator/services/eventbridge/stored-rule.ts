// Event buses and rules as the simulator keeps them, and how they are named.
import type { Target } from "@aws-sdk/client-eventbridge";
import { AwsFault } from "../../operation.ts";
import type { Stored } from "../../stored.ts";
import type { Place, World } from "../../world.ts";

export interface Tag {
  Key: string;
  Value: string;
}

/** Value of the collection "events:bus" under its name; the default bus is there without an entry. */
export interface StoredBus {
  Name: string;
  Description?: string;
  KmsKeyIdentifier?: string;
  DeadLetterConfig?: { Arn?: string | undefined };
  policy?: string;
  createdAt?: string;
  changedAt?: string;
  tags: Tag[];
}

/** Value of the collection "events:rule" under "<bus>/<name>". */
export interface StoredRule {
  Name: string;
  EventBusName: string;
  EventPattern?: string;
  ScheduleExpression?: string;
  State: "ENABLED" | "DISABLED" | "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS";
  Description?: string;
  RoleArn?: string;
  /** The service that made it, and that alone may change it. */
  ManagedBy?: string;
  CreatedBy: string;
  targets: Stored<Target>[];
  tags: Tag[];
}

export const busesIn = (world: World, place: Place) => world.collection<StoredBus>(place, "events:bus");
export const rulesIn = (world: World, place: Place) => world.collection<StoredRule>(place, "events:rule");

export const ruleKey = ({ EventBusName, Name }: Pick<StoredRule, "EventBusName" | "Name">) =>
  `${EventBusName}/${Name}`;

const prefix = (world: World, { region, accountId }: Place) =>
  `arn:${world.partition}:events:${region}:${accountId}:`;

export const busArn = (world: World, place: Place, name: string) =>
  `${prefix(world, place)}event-bus/${name}`;

export const ruleArn = (world: World, place: Place, { EventBusName, Name }: StoredRule) =>
  `${prefix(world, place)}rule/${EventBusName === "default" ? "" : `${EventBusName}/`}${Name}`;

export interface BusPlace extends Place {
  name: string;
}

/** Where a bus is that was given by name or ARN. */
export function busPlace(place: Place, given = "default"): BusPlace {
  const [, , service, region = "", accountId = "", resource = ""] = given.split(":");
  if (service === undefined) return { accountId: place.accountId, region: place.region, name: given };
  return { accountId, region, name: resource.replace(/^event-bus\//, "") };
}

export function findBus(world: World, place: BusPlace): StoredBus | undefined {
  const kept = busesIn(world, place).get(place.name);
  return kept ?? (place.name === "default" ? { Name: "default", tags: [] } : undefined);
}

export function needBus(world: World, place: BusPlace): StoredBus {
  const found = findBus(world, place);
  if (found) return found;
  throw new AwsFault("ResourceNotFoundException", `Event bus ${place.name} does not exist.`);
}
