// Whose permissions a stack's changes need: its role's when it has one, else the caller's.
import type { Call } from "../../operation.ts";
import { asRole, viaService } from "./act-as.ts";

export function acting(call: Call, roleArn: string | undefined): Call {
  if (roleArn !== undefined) return asRole(call, roleArn, "AWSCloudFormation");
  const { authorize } = call;
  return authorize ? { ...call, authorize: (permission) => authorize(viaService(permission)) } : call;
}
