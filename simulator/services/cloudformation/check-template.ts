// What AWS checks of a template before it makes anything: known types, references that resolve, capabilities.
import { AwsFault, type Call } from "../../operation.ts";
import { templateAt } from "../s3/template-url.ts";
import { viaService } from "./act-as.ts";
import { referencesOf } from "./resolve.ts";
import { resourceTypes } from "./resource-types.ts";
import { parseTemplate, type Template } from "./template.ts";

const maxBodyBytes = 51_200;

export interface TemplateInput {
  TemplateBody?: string;
  TemplateURL?: string;
}

/** A template in a bucket is read with the caller's permissions, through the service. */
export function templateText({ TemplateBody, TemplateURL }: TemplateInput, call: Call): string {
  if (TemplateURL !== undefined && TemplateBody !== undefined)
    throw new AwsFault("ValidationError", "Template URL and Template Body cannot be specified together.");
  if (TemplateURL !== undefined)
    return templateAt(
      { ...call, authorize: (permission) => call.authorize?.(viaService(permission)) },
      TemplateURL,
    );
  if (TemplateBody === undefined)
    throw new AwsFault("ValidationError", "Either Template URL or Template Body must be specified.");
  if (Buffer.byteLength(TemplateBody) > maxBodyBytes) {
    throw new AwsFault(
      "ValidationError",
      "1 validation error detected: Value at 'templateBody' failed to satisfy constraint: Member must have length less than or equal to 51200",
    );
  }
  return TemplateBody;
}

export function checkedTemplate(text: string): Template {
  const template = parseTemplate(text);
  const { resources, parameters, outputs, conditions } = template;
  const unknownTypes = [...new Set(Object.values(resources).map(({ type }) => type))].filter(
    (type) => !resourceTypes[type],
  );
  if (unknownTypes.length > 0) {
    throw new AwsFault(
      "ValidationError",
      `Template format error: Unrecognized resource types: [${unknownTypes.join(", ")}]`,
    );
  }
  const isKnown = (name: string) =>
    name.startsWith("AWS::") || Object.hasOwn(parameters, name) || Object.hasOwn(resources, name);
  const inResources = Object.values(resources).flatMap(({ properties, dependsOn }) => [
    ...referencesOf(properties),
    ...dependsOn,
  ]);
  needAll(
    inResources.filter((name) => !isKnown(name)),
    "Resources",
  );
  needAll(
    [...referencesOf(outputs)].filter((name) => !isKnown(name)),
    "Outputs",
  );
  for (const { condition } of Object.values(resources)) {
    if (condition !== undefined && !Object.hasOwn(conditions, condition)) {
      throw new AwsFault(
        "ValidationError",
        `Template format error: Unresolved dependencies [${condition}]. Cannot reference conditions in the Resources block of the template`,
      );
    }
  }
  return template;
}

function needAll(unresolved: string[], block: string): void {
  if (unresolved.length === 0) return;
  const names = [...new Set(unresolved)].join(", ");
  throw new AwsFault(
    "ValidationError",
    `Template format error: Unresolved resource dependencies [${names}] in the ${block} block of the template`,
  );
}

/** The capability a template needs: only IAM's types ask for one. */
export function neededCapability({
  resources,
}: Template): "CAPABILITY_IAM" | "CAPABILITY_NAMED_IAM" | undefined {
  if (!Object.values(resources).some(({ type }) => isIam(type))) return undefined;
  const isNamed = Object.values(resources).some(({ type, properties }) =>
    resourceTypes[type]?.customNames.some((name) => properties[name] !== undefined),
  );
  return isNamed ? "CAPABILITY_NAMED_IAM" : "CAPABILITY_IAM";
}

export const isIam = (type: string) => type.startsWith("AWS::IAM::");

export function checkCapabilities(template: Template, given: string[]): void {
  const needed = neededCapability(template);
  if (needed === undefined) return;
  if (given.includes("CAPABILITY_NAMED_IAM") || given.includes(needed)) return;
  throw new AwsFault("InsufficientCapabilitiesException", `Requires capabilities : [${needed}]`);
}
