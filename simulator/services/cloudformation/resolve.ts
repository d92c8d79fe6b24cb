// Intrinsic functions, conditions and references: a property's tree to its value.
import { AwsFault } from "../../operation.ts";
import { type ParameterValues, parameterValue } from "./parameters.ts";
import { isTree, type Template, type Tree } from "./template.ts";

export interface Scope {
  template: Template;
  parameters: ParameterValues;
  /** AWS::Region and the like. */
  pseudo: Record<string, unknown>;
  /** Undefined while a resource is not there. */
  ref: (logicalId: string) => unknown;
  attribute: (logicalId: string, name: string) => unknown;
}

/** What Ref AWS::NoValue gives: the property or element is left out. */
const noValue = Symbol("AWS::NoValue");

export function resolveProperties(scope: Scope, properties: Tree): Tree {
  const resolved = resolve(scope, properties);
  return isTree(resolved) ? resolved : {};
}

export function resolve(scope: Scope, value: unknown): unknown {
  const resolved = resolveInner(scope, value);
  return resolved === noValue ? undefined : resolved;
}

function resolveInner(scope: Scope, value: unknown): unknown {
  if (Array.isArray(value))
    return value.map((item) => resolveInner(scope, item)).filter((item) => item !== noValue);
  if (!isTree(value)) return value;
  const [name] = Object.keys(value);
  if (name !== undefined && Object.keys(value).length === 1) {
    const intrinsic = name === "Ref" || name.startsWith("Fn::") ? functions[name] : undefined;
    if (intrinsic) return intrinsic(scope, value[name]);
    if (name.startsWith("Fn::")) invalid(`Template error: the simulator does not know ${name}`);
  }
  const resolved: Tree = {};
  for (const [key, inner] of Object.entries(value)) {
    const item = resolveInner(scope, inner);
    if (item !== noValue) resolved[key] = item;
  }
  return resolved;
}

export function conditionHolds(scope: Scope, name: string, depth = 0): boolean {
  const condition = scope.template.conditions[name];
  if (condition === undefined)
    invalid(
      `Template format error: Unresolved condition dependency ${name} in the Conditions block of the template`,
    );
  if (depth > 50) invalid(`Template format error: Circular condition dependency at ${name}`);
  return truthOf(scope, condition, depth);
}

