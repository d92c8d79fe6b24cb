// The detector of a region with its features, and where its findings are published.
import type * as aws from "@aws-sdk/client-guardduty";
import { chance, draw } from "../../ids.ts";
import { AwsFault, type Call } from "../../operation.ts";
import type { Stored } from "../../stored.ts";
import { given, records, type Tagged, tagMapOf } from "../records.ts";

export type Features = NonNullable<Stored<aws.GetDetectorResponse>["Features"]>;

/** Value of "guardduty:detector" under its id. */
export interface StoredDetector
  extends Tagged,
    Stored<Omit<aws.GetDetectorResponse, "Tags" | "DataSources">> {
  DetectorId: string;
  Features: Features;
  destinations: (Stored<aws.Destination> & { Properties: Stored<aws.DestinationProperties> })[];
}

export const notOwned = () =>
  new AwsFault(
    "BadRequestException",
    "The request is rejected because the input detectorId is not owned by the current account.",
  );
export const detectors = records<StoredDetector>("guardduty:detector", "DetectorId", notOwned);
export const needed = (call: Call<{ DetectorId?: string | undefined }>) =>
  detectors.need(call, call.input.DetectorId);
/** What a new detector watches unless told otherwise; the first three cannot be turned off. */
export const always = ["CLOUD_TRAIL", "DNS_LOGS", "FLOW_LOGS"] as const;
export const standard = {
  S3_DATA_EVENTS: "ENABLED",
  EKS_AUDIT_LOGS: "ENABLED",
  EBS_MALWARE_PROTECTION: "ENABLED",
  RDS_LOGIN_EVENTS: "ENABLED",
  EKS_RUNTIME_MONITORING: "DISABLED",
  LAMBDA_NETWORK_LOGS: "ENABLED",
  RUNTIME_MONITORING: "DISABLED",
} as const;

export function featuresOf(at: string, changes: Partial<Record<string, string>> = {}): Features {
  const chosen = Object.entries(standard).map(([Name, Status]) => ({
    Name,
    Status: changes[Name] ?? Status,
    UpdatedAt: at,
  }));
  return [
    ...always.map((Name) => ({ Name, Status: "ENABLED" as const, UpdatedAt: at })),
    ...chosen,
  ] as Features;
}

export function withFeatures(
  old: Features,
  asked: aws.DetectorFeatureConfiguration[] | undefined,
  at: string,
): Features {
  return old.map((feature) => {
    const wish = asked?.find((each) => each.Name === feature.Name);
    if (!wish) return feature;
    const extra = wish.AdditionalConfiguration?.map(({ Name, Status }) => ({ Name, Status, UpdatedAt: at }));
    return {
      ...feature,
      Status: wish.Status,
      UpdatedAt: at,
      ...(extra ? { AdditionalConfiguration: extra } : {}),
    };
  });
}

export function createDetector(call: Call<aws.CreateDetectorRequest>) {
  const { Enable, FindingPublishingFrequency = "SIX_HOURS", Features, Tags } = call.input;
  if (detectors.list(call).length > 0)
    throw new AwsFault(
      "BadRequestException",
      "The request is rejected because a detector already exists for the current account.",
    );
  const at = call.now.toISOString();
  const { DetectorId } = detectors.put(call, {
    DetectorId: draw("0123456789abcdef", 32, chance),
    CreatedAt: at,
    UpdatedAt: at,
    Status: Enable ? "ENABLED" : "DISABLED",
    FindingPublishingFrequency,
    ServiceRole: `arn:${call.world.partition}:iam::${call.accountId}:role/aws-service-role/guardduty.amazonaws.com/AWSServiceRoleForAmazonGuardDuty`,
    Features: withFeatures(featuresOf(at), Features, at),
    destinations: [],
    tagMap: tagMapOf(Tags),
  });
  return { DetectorId };
}

export function getDetector(call: Call<aws.GetDetectorRequest>) {
  const { tagMap, ...detector } = needed(call);
  return { ...detector, Tags: tagMap };
}

export function updateDetector(call: Call<aws.UpdateDetectorRequest>) {
  const detector = needed(call);
  const { Enable, Features } = call.input;
  const at = call.now.toISOString();
  detectors.change(call, detector, {
    ...given(call.input, "FindingPublishingFrequency"),
    ...(Enable === undefined ? {} : { Status: Enable ? "ENABLED" : "DISABLED" }),
    Features: withFeatures(detector.Features, Features, at),
    UpdatedAt: at,
  });
  return {};
}

export function createDestination(call: Call<aws.CreatePublishingDestinationRequest>) {
  const detector = needed(call);
  const { DestinationType, DestinationProperties } = call.input;
  const DestinationId = draw("0123456789abcdef", 32, chance);
  const made = {
    DestinationId,
    DestinationType,
    Status: "PUBLISHING" as const,
    Properties: DestinationProperties ?? {},
  };
  if (detector.destinations.some((each) => each.DestinationType === DestinationType))
    throw new AwsFault(
      "BadRequestException",
      "The request failed because a publishing destination already exists.",
    );
  detectors.change(call, detector, { destinations: [...detector.destinations, made] });
  return { DestinationId };
}

export function destinationOf(
  call: Call<{ DetectorId?: string | undefined; DestinationId?: string | undefined }>,
) {
  const found = needed(call).destinations.find((each) => each.DestinationId === call.input.DestinationId);
  if (!found)
    throw new AwsFault(
      "BadRequestException",
      "The request is rejected because the input destinationId is not valid.",
    );
  return found;
}
