// The key that a call is about: found, changed, and refused where AWS's own keys and keys on their way out are.
import { AwsFault, type Call } from "../../operation.ts";
import { keysIn, needKey, type StoredKey } from "./stored-key.ts";

export type KeyCall = Call<{ KeyId: string; Limit?: number; Marker?: string }>;

export const here = ({ accountId, region }: Call) => ({ accountId, region });
export const keyFor = (call: Call<{ KeyId?: string | undefined }>) =>
  needKey(call.world, here(call), call.input.KeyId ?? "");
export const store = (call: Call, key: StoredKey) => keysIn(call.world, here(call)).put(key.id, key);

/** What AWS's own keys and keys on their way out refuse. */
export function changeable(call: Call<{ KeyId?: string | undefined }>): StoredKey {
  const key = keyFor(call);
  const { Arn, KeyManager, KeyState } = key.metadata;
  if (KeyManager === "AWS")
    throw new AwsFault(
      "AccessDeniedException",
      `The operation is not permitted on the AWS managed key ${Arn}`,
    );
  if (KeyState === "PendingDeletion")
    throw new AwsFault("KMSInvalidStateException", `${Arn} is pending deletion.`);
  return key;
}