function truthOf(scope: Scope, condition: unknown, depth: number): boolean {
  if (!isTree(condition)) return String(condition) === "true";
  const [name = ""] = Object.keys(condition);
  const argument = condition[name];
  const parts = Array.isArray(argument) ? argument : [argument];
  switch (name) {
    case "Condition":
      return conditionHolds(scope, String(argument), depth + 1);
    case "Fn::Equals":
      return textOf(resolve(scope, parts[0])) === textOf(resolve(scope, parts[1]));
    case "Fn::Not":
      return !truthOf(scope, parts[0], depth);
    case "Fn::And":
      return parts.every((part) => truthOf(scope, part, depth));
    case "Fn::Or":
      return parts.some((part) => truthOf(scope, part, depth));
    default:
      return invalid(`Template error: ${name} is no condition function`);
  }
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

const functions: Record<string, (scope: Scope, argument: unknown) => unknown> = {
  Ref: (scope, argument) => reference(scope, String(argument)),
  "Fn::GetAtt"(scope, argument) {
    const parts = Array.isArray(argument)
      ? argument.map((part) => String(resolve(scope, part)))
      : String(argument).split(".");
    const [logicalId = "", ...name] = parts;
    return attributeOf(scope, logicalId, name.join("."));
  },
  "Fn::Sub"(scope, argument) {
    const [text, own] = Array.isArray(argument) ? argument : [argument, {}];
    const names = isTree(own) ? own : {};
    return String(text).replace(/\$\{([^}]*)\}/g, (_, inner: string) => {
      const name = inner.trim();
      if (name.startsWith("!")) return `\${${name.slice(1)}}`;
      if (Object.hasOwn(names, name)) return String(resolve(scope, names[name]));
      const dot = name.indexOf(".");
      const value =
        dot < 0 ? reference(scope, name) : attributeOf(scope, name.slice(0, dot), name.slice(dot + 1));
      if (Array.isArray(value))
        invalid(`Template error: variable ${name} in Fn::Sub expression does not resolve to a string`);
      return String(value);
    });
  },
  "Fn::If"(scope, argument) {
    const [name, whenTrue, whenFalse] = listOf("Fn::If", argument, 3);
    return resolveInner(scope, conditionHolds(scope, String(name)) ? whenTrue : whenFalse);
  },
  "Fn::Join"(scope, argument) {
    const [separator, parts] = listOf("Fn::Join", argument, 2);
    const list = resolve(scope, parts);
    if (!Array.isArray(list))
      invalid(
        "Template error: every Fn::Join object requires two parameters, (1) a string delimiter and (2) a list of strings to be joined",
      );
    return (list as unknown[]).map(String).join(String(separator));
  },
  "Fn::Split"(scope, argument) {
    const [separator, text] = listOf("Fn::Split", argument, 2);
    return String(resolve(scope, text)).split(String(separator));
  },
  "Fn::Select"(scope, argument) {
    const [index, parts] = listOf("Fn::Select", argument, 2);
    const list = resolve(scope, parts);
    const chosen = Array.isArray(list) ? list[Number(resolve(scope, index))] : undefined;
    if (chosen === undefined) invalid("Template error: Fn::Select cannot select nonexistent value");
    return chosen;
  },
  "Fn::FindInMap"(scope, argument) {
    const [map, first, second] = listOf("Fn::FindInMap", argument, 3).map((part) =>
      String(resolve(scope, part)),
    );
    const found = (
      (scope.template.mappings[map ?? ""] as Tree | undefined)?.[first ?? ""] as Tree | undefined
    )?.[second ?? ""];
    if (found === undefined) invalid(`Template error: Unable to get mapping for ${map}::${first}::${second}`);
    return found;
  },
  "Fn::Base64": (scope, argument) => Buffer.from(String(resolve(scope, argument))).toString("base64"),
};
for (const name of ["Fn::Equals", "Fn::Not", "Fn::And", "Fn::Or"]) {
  functions[name] = (scope, argument) => truthOf(scope, { [name]: argument }, 0);
}

function reference(scope: Scope, name: string): unknown {
  if (name === "AWS::NoValue") return noValue;
  if (Object.hasOwn(scope.pseudo, name)) return scope.pseudo[name];
  if (Object.hasOwn(scope.template.parameters, name))
    return parameterValue(scope.template, scope.parameters, name);
  const value = scope.ref(name);
  if (value === undefined)
    invalid(
      `Template format error: Unresolved resource dependencies [${name}] in the Resources block of the template`,
    );
  return value;
}

function attributeOf(scope: Scope, logicalId: string, name: string): unknown {
  const value = scope.attribute(logicalId, name);
  if (value === undefined)
    invalid(`Template error: resource ${logicalId} does not support attribute type ${name} in Fn::GetAtt`);
  return value;
}

function listOf(name: string, argument: unknown, length: number): unknown[] {
  if (!Array.isArray(argument) || argument.length !== length)
    invalid(`Template error: ${name} requires a list argument with ${length} elements`);
  return argument as unknown[];
}

/** Names of what a tree refers to: parameters, pseudo parameters and resources alike. */
export function referencesOf(value: unknown, found = new Set<string>()): Set<string> {
  if (Array.isArray(value)) for (const item of value) referencesOf(item, found);
  if (!isTree(value)) return found;
  for (const [key, inner] of Object.entries(value)) {
    if (key === "Ref") found.add(String(inner));
    if (key === "Fn::GetAtt")
      found.add(Array.isArray(inner) ? String(inner[0]) : (String(inner).split(".")[0] ?? ""));
    if (key === "Fn::Sub") addSubstituted(inner, found);
    referencesOf(inner, found);
  }
  return found;
}

function addSubstituted(argument: unknown, found: Set<string>): void {
  const [text, own] = Array.isArray(argument) ? argument : [argument, {}];
  for (const [, name = ""] of String(text).matchAll(/\$\{([^!}][^}]*)\}/g)) {
    const [id = ""] = name.trim().split(".");
    if (!isTree(own) || !Object.hasOwn(own, name.trim())) found.add(id);
  }
}

function invalid(message: string): never {
  throw new AwsFault("ValidationError", message);
}
