import type * as aws from "@aws-sdk/client-secrets-manager";
import { AwsFault, type Call } from "../../operation.ts";
import { checkedPolicy } from "../checked-policy.ts";
import { need, secrets } from "./stored-secret.ts";

export const dayMs = 86_400_000;

export const needed = (call: Call<{ SecretId?: string | undefined }>) => need(call, call.input.SecretId);

export function rotateSecret(call: Call<aws.RotateSecretRequest>) {
  const secret = needed(call);
  const {
    RotationLambdaARN = secret.RotationLambdaARN,
    RotationRules,
    RotateImmediately = true,
  } = call.input;
  if (!RotationLambdaARN)
    throw new AwsFault(
      "InvalidRequestException",
      "No Lambda rotation function ARN is associated with this secret.",
    );
  const days = RotationRules?.AutomaticallyAfterDays;
  if (days !== undefined && (days < 1 || days > 1000))
    throw new AwsFault("InvalidParameterException", "AutomaticallyAfterDays must be from 1 to 1000");
  const rules = RotationRules ?? secret.RotationRules;
  const next = (rules?.AutomaticallyAfterDays ?? 30) * dayMs;
  const { ARN, Name } = secrets.change(call, secret, {
    RotationEnabled: true,
    RotationLambdaARN,
    ...(rules ? { RotationRules: rules } : {}),
    NextRotationDate: new Date(call.now.getTime() + next).toISOString(),
    ...(RotateImmediately ? { LastRotatedDate: call.now.toISOString() } : {}),
  });
  return { ARN, Name };
}

export function cancelRotation(call: Call<aws.CancelRotateSecretRequest>) {
  const { NextRotationDate: _, ...secret } = needed(call);
  const { ARN, Name } = secrets.put(call, { ...secret, RotationEnabled: false });
  return { ARN, Name };
}

export function deleteSecret(call: Call<aws.DeleteSecretRequest>) {
  const { RecoveryWindowInDays, ForceDeleteWithoutRecovery } = call.input;
  if (RecoveryWindowInDays !== undefined && ForceDeleteWithoutRecovery)
    throw new AwsFault(
      "InvalidParameterException",
      "You can't use ForceDeleteWithoutRecovery in conjunction with RecoveryWindowInDays.",
    );
  const days = RecoveryWindowInDays ?? 30;
  if (days < 7 || days > 30)
    throw new AwsFault(
      "InvalidParameterException",
      "The RecoveryWindowInDays value must be between 7 and 30 days (inclusive).",
    );
  const secret = need(call, call.input.SecretId, ForceDeleteWithoutRecovery);
  const { ARN, Name } = secret;
  if (ForceDeleteWithoutRecovery) {
    secrets.remove(call, secret);
    return { ARN, Name, DeletionDate: call.now.toISOString() };
  }
  secrets.change(call, secret, { DeletedDate: call.now.toISOString() });
  return { ARN, Name, DeletionDate: new Date(call.now.getTime() + days * dayMs).toISOString() };
}

export function restoreSecret(call: Call<aws.RestoreSecretRequest>) {
  const { DeletedDate: _, ...secret } = need(call, call.input.SecretId, true);
  const { ARN, Name } = secrets.put(call, secret);
  return { ARN, Name };
}

export function putPolicy(call: Call<aws.PutResourcePolicyRequest>) {
  const secret = needed(call);
  const { ResourcePolicy = "", BlockPublicPolicy } = call.input;
  checkedPolicy(
    ResourcePolicy,
    "MalformedPolicyDocumentException",
    "This resource policy contains a syntax error.",
  );
  // AWS asks its automated reasoning; an open principal without any condition is what it certainly refuses.
  if (
    BlockPublicPolicy &&
    /"Principal"\s*:\s*("\*"|\{\s*"AWS"\s*:\s*"\*"\s*\})/.test(ResourcePolicy) &&
    !ResourcePolicy.includes('"Condition"')
  )
    throw new AwsFault(
      "PublicPolicyException",
      "You can't attach this resource policy because it allows broad access to the secret.",
    );
  const { ARN, Name } = secrets.change(call, secret, { policy: ResourcePolicy });
  return { ARN, Name };
}

export function deletePolicy(call: Call<aws.DeleteResourcePolicyRequest>) {
  const { policy: _, ...secret } = needed(call);
  const { ARN, Name } = secrets.put(call, secret);
  return { ARN, Name };
}
