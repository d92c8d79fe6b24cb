// LookupEvents over the event history: the last 90 days of one account and region, newest first.
import type { LookupEventsRequest } from "@aws-sdk/client-cloudtrail";
import type { HistoryEntry } from "../../events/history.ts";
import { eventsOf } from "../../events/state.ts";
import { AwsFault, type Call } from "../../operation.ts";
import { page } from "../../paging.ts";

const keptMs = 90 * 86_400_000;

const attributes: Record<string, (entry: HistoryEntry, value: string) => boolean> = {
  EventId: (entry, value) => entry.eventId === value,
  EventName: (entry, value) => entry.eventName === value,
  ReadOnly: (entry, value) => String(entry.readOnly) === value,
  Username: (entry, value) => entry.userName === value,
  ResourceType: (entry, value) => entry.resources.some(({ ResourceType }) => ResourceType === value),
  ResourceName: (entry, value) => entry.resources.some(({ ResourceName }) => ResourceName === value),
  EventSource: (entry, value) => entry.eventSource === value,
  AccessKeyId: (entry, value) => entry.accessKeyId === value,
};

export function lookupEvents(call: Call<LookupEventsRequest>) {
  const { LookupAttributes = [], MaxResults = 50, EventCategory } = call.input;
  if (MaxResults < 1 || MaxResults > 50)
    throw new AwsFault("InvalidMaxResultsException", "A max results value of 1 to 50 is expected.");
  if (LookupAttributes.length > 1)
    throw new AwsFault("InvalidLookupAttributesException", "Only one lookup attribute can be specified.");
  // Insights events are not simulated: an account without unusual activity has none.
  if (EventCategory === "insight") return { Events: [] };
  const { anchor, token } = readToken(call);
  const found = entriesFor(call).filter(({ sequence }) => sequence <= anchor);
  const { items, next } = page(found, MaxResults, token, "InvalidNextTokenException");
  return {
    Events: items.map(shown),
    ...(next ? { NextToken: Buffer.from(`${anchor}:${next}`).toString("base64") } : {}),
  };
}

/** What happens while someone pages does not move the pages: they end at the newest event of the first. */
function readToken(call: Call<LookupEventsRequest>): { anchor: number; token?: string } {
  const { NextToken } = call.input;
  if (NextToken === undefined) return { anchor: eventsOf(call.world).history.last };
  const [anchor = "", token = ""] = Buffer.from(NextToken, "base64").toString("latin1").split(":");
  if (!/^\d+$/.test(anchor) || !token)
    throw new AwsFault("InvalidNextTokenException", "The token is invalid or has expired.");
  return { anchor: Number(anchor), token };
}

function entriesFor(call: Call<LookupEventsRequest>): HistoryEntry[] {
  const { LookupAttributes = [], StartTime, EndTime } = call.input;
  const from = Math.max(StartTime?.getTime() ?? 0, call.now.getTime() - keptMs);
  const until = EndTime?.getTime() ?? Number.POSITIVE_INFINITY;
  if (StartTime && StartTime.getTime() > until)
    throw new AwsFault("InvalidTimeRangeException", "The start time must be before the end time.");
  const [attribute] = LookupAttributes;
  const { AttributeKey = "", AttributeValue = "" } = attribute ?? {};
  const fits = attributes[AttributeKey];
  if (attribute && !fits)
    throw new AwsFault("InvalidLookupAttributesException", `Unknown lookup attribute ${AttributeKey}.`);
  return eventsOf(call.world)
    .history.list(call)
    .filter((entry) => entry.at >= from && entry.at <= until && (fits?.(entry, AttributeValue) ?? true));
}

function shown(entry: HistoryEntry) {
  return {
    EventId: entry.eventId,
    EventName: entry.eventName,
    ReadOnly: String(entry.readOnly),
    AccessKeyId: entry.accessKeyId,
    EventTime: new Date(Math.floor(entry.at / 1000) * 1000),
    EventSource: entry.eventSource,
    Username: entry.userName,
    Resources: entry.resources,
    CloudTrailEvent: entry.record,
  };
}
