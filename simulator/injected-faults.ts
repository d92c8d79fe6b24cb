// Errors that the settings ask for: calls that fit a rule answer its code instead of running.
import { AwsFault } from "./operation.ts";
import type { Settings } from "./settings.ts";

export function injectFault(
  { faults }: Settings,
  call: { accountId: string; region: string; service: string; operation: string },
) {
  for (const rule of faults) {
    const fits =
      (rule.service ?? call.service) === call.service &&
      (rule.operation ?? call.operation) === call.operation &&
      (rule.accountId ?? call.accountId) === call.accountId &&
      (rule.region ?? call.region) === call.region;
    if (!fits || Math.random() >= (rule.rate ?? 1)) continue;
    throw new AwsFault(rule.code, rule.message ?? "A fault of the simulator's settings.", rule.status ?? 400);
  }
}
