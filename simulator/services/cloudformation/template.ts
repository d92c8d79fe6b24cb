// A template's text to plain objects: JSON, or YAML with CloudFormation's short tags turned into long forms.
import { isAlias, isMap, isScalar, isSeq, type Node, parseDocument } from "yaml";
import { AwsFault } from "../../operation.ts";

export type Tree = Record<string, unknown>;

export interface Template {
  description: string | undefined;
  parameters: Tree;
  mappings: Tree;
  conditions: Tree;
  resources: Record<string, TemplateResource>;
  outputs: Tree;
}

export interface TemplateResource {
  type: string;
  properties: Tree;
  condition: string | undefined;
  dependsOn: string[];
  isRetained: boolean;
}

const sections = new Set([
  "AWSTemplateFormatVersion",
  "Description",
  "Metadata",
  "Parameters",
  "Mappings",
  "Conditions",
  "Resources",
  "Outputs",
]);

export function parseTemplate(text: string): Template {
  const tree = text.trimStart().startsWith("{") ? parseJson(text) : parseYaml(text);
  if (!isTree(tree)) throw formatError("unsupported structure.");
  const unknown = Object.keys(tree).filter((name) => !sections.has(name));
  if (unknown.length > 0)
    throw new AwsFault("ValidationError", `Invalid template property or properties [${unknown.join(", ")}]`);
  const resources = section(tree, "Resources");
  if (Object.keys(resources).length === 0)
    throw formatError("At least one Resources member must be defined.");
  return {
    description: tree.Description === undefined ? undefined : String(tree.Description),
    parameters: section(tree, "Parameters"),
    mappings: section(tree, "Mappings"),
    conditions: section(tree, "Conditions"),
    resources: Object.fromEntries(
      Object.entries(resources).map(([id, resource]) => [id, resourceOf(id, resource)]),
    ),
    outputs: section(tree, "Outputs"),
  };
}

function section(tree: Tree, name: string): Tree {
  const found = tree[name] ?? {};
  if (!isTree(found)) throw formatError(`${name} must be an object.`);
  return found;
}

const resourceFields = new Set([
  "Type",
  "Properties",
  "Condition",
  "DependsOn",
  "DeletionPolicy",
  "UpdateReplacePolicy",
  "Metadata",
]);

function resourceOf(id: string, raw: unknown): TemplateResource {
  if (!/^[A-Za-z0-9]+$/.test(id)) throw formatError(`Resource name ${id} is non alphanumeric.`);
  if (!isTree(raw)) throw formatError(`Resource ${id} must be an object.`);
  const unknown = Object.keys(raw).find((field) => !resourceFields.has(field));
  if (unknown !== undefined) {
    throw new AwsFault("ValidationError", `Invalid template resource property '${unknown}'`);
  }
  const { Type, Properties = {}, Condition, DependsOn = [], DeletionPolicy } = raw;
  if (typeof Type !== "string")
    throw formatError(`[/Resources/${id}] Every Resources object must contain a Type member.`);
  if (!isTree(Properties)) throw formatError(`[/Resources/${id}/Properties] must be an object.`);
  return {
    type: Type,
    properties: Properties,
    condition: typeof Condition === "string" ? Condition : undefined,
    dependsOn: (Array.isArray(DependsOn) ? DependsOn : [DependsOn]).map(String),
    isRetained: DeletionPolicy === "Retain",
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw formatError(`JSON not well-formed. (${cause instanceof Error ? cause.message : "unreadable"})`);
  }
}

function parseYaml(text: string): unknown {
  const document = parseDocument(text, { logLevel: "silent" });
  const [error] = document.errors;
  if (error) {
    const { line, col } = error.linePos?.[0] ?? { line: 1, col: 1 };
    throw formatError(`YAML not well-formed. (line ${line}, column ${col})`);
  }
  return plain(document.contents);
}

function plain(node: unknown): unknown {
  if (isAlias(node)) throw formatError("YAML aliases are not allowed in CloudFormation templates");
  const value = isMap(node)
    ? Object.fromEntries(
        node.items.map(({ key, value }) => [String(isScalar(key) ? key.value : key), plain(value)]),
      )
    : isSeq(node)
      ? node.items.map(plain)
      : isScalar(node)
        ? node.value
        : null;
  return tagged((node as Node | null)?.tag, value);
}

/** !Sub x is {"Fn::Sub": x}; !Ref and !Condition keep their names; !GetAtt A.B is a list of two. */
function tagged(tag: string | undefined, value: unknown): unknown {
  if (!tag?.startsWith("!") || tag === "!") return value;
  const name = tag.slice(1);
  if (name === "Ref" || name === "Condition") return { [name]: value };
  if (name === "GetAtt" && typeof value === "string") {
    const dot = value.indexOf(".");
    return { "Fn::GetAtt": [value.slice(0, dot), value.slice(dot + 1)] };
  }
  if (!shortTags.has(name)) throw formatError(`Unrecognized YAML tag !${name}`);
  return { [`Fn::${name}`]: value };
}

const shortTags = new Set([
  "And",
  "Base64",
  "Equals",
  "FindInMap",
  "GetAtt",
  "If",
  "ImportValue",
  "Join",
  "Not",
  "Or",
  "Select",
  "Split",
  "Sub",
]);

export function isTree(value: unknown): value is Tree {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function formatError(detail: string): AwsFault {
  return new AwsFault("ValidationError", `Template format error: ${detail}`);
}
