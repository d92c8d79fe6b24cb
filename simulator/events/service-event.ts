// What an AWS service did without a call of the account's: CloudTrail tells it as a service event.
import { randomUUID } from "node:crypto";
import type { World } from "../world.ts";
import type { CloudTrailRecord } from "./bus-event.ts";
import { resourcesNamed } from "./resources.ts";
import { publishRecord } from "./route.ts";
import { eventsOf } from "./state.ts";
import { seconds, serviceIdentityOf } from "./user-identity.ts";

export interface ServiceEvent {
  accountId: string;
  region: string;
  /** Suffix of the SDK client. */
  client: string;
  /** "organizations.amazonaws.com". */
  source: string;
  name: string;
  details: Record<string, unknown>;
  now: Date;
}

export function noteServiceEvent(world: World, event: ServiceEvent): void {
  const { accountId, region, client, source, name, details, now } = event;
  const record: CloudTrailRecord = {
    eventVersion: "1.11",
    userIdentity: { ...serviceIdentityOf(source), accountId },
    eventTime: seconds(now.toISOString()),
    eventSource: source,
    eventName: name,
    awsRegion: region,
    sourceIPAddress: source,
    userAgent: source,
    requestParameters: null,
    responseElements: null,
    eventID: randomUUID(),
    readOnly: false,
    eventType: "AwsServiceEvent",
    managementEvent: true,
    recipientAccountId: accountId,
    serviceEventDetails: details,
    eventCategory: "Management",
  };
  const place = { accountId, region };
  eventsOf(world).history.add(place, {
    at: now.getTime(),
    eventId: record.eventID,
    eventName: name,
    eventSource: source,
    readOnly: false,
    userName: undefined,
    accessKeyId: undefined,
    resources: resourcesNamed(record),
    record: JSON.stringify(record),
  });
  publishRecord(world, place, client, record);
}
