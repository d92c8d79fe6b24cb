// A stack's parameters: what was given, what stays from before, what defaults, and AWS's checks of each.
import { AwsFault } from "../../operation.ts";
import { isTree, type Template } from "./template.ts";

export interface GivenParameter {
  ParameterKey?: string;
  ParameterValue?: string;
  UsePreviousValue?: boolean;
}

/** Values as text, by name; lists are comma-separated as given. */
export type ParameterValues = Record<string, string>;

interface Declared {
  Type: string;
  Default?: unknown;
  NoEcho?: unknown;
  AllowedPattern?: string;
  AllowedValues?: unknown[];
  ConstraintDescription?: string;
  MinLength?: unknown;
  MaxLength?: unknown;
  MinValue?: unknown;
  MaxValue?: unknown;
}

export function parameterValues(
  template: Template,
  given: GivenParameter[],
  previous: ParameterValues = {},
): ParameterValues {
  const names = Object.keys(template.parameters);
  const unknown = given.flatMap(({ ParameterKey = "" }) =>
    names.includes(ParameterKey) ? [] : [ParameterKey],
  );
  if (unknown.length > 0) invalid(`Parameters: [${unknown.join(", ")}] do not exist in the template`);
  const values: ParameterValues = {};
  const missing: string[] = [];
  for (const name of names) {
    const declared = declaredOf(template, name);
    const own = given.find(({ ParameterKey }) => ParameterKey === name);
    const value = own?.UsePreviousValue
      ? previous[name]
      : (own?.ParameterValue ?? defaultText(declared.Default));
    if (value === undefined) missing.push(name);
    else values[name] = value;
  }
  if (missing.length > 0) invalid(`Parameters: [${missing.join(", ")}] must have values`);
  for (const [name, value] of Object.entries(values)) check(name, value, declaredOf(template, name));
  return values;
}

/** As references see it: lists are lists, numbers stay text. */
export function parameterValue(template: Template, values: ParameterValues, name: string): unknown {
  const text = values[name];
  if (text === undefined) return undefined;
  return isList(declaredOf(template, name).Type) ? splitList(text) : text;
}

export function isNoEcho(template: Template, name: string): boolean {
  return String(declaredOf(template, name).NoEcho ?? "false") === "true";
}

export function declaredOf(template: Template, name: string): Declared {
  const declared = template.parameters[name];
  if (!isTree(declared) || typeof declared.Type !== "string") {
    return invalid(`Template format error: Every Parameters object must contain a Type member.`);
  }
  return declared as unknown as Declared;
}

function isList(type: string): boolean {
  return type === "CommaDelimitedList" || type.startsWith("List<");
}

function splitList(text: string): string[] {
  return text === "" ? [] : text.split(",").map((item) => item.trim());
}

function defaultText(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  return Array.isArray(value) ? value.join(",") : String(value);
}

function check(name: string, text: string, declared: Declared): void {
  if (declared.Type.startsWith("AWS::SSM::"))
    invalid(`Parameter ${name}: the simulator does not read parameters from SSM.`);
  const items = isList(declared.Type) ? splitList(text) : [text];
  const failed = (detail: string) =>
    invalid(
      declared.ConstraintDescription
        ? `Parameter ${name} failed to satisfy constraint: ${declared.ConstraintDescription}`
        : `Parameter '${name}' ${detail}`,
    );
  for (const item of items) {
    if (declared.AllowedPattern !== undefined && !new RegExp(`^(?:${declared.AllowedPattern})$`).test(item)) {
      failed(`must match pattern ${declared.AllowedPattern}`);
    }
    if (declared.AllowedValues && !declared.AllowedValues.map(String).includes(item)) {
      failed(`must be one of AllowedValues`);
    }
    if (declared.Type === "Number" || declared.Type === "List<Number>") checkNumber(item, declared, failed);
  }
  if (declared.Type !== "String") return;
  if (text.length < Number(declared.MinLength ?? 0))
    failed(`must contain at least ${String(declared.MinLength)} characters`);
  if (text.length > Number(declared.MaxLength ?? 4096))
    failed(`must contain at most ${String(declared.MaxLength ?? 4096)} characters`);
}

function checkNumber(
  text: string,
  { MinValue, MaxValue }: Declared,
  failed: (detail: string) => never,
): void {
  const number = Number(text);
  if (text.trim() === "" || Number.isNaN(number)) failed(`must be a number`);
  if (MinValue !== undefined && number < Number(MinValue))
    failed(`must be a number not less than ${String(MinValue)}`);
  if (MaxValue !== undefined && number > Number(MaxValue))
    failed(`must be a number not greater than ${String(MaxValue)}`);
}

function invalid(message: string): never {
  throw new AwsFault("ValidationError", message);
}
