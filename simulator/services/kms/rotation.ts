// Rotation of keys: by the calendar and on demand. The material is nowhere; only when it changed is.
import type { EnableKeyRotationRequest } from "@aws-sdk/client-kms";
import { AwsFault, type Call, type Operation } from "../../operation.ts";
import { changeable, type KeyCall, keyFor, store } from "./key-call.ts";
import { markers } from "./markers.ts";

const dayMs = 86_400_000;
/** Source: KMS's quotas, read 2026-11. */
const mostOnDemand = 25;

function checkRotates(spec: string | undefined): void {
  if (spec !== "SYMMETRIC_DEFAULT")
    throw new AwsFault(
      "UnsupportedOperationException",
      "Rotation is supported only for symmetric encryption keys",
    );
}

function rotationStatus(call: KeyCall) {
  const { metadata, rotation } = keyFor(call);
  const KeyId = metadata.Arn;
  checkRotates(metadata.KeySpec);
  if (metadata.KeyManager === "AWS") return { KeyId, KeyRotationEnabled: true, RotationPeriodInDays: 365 };
  if (!rotation || metadata.KeyState === "PendingDeletion") return { KeyId, KeyRotationEnabled: false };
  const { periodDays, since } = rotation;
  const periods = Math.floor((call.now.getTime() - Date.parse(since)) / (periodDays * dayMs)) + 1;
  const NextRotationDate = new Date(Date.parse(since) + periods * periodDays * dayMs).toISOString();
  return { KeyId, KeyRotationEnabled: true, RotationPeriodInDays: periodDays, NextRotationDate };
}

function enableRotation(call: Call<EnableKeyRotationRequest>) {
  const key = changeable(call);
  const periodDays = call.input.RotationPeriodInDays ?? 365;
  checkRotates(key.metadata.KeySpec);
  if (periodDays < 90 || periodDays > 2560)
    throw new AwsFault("ValidationException", "RotationPeriodInDays must be from 90 to 2560");
  store(call, { ...key, rotation: { periodDays, since: call.now.toISOString() } });
  return {};
}

function disableRotation(call: KeyCall) {
  const { rotation: _, ...key } = changeable(call);
  store(call, key);
  return {};
}

function rotateOnDemand(call: KeyCall) {
  const key = changeable(call);
  checkRotates(key.metadata.KeySpec);
  if (key.metadata.KeyState === "Disabled")
    throw new AwsFault("DisabledException", `${key.metadata.Arn} is disabled.`);
  const rotatedAt = [...(key.rotatedAt ?? []), call.now.toISOString()];
  if (rotatedAt.length > mostOnDemand)
    throw new AwsFault(
      "LimitExceededException",
      `The on-demand rotation limit of ${mostOnDemand} has been reached for ${key.metadata.Arn}`,
    );
  store(call, { ...key, rotatedAt });
  return { KeyId: key.metadata.KeyId };
}

function listRotations(call: KeyCall) {
  const { metadata, rotation, rotatedAt = [] } = keyFor(call);
  checkRotates(metadata.KeySpec);
  const since = Date.parse(rotation?.since ?? "");
  const periodMs = (rotation?.periodDays ?? 0) * dayMs;
  const passed = rotation ? Math.floor((call.now.getTime() - since) / periodMs) : 0;
  const all = [
    ...Array.from({ length: passed }, (_, index) => ({
      RotationDate: new Date(since + (index + 1) * periodMs).toISOString(),
      RotationType: "AUTOMATIC",
    })),
    ...rotatedAt.map((RotationDate) => ({ RotationDate, RotationType: "ON_DEMAND" })),
  ].sort((one, other) => (one.RotationDate < other.RotationDate ? -1 : 1));
  const shown = all.map((each) => ({ KeyId: metadata.KeyId, ...each }));
  const { found, rest } = markers(shown, call.input, 100, 1000);
  return { Rotations: found, ...rest };
}

export const rotationOperations: Record<string, Operation> = {
  GetKeyRotationStatus: rotationStatus,
  EnableKeyRotation: enableRotation,
  DisableKeyRotation: disableRotation,
  RotateKeyOnDemand: rotateOnDemand,
  ListKeyRotations: listRotations,
};
