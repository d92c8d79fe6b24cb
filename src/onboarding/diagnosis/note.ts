// Why a diagnosis says nothing, or is of the past: the role cannot be assumed, or was not looked at yet.
import type { DiagnosisCloud } from "#store/diagnosis-inputs.ts";

/** States in which nothing is called under the role. */
const unreachable = new Set([
  "awaiting-role",
  "assume-role-failed",
  "invalid-credentials",
  "suspended",
  "out-of-scope",
]);

export function noteOf({ role, state, stateReason }: DiagnosisCloud): string | null {
  const reason = stateReason ?? `The cloud is ${state}.`;
  if (unreachable.has(state)) {
    if (role?.reading) return `${reason} What is said here is of the role as it was last read.`;
    return `${reason} So nothing can be said of what the role may do.`;
  }
  if (role) return null;
  return "The role was not looked at yet. That happens when it is first assumed; a cloud that is reached by an access key has none.";
}
