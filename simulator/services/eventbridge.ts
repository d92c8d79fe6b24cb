// EventBridge: buses, rules, targets, and events put on a bus by API. Delivery is the events folder's.

import { randomUUID } from "node:crypto";
import type {
  PutEventsRequest,
  PutEventsRequestEntry,
  TestEventPatternRequest,
} from "@aws-sdk/client-eventbridge";
import { matchesPattern } from "../events/pattern.ts";
import { putOnBus } from "../events/route.ts";
import { silentPolicy } from "../events/service-permission.ts";
import { seconds } from "../events/user-identity.ts";
import type { Call, NeededPermission, ServiceDefinition } from "../operation.ts";
import { busOperations, invalid } from "./eventbridge/buses.ts";
import { parsedPattern, ruleOperations } from "./eventbridge/rules.ts";
import { busArn, busPlace, findBus, ruleArn, ruleKey, rulesIn } from "./eventbridge/stored-rule.ts";

function putEvents(call: Call<PutEventsRequest>) {
  const { Entries = [] } = call.input;
  if (Entries.length === 0 || Entries.length > 10)
    throw invalid(
      `1 validation error detected: Value '${Entries.length} entries' at 'entries' failed to satisfy constraint: Member must have length between 1 and 10`,
    );
  const bytes = Entries.reduce((sum, entry) => sum + sizeOf(entry), 0);
  if (bytes > 1_048_576) throw invalid("Total size of the entries in the request is over the limit.");
  const found = Entries.map((entry) => putOne(call, entry));
  return { FailedEntryCount: found.filter(({ EventId }) => !EventId).length, Entries: found };
}

/** As the guide counts: 14 bytes for a time, the texts in UTF-8. */
function sizeOf({
  Time,
  Source = "",
  DetailType = "",
  Detail = "",
  Resources = [],
}: PutEventsRequestEntry): number {
  const texts = [Source, DetailType, Detail, ...Resources];
  return (Time ? 14 : 0) + texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0);
}

interface Answered {
  EventId?: string;
  ErrorCode?: string;
  ErrorMessage?: string;
}

function putOne(call: Call, entry: PutEventsRequestEntry): Answered {
  const { Source = "", DetailType = "", Detail = "", Resources = [], Time } = entry;
  const refuse = (ErrorCode: string, ErrorMessage: string) => ({ ErrorCode, ErrorMessage });
  for (const [name, value] of Object.entries({ Source, DetailType, Detail }))
    if (value === "")
      return refuse(
        "InvalidArgument",
        `Parameter ${name} is not valid. Reason: ${name} is a required argument.`,
      );
  if (Source.startsWith("aws."))
    return refuse("NotAuthorizedForSourceException", "Not authorized for the source.");
  const detail = objectOf(Detail);
  if (!detail) return refuse("MalformedDetail", "Detail is malformed.");
  const place = busPlace(call, entry.EventBusName);
  const id = randomUUID();
  const at = Time ?? call.now;
  // An unknown bus takes events and drops them.
  if (findBus(call.world, place))
    putOnBus(call.world, place, {
      version: "0",
      id,
      "detail-type": DetailType,
      source: Source,
      account: call.accountId,
      time: seconds(at.toISOString()),
      region: call.region,
      resources: Resources,
      detail,
    });
  return { EventId: id };
}

function objectOf(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? value : undefined;
  } catch (cause) {
    if (cause instanceof SyntaxError) return undefined;
    throw cause;
  }
}

const needed = ["id", "account", "source", "time", "region", "resources", "detail-type"];

function testPattern(call: Call<TestEventPatternRequest>) {
  const { EventPattern = "", Event = "" } = call.input;
  const pattern = parsedPattern(EventPattern);
  const event = objectOf(Event);
  if (!event) throw invalid("Parameter Event is not valid.");
  const missing = needed.find((name) => !(name in event));
  if (missing) throw invalid(`Parameter Event is not valid. Reason: ${missing} is a required argument`);
  return { Result: matchesPattern(pattern, event) };
}

interface OnRule {
  Name?: string;
  Rule?: string;
  EventBusName?: string;
  ResourceARN?: string;
}

const onRule =
  (action: string) =>
  (call: Call<OnRule>): NeededPermission[] => {
    const { Name, Rule, EventBusName, ResourceARN } = call.input;
    if (ResourceARN !== undefined) return [{ action, resource: ResourceARN }];
    const place = busPlace(call, EventBusName);
    const names = { EventBusName: place.name, Name: Name ?? Rule ?? "" };
    const known = rulesIn(call.world, place).get(ruleKey(names));
    const rule = known ?? { ...names, State: "ENABLED" as const, CreatedBy: "", targets: [], tags: [] };
    return [{ action, resource: ruleArn(call.world, place, rule) }];
  };

const onBus =
  (action: string, member: "Name" | "EventBusName" = "Name") =>
  (call: Call<OnRule>): NeededPermission[] => {
    const place = busPlace(call, call.input[member]);
    return [{ action, resource: busArn(call.world, place, place.name) }];
  };

function forEvents(call: Call<PutEventsRequest>): NeededPermission[] {
  const places = (call.input.Entries ?? []).map(({ EventBusName }) => busPlace(call, EventBusName));
  const resources = new Set(places.map((place) => busArn(call.world, place, place.name)));
  return [...resources].map((resource) => ({ action: "events:PutEvents", resource }));
}

const onRules = [
  "PutRule",
  "DeleteRule",
  "DescribeRule",
  "EnableRule",
  "DisableRule",
  "PutTargets",
  "RemoveTargets",
  "ListTargetsByRule",
  "TagResource",
  "UntagResource",
  "ListTagsForResource",
];
const onBuses = ["CreateEventBus", "UpdateEventBus", "DeleteEventBus", "DescribeEventBus"];

export const eventbridge: ServiceDefinition = {
  client: "eventbridge",
  iamPrefix: "events",
  operations: { ...busOperations, ...ruleOperations, PutEvents: putEvents, TestEventPattern: testPattern },
  permissions: {
    ...Object.fromEntries(onRules.map((name) => [name, onRule(`events:${name}`)])),
    ...Object.fromEntries(onBuses.map((name) => [name, onBus(`events:${name}`)])),
    PutPermission: onBus("events:PutPermission", "EventBusName"),
    RemovePermission: onBus("events:RemovePermission", "EventBusName"),
    PutEvents: forEvents,
  },
  resourcePolicy: (call: Call, { resource }) => {
    const [, , service, region = "", accountId = "", path = ""] = resource.split(":");
    if (service !== "events") return undefined;
    const [kind, ...rest] = path.split("/");
    const name = kind === "event-bus" ? rest.join("/") : rest.length > 1 ? (rest[0] ?? "") : "default";
    const text = findBus(call.world, { accountId, region, name })?.policy;
    if (text !== undefined) return { accountId, text };
    return accountId === call.accountId ? undefined : { accountId, text: silentPolicy };
  },
};
