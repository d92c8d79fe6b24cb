// What is wrong with a form whose shape is wrong as well: its texts, and the strategies that it names. AWS is not asked.
import type { FieldError } from "#model/problem.ts";
import { cloudFormTexts } from "./cloud-form-texts.ts";
import { objectOf, textsOf } from "./form-body.ts";
import type { OnboardingParts } from "./onboarding-parts.ts";
import { providerNamed } from "./providers.ts";
import { strategyErrors } from "./validate.ts";
import { unknownStrategies } from "./validate-organization.ts";

export async function formErrors(
  parts: OnboardingParts,
  tenantId: string,
  noun: "organization" | "cloud",
  body: unknown,
): Promise<FieldError[]> {
  const texts = noun === "organization" ? providerNamed().formTexts(body) : cloudFormTexts(body);
  const strategies = { unknownStrategies: unknownStrategies(parts, tenantId) };
  const strategyIds = textsOf(objectOf(body).strategyIds);
  return [...texts, ...(await strategyErrors(strategies, { strategyIds }))];
}
