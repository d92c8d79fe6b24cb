// What Config records and where it delivers: recorders, channels, retention.
import type * as aws from "@aws-sdk/client-config-service";
import type { RecorderStatus } from "@aws-sdk/client-config-service";
import { chance, draw, lowerAlphanumeric } from "../../ids.ts";
import { AwsFault, type Call } from "../../operation.ts";
import type { Stored } from "../../stored.ts";
import { arnIn, records, type Tagged, tagMapOf } from "../records.ts";

/** Value of "config:recorder" under its name. */
export interface StoredRecorder extends Tagged, Stored<aws.ConfigurationRecorder> {
  name: string;
  status: Stored<aws.ConfigurationRecorderStatus>;
}
export type StoredChannel = Stored<aws.DeliveryChannel> & { name: string };
export type StoredRetention = Stored<aws.RetentionConfiguration> & { Name: string };
export const missing = (code: string, noun: string) => (name: string, call: Call) =>
  new AwsFault(code, `Cannot find ${noun} with the specified name '${name}' in region '${call.region}'.`);
export const recorders = records<StoredRecorder>(
  "config:recorder",
  "name",
  missing("NoSuchConfigurationRecorderException", "configuration recorder"),
);
export const channels = records<StoredChannel>(
  "config:delivery-channel",
  "name",
  missing("NoSuchDeliveryChannelException", "delivery channel"),
);
export const retentions = records<StoredRetention>(
  "config:retention",
  "Name",
  missing("NoSuchRetentionConfigurationException", "retention configuration"),
);
export function putRecorder(call: Call<aws.PutConfigurationRecorderRequest>) {
  const { ConfigurationRecorder = {}, Tags } = call.input;
  const { name = "default", roleARN, recordingGroup, recordingMode } = ConfigurationRecorder;
  if (!roleARN?.includes(":role/"))
    throw new AwsFault("InvalidRoleException", "You have specified an invalid IAM role ARN");
  const old = recorders.find(call, name);
  const other = recorders.list(call).find((each) => each.name !== name);
  if (other)
    throw new AwsFault(
      "MaxNumberOfConfigurationRecordersExceededException",
      `Failed to put configuration recorder '${name}' because the maximum number of configuration recorders: 1 is reached.`,
    );
  const group = recordingGroup ?? { allSupported: true };
  if (group.allSupported && group.resourceTypes?.length)
    throw new AwsFault("InvalidRecordingGroupException", "The recording group provided is not valid");
  recorders.put(call, {
    name,
    arn: arnIn(call, "config", `configuration-recorder/${name}/${draw(lowerAlphanumeric, 16, chance)}`),
    roleARN,
    recordingGroup: {
      allSupported: group.allSupported ?? false,
      includeGlobalResourceTypes: group.includeGlobalResourceTypes ?? false,
      resourceTypes: group.resourceTypes ?? [],
      exclusionByResourceTypes: { resourceTypes: group.exclusionByResourceTypes?.resourceTypes ?? [] },
      recordingStrategy: group.recordingStrategy ?? {
        useOnly: group.allSupported ? "ALL_SUPPORTED_RESOURCE_TYPES" : "INCLUSION_BY_RESOURCE_TYPES",
      },
    },
    recordingMode: recordingMode ?? { recordingFrequency: "CONTINUOUS", recordingModeOverrides: [] },
    recordingScope: "PAID",
    status: old?.status ?? { name, recording: false },
    tagMap: old?.tagMap ?? tagMapOf(Tags),
  });
  return {};
}

export function start(call: Call<aws.StartConfigurationRecorderRequest>) {
  const recorder = recorders.need(call, call.input.ConfigurationRecorderName);
  if (channels.list(call).length === 0)
    throw new AwsFault(
      "NoAvailableDeliveryChannelException",
      "Delivery channel is not available to start configuration recorder.",
    );
  const at = call.now.toISOString();
  recorders.change(call, recorder, {
    status: {
      ...recorder.status,
      recording: true,
      lastStartTime: at,
      lastStatus: "SUCCESS" as RecorderStatus,
      lastStatusChangeTime: at,
    },
  });
  return {};
}

export function stop(call: Call<aws.StopConfigurationRecorderRequest>) {
  const recorder = recorders.need(call, call.input.ConfigurationRecorderName);
  recorders.change(call, recorder, {
    status: { ...recorder.status, recording: false, lastStopTime: call.now.toISOString() },
  });
  return {};
}

export function putChannel(call: Call<aws.PutDeliveryChannelRequest>) {
  const channel = call.input.DeliveryChannel ?? {};
  const name = channel.name ?? "default";
  if (recorders.list(call).length === 0)
    throw new AwsFault(
      "NoAvailableConfigurationRecorderException",
      "Configuration recorder is not available to put delivery channel.",
    );
  if (channels.list(call).some((each) => each.name !== name))
    throw new AwsFault(
      "MaxNumberOfDeliveryChannelsExceededException",
      `Failed to put delivery channel '${name}' because the maximum number of delivery channels: 1 is reached.`,
    );
  const bucket = channel.s3BucketName;
  if (!bucket)
    throw new AwsFault("NoSuchBucketException", "Cannot find a S3 bucket with an empty bucket name.");
  channels.put(call, { ...channel, name });
  return {};
}

export function deleteChannel(call: Call<aws.DeleteDeliveryChannelRequest>) {
  const channel = channels.need(call, call.input.DeliveryChannelName);
  if (recorders.list(call).some((each) => each.status.recording))
    throw new AwsFault(
      "LastDeliveryChannelDeleteFailedException",
      `Failed to delete last specified delivery channel with name '${channel.name}', because there, because there is a running configuration recorder.`,
    );
  channels.remove(call, channel);
  return {};
}

export function putRetention(call: Call<aws.PutRetentionConfigurationRequest>) {
  const days = call.input.RetentionPeriodInDays ?? 0;
  if (days < 30 || days > 2557)
    throw new AwsFault("InvalidParameterValueException", "RetentionPeriodInDays must be from 30 to 2557");
  return { RetentionConfiguration: retentions.put(call, { Name: "default", RetentionPeriodInDays: days }) };
}
