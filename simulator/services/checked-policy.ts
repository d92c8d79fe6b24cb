// A policy document that a request brings, or the service's own error for one that is none.
import { AwsFault } from "../operation.ts";
import { MalformedPolicy, policyOf } from "../policy/document.ts";

export function checkedPolicy(
  text: string,
  code: string,
  message = "The policy document is not valid.",
): string {
  try {
    policyOf(text);
    return text;
  } catch (error) {
    if (error instanceof MalformedPolicy) throw new AwsFault(code, message);
    throw error;
  }
}
