// A template as somebody asks for it: whom its role trusts is the installation's own role unless told otherwise, and
// never somebody who only stands in an example.
import type { OnboardingParts, Outcome, Refused } from "./onboarding-parts.ts";
import { defaultPrincipal } from "./platform.ts";
import type { TemplateName, TemplateParameters } from "./templates/role-model.ts";
import { type RenderedTemplate, renderTemplate, type TemplateFormat } from "./templates/template.ts";

export interface TemplateRequest extends Omit<TemplateParameters, "tags"> {
  format?: TemplateFormat | undefined;
  tag?: string[] | undefined;
  /** CloudFormation with nothing filled in, as it is published. */
  unfilled?: boolean | undefined;
}

export async function requestedTemplate(
  parts: OnboardingParts,
  name: TemplateName,
  request: TemplateRequest,
): Promise<Outcome<RenderedTemplate>> {
  const { harvestActions } = parts;
  if (request.unfilled)
    return { ok: true, value: renderTemplate(name, "cloudformation", {}, harvestActions) };
  const { format = "cloudformation", tag } = request;
  const platformRoleArn = request.platformRoleArn ?? (await ownPrincipal(parts));
  const refused = refusedTrust(name, format, platformRoleArn);
  if (refused) return refused;
  const given = { ...request, platformRoleArn, tags: tag?.map(tagOf) };
  return { ok: true, value: renderTemplate(name, format, given, harvestActions) };
}

async function ownPrincipal(parts: OnboardingParts): Promise<string[] | undefined> {
  const known = await defaultPrincipal(parts);
  return known === null ? undefined : [known];
}

/** CloudFormation asks for what is missing; the other formats have nobody to ask. */
function refusedTrust(
  name: TemplateName,
  format: TemplateFormat,
  principals: string[] | undefined,
): Refused | null {
  const isAsked = name === "install-role" || name === "combined" || format === "cloudformation";
  if (!principals?.length)
    return isAsked
      ? null
      : wrong(
          "/platformRoleArn",
          "required",
          "Give the ARN of the role that Skywarden runs as: this installation has no identity of its own yet, so nobody is known whom the role should trust.",
        );
  const partitions = principals.map((arn) => arn.split(":")[1]);
  const other = partitions.findIndex((partition) => partition !== partitions[0]);
  return other < 0
    ? null
    : wrong(
        `/platformRoleArn/${other}`,
        "other-partition",
        `This role is in ${partitions[other]}, the first one in ${partitions[0]}: roles are not assumed across partitions, so each needs a template of its own.`,
      );
}

function wrong(path: string, code: string, detail: string): Refused {
  return { ok: false, code: "invalid-query", detail, errors: [{ path, code, detail }] };
}

/** Keys hold no "=", values may. */
function tagOf(text: string): { key: string; value: string } {
  const at = text.indexOf("=");
  return { key: text.slice(0, at), value: text.slice(at + 1) };
}
