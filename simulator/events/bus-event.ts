// The forms in which changes travel: CloudTrail's record and EventBridge's event around it. Types only.

export type CloudTrailRecord = Record<string, unknown> & {
  eventID: string;
  eventName: string;
  eventSource: string;
  eventTime: string;
  awsRegion: string;
  recipientAccountId: string;
};

/** An event on a bus, with EventBridge's own names. */
export interface BusEvent {
  version: "0";
  id: string;
  "detail-type": string;
  source: string;
  account: string;
  time: string;
  region: string;
  resources: string[];
  detail: unknown;
}
