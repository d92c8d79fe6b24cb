// What a queue may be set to: names, ranges and defaults of SQS's API reference.
import { MalformedPolicy, policyOf } from "../../policy/document.ts";
import type { World } from "../../world.ts";
import { findQueue, invalidValue, sqsFault } from "./stored-queue.ts";

const numbers: Record<string, [least: number, most: number]> = {
  DelaySeconds: [0, 900],
  MaximumMessageSize: [1024, 1_048_576],
  MessageRetentionPeriod: [60, 1_209_600],
  ReceiveMessageWaitTimeSeconds: [0, 20],
  VisibilityTimeout: [0, 43_200],
  KmsDataKeyReusePeriodSeconds: [60, 86_400],
};

const choices: Record<string, string[]> = {
  SqsManagedSseEnabled: ["true", "false"],
  ContentBasedDeduplication: ["true", "false"],
  DeduplicationScope: ["messageGroup", "queue"],
  FifoThroughputLimit: ["perQueue", "perMessageGroupId"],
};

const texts = new Set(["Policy", "KmsMasterKeyId", "RedrivePolicy", "RedriveAllowPolicy"]);

/** 256 KiB remains the default although 1 MiB is allowed since 2025-08 (Terraform's and CloudFormation's documentation). */
export const defaultAttributes: Record<string, string> = {
  VisibilityTimeout: "30",
  MaximumMessageSize: "262144",
  MessageRetentionPeriod: "345600",
  DelaySeconds: "0",
  ReceiveMessageWaitTimeSeconds: "0",
  SqsManagedSseEnabled: "true",
};

export const fifoDefaults: Record<string, string> = {
  FifoQueue: "true",
  ContentBasedDeduplication: "false",
  DeduplicationScope: "queue",
  FifoThroughputLimit: "perQueue",
};

/** The attributes with the given ones laid over them; an empty text takes one away. */
export function changedAttributes(
  world: World,
  before: Record<string, string>,
  given: Record<string, string>,
  isFifo: boolean,
): Record<string, string> {
  const after = { ...before };
  for (const [name, value] of Object.entries(given)) {
    check(world, name, value, isFifo);
    if (value === "") delete after[name];
    else after[name] = value;
  }
  if (given.KmsMasterKeyId) after.SqsManagedSseEnabled = "false";
  if (given.KmsMasterKeyId && !after.KmsDataKeyReusePeriodSeconds) after.KmsDataKeyReusePeriodSeconds = "300";
  if (given.SqsManagedSseEnabled === "true") {
    delete after.KmsMasterKeyId;
    delete after.KmsDataKeyReusePeriodSeconds;
  }
  return after;
}

function check(world: World, name: string, value: string, isFifo: boolean): void {
  const wrong = () => invalidValue(`Invalid value for the parameter ${name}.`);
  const isFifoOnly = name === "ContentBasedDeduplication" || name in fifoDefaults;
  if (name === "FifoQueue") {
    if (value !== "true" || !isFifo)
      throw sqsFault("InvalidAttributeValue", "Invalid value for the parameter FifoQueue.");
    return;
  }
  const range = numbers[name];
  if (!range && !choices[name] && !texts.has(name))
    throw sqsFault("InvalidAttributeName", `Unknown Attribute ${name}.`);
  if (isFifoOnly && !isFifo) throw sqsFault("InvalidAttributeName", `Unknown Attribute ${name}.`);
  if (range && (!/^\d+$/.test(value) || Number(value) < range[0] || Number(value) > range[1])) throw wrong();
  if (choices[name] && !choices[name].includes(value)) throw wrong();
  if (value === "") return;
  if (name === "Policy" && !isPolicy(value)) throw wrong();
  if (name === "RedrivePolicy") checkRedrive(world, value, isFifo);
}

function isPolicy(text: string): boolean {
  try {
    return policyOf(text).statements.every(({ principals }) => principals !== undefined);
  } catch (error) {
    if (error instanceof MalformedPolicy) return false;
    throw error;
  }
}

function checkRedrive(world: World, text: string, isFifo: boolean): void {
  const start = `Value ${text} for parameter RedrivePolicy is invalid. Reason:`;
  const { deadLetterTargetArn, maxReceiveCount } = parsed(text, start);
  if (deadLetterTargetArn === undefined || maxReceiveCount === undefined)
    throw invalidValue(
      `${start} Redrive policy does not contain mandatory attribute: ${deadLetterTargetArn === undefined ? "deadLetterTargetArn" : "maxReceiveCount"}.`,
    );
  const most = Number(maxReceiveCount);
  if (!Number.isInteger(most) || most < 1 || most > 1000)
    throw invalidValue(
      `${start} Invalid value for maxReceiveCount: ${String(maxReceiveCount)}, valid values are from 1 to 1000 both inclusive.`,
    );
  const [, , , region = "", accountId = "", name = ""] = String(deadLetterTargetArn).split(":");
  if (!findQueue(world, { accountId, region }, name))
    throw invalidValue(`${start} Dead letter target does not exist.`);
  if (name.endsWith(".fifo") !== isFifo)
    throw invalidValue(`${start} Dead letter target must be same type of queue as the source.`);
}

function parsed(text: string, start: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null) return value as Record<string, unknown>;
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
  }
  throw invalidValue(`${start} Redrive policy is not a valid JSON map.`);
}
