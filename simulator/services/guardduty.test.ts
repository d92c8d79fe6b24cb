import * as aws from "@aws-sdk/client-guardduty";
import { expect, test } from "vitest";
import { checkCalls, startWire } from "./wire-clients.ts";

const wire = startWire();
const client = () => wire.client(aws.GuardDutyClient, "eu-north-1");
let DetectorId = "";
const get = () => client().send(new aws.GetDetectorCommand({ DetectorId }));
const arn = () => `arn:aws:guardduty:eu-north-1:${wire.simulator.managementAccountId}:detector/${DetectorId}`;

checkCalls([
  ["none at first", () => client().send(new aws.ListDetectorsCommand({})), { DetectorIds: [] }],
  [
    "a detector",
    async () => {
      const answer = await client().send(new aws.CreateDetectorCommand({ Enable: true, Tags: { a: "1" } }));
      DetectorId = answer.DetectorId ?? "";
      return answer;
    },
    { DetectorId: expect.stringMatching(/^[0-9a-f]{32}$/) },
  ],
  [
    "one only",
    () => client().send(new aws.CreateDetectorCommand({ Enable: true })),
    "400 BadRequestException",
  ],
  [
    "is shown",
    get,
    {
      Status: "ENABLED",
      FindingPublishingFrequency: "SIX_HOURS",
      Tags: { a: "1" },
      Features: expect.arrayContaining([
        expect.objectContaining({ Name: "S3_DATA_EVENTS", Status: "ENABLED" }),
        expect.objectContaining({ Name: "RUNTIME_MONITORING", Status: "DISABLED" }),
      ]),
    },
  ],
  [
    "changed",
    () =>
      client().send(
        new aws.UpdateDetectorCommand({
          DetectorId,
          FindingPublishingFrequency: "FIFTEEN_MINUTES",
          Features: [{ Name: "RUNTIME_MONITORING", Status: "ENABLED" }],
        }),
      ),
    {},
  ],
  [
    "is shown so",
    get,
    {
      FindingPublishingFrequency: "FIFTEEN_MINUTES",
      Features: expect.arrayContaining([
        expect.objectContaining({ Name: "RUNTIME_MONITORING", Status: "ENABLED" }),
      ]),
    },
  ],
  ["off", () => client().send(new aws.UpdateDetectorCommand({ DetectorId, Enable: false })), {}],
  ["is shown so", get, { Status: "DISABLED" }],
  ["no findings", () => client().send(new aws.ListFindingsCommand({ DetectorId })), { FindingIds: [] }],
  [
    "publishes",
    () =>
      client().send(
        new aws.CreatePublishingDestinationCommand({
          DetectorId,
          DestinationType: "S3",
          DestinationProperties: { DestinationArn: "arn:aws:s3:::findings" },
        }),
      ),
    {},
  ],
  [
    "there",
    () => client().send(new aws.ListPublishingDestinationsCommand({ DetectorId })),
    { Destinations: [{ DestinationType: "S3", Status: "PUBLISHING" }] },
  ],
  ["tags", () => client().send(new aws.TagResourceCommand({ ResourceArn: arn(), Tags: { b: "2" } })), {}],
  [
    "are shown",
    () => client().send(new aws.ListTagsForResourceCommand({ ResourceArn: arn() })),
    { Tags: { a: "1", b: "2" } },
  ],
  ["deleted", () => client().send(new aws.DeleteDetectorCommand({ DetectorId })), {}],
  ["for good", get, "400 BadRequestException"],
]);

test("a token that is none is refused", async () => {
  await expect(client().send(new aws.ListDetectorsCommand({ NextToken: "x" }))).rejects.toMatchObject({
    name: "BadRequestException",
  });
});
