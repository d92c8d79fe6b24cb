// From an event to the targets of the rules that fit it. CloudTrail's records enter on the default bus of
// the account and region where the call happened, and only where a trail logs them, as AWS documents.
import { randomUUID } from "node:crypto";
import { trailsSeen } from "../services/cloudtrail/stored-trail.ts";
import { type BusPlace, findBus, rulesIn, type StoredRule } from "../services/eventbridge/stored-rule.ts";
import type { Place, World } from "../world.ts";
import type { BusEvent, CloudTrailRecord } from "./bus-event.ts";
import { isGlobal } from "./names.ts";
import { matchesPattern } from "./pattern.ts";
import { later } from "./state.ts";
import { deliver } from "./targets.ts";

export function publishRecord(world: World, place: Place, client: string, record: CloudTrailRecord): void {
  const rules = rulesIn(world, place).list();
  if (rules.length === 0 || !isTrailed(world, place, client)) return;
  putOnBus(
    world,
    { ...place, name: "default" },
    {
      version: "0",
      id: randomUUID(),
      "detail-type":
        record.eventType === "AwsServiceEvent"
          ? "AWS Service Event via CloudTrail"
          : "AWS API Call via CloudTrail",
      source: `aws.${record.eventSource.replace(/\.amazonaws\.com$/, "")}`,
      account: place.accountId,
      time: record.eventTime,
      region: place.region,
      resources: [],
      detail: record,
    },
  );
}

/** Whether a trail logs writes of this account here. */
function isTrailed(world: World, { accountId, region }: Place, client: string): boolean {
  return trailsSeen({ world, accountId, region }).some(
    ({ trail, isLogging, eventSelectors, advancedEventSelectors }) =>
      isLogging &&
      (trail.IncludeGlobalServiceEvents !== false || !isGlobal(client)) &&
      (advancedEventSelectors?.length
        ? advancedEventSelectors.some(({ FieldSelectors = [] }) =>
            FieldSelectors.some(
              ({ Field, Equals = [] }) => Field === "eventCategory" && Equals.includes("Management"),
            ),
          )
        : (eventSelectors ?? [{}]).some(
            ({ IncludeManagementEvents = true, ReadWriteType = "All" }) =>
              IncludeManagementEvents && ReadWriteType !== "ReadOnly",
          )),
  );
}

const parsed = new WeakMap<StoredRule, unknown>();

function patternOf(rule: StoredRule): unknown {
  let pattern = parsed.get(rule);
  if (pattern === undefined) {
    pattern = rule.EventPattern === undefined ? null : JSON.parse(rule.EventPattern);
    parsed.set(rule, pattern);
  }
  return pattern;
}

/** `isForwarded`: it came from a bus of another account or region, and goes no further than this one. */
export function putOnBus(world: World, place: BusPlace, event: BusEvent, isForwarded = false): void {
  if (!findBus(world, place)) return;
  for (const rule of rulesIn(world, place).list()) {
    if (rule.EventBusName !== place.name || rule.State === "DISABLED" || rule.targets.length === 0) continue;
    if (!matchesPattern(patternOf(rule), event)) continue;
    for (const target of rule.targets) {
      later(world, () =>
        deliver(world, place, rule, target, event, isForwarded, (to) => putOnBus(world, to, event, true)),
      );
    }
  }
}
