// What a deployment needs to know before it acts: what references mean, in which order, with which outputs.
import { AwsFault, type Call } from "../../operation.ts";
import type { ParameterValues } from "./parameters.ts";
import { conditionHolds, referencesOf, resolve, type Scope } from "./resolve.ts";
import type { ResourceType } from "./resource-type.ts";
import { resourceTypes } from "./resource-types.ts";
import type { Stack } from "./stack.ts";
import { isTree, type Template, type Tree } from "./template.ts";

export interface Wanted {
  template: Template;
  parameters: ParameterValues;
}

export function scopeOf(call: Call, stack: Stack, { template, parameters }: Wanted): Scope {
  const made = (logicalId: string) => stack.resources.find((resource) => resource.logicalId === logicalId);
  return {
    template,
    parameters,
    pseudo: {
      "AWS::Partition": call.world.partition,
      "AWS::AccountId": call.accountId,
      "AWS::Region": call.region,
      "AWS::StackName": stack.StackName,
      "AWS::StackId": stack.StackId,
      "AWS::URLSuffix": call.world.partition === "aws-cn" ? "amazonaws.com.cn" : "amazonaws.com",
      "AWS::NotificationARNs": [],
    },
    ref: (logicalId) => {
      const resource = made(logicalId);
      return resource && typeOf(resource.type).ref(resource.physicalId);
    },
    attribute: (logicalId, name) => {
      const resource = made(logicalId);
      return resource && typeOf(resource.type).attribute(call, resource.physicalId, name);
    },
  };
}

/** Resources whose condition holds, each after what it refers to. */
export function orderOf(scope: Scope): string[] {
  const { resources } = scope.template;
  const wanted = Object.keys(resources).filter((id) => {
    const condition = resources[id]?.condition;
    return condition === undefined || conditionHolds(scope, condition);
  });
  const order: string[] = [];
  const open = new Set<string>();
  const visit = (id: string): void => {
    if (order.includes(id)) return;
    if (open.has(id))
      throw new AwsFault(
        "ValidationError",
        `Circular dependency between resources: [${[...open].join(", ")}]`,
      );
    open.add(id);
    const resource = resources[id];
    for (const other of [...(resource?.dependsOn ?? []), ...referencesOf(resource?.properties)]) {
      if (wanted.includes(other)) visit(other);
    }
    open.delete(id);
    order.push(id);
  };
  for (const id of wanted) visit(id);
  return order;
}

export function outputsOf(scope: Scope): Stack["outputs"] {
  return Object.entries(scope.template.outputs).flatMap(([OutputKey, output]) => {
    if (!isTree(output)) return [];
    const { Condition, Value, Description, Export } = output;
    if (Condition !== undefined && !conditionHolds(scope, String(Condition))) return [];
    const name = isTree(Export) ? resolve(scope, Export.Name) : undefined;
    return [
      {
        OutputKey,
        OutputValue: String(resolve(scope, Value)),
        ...(Description === undefined ? {} : { Description: String(Description) }),
        ...(name === undefined ? {} : { ExportName: String(name) }),
      },
    ];
  });
}

export function checkProperties(logicalId: string, typeName: string, properties: Tree): void {
  const type = typeOf(typeName);
  const unknown = Object.keys(properties).find((name) => !type.properties.includes(name));
  if (unknown !== undefined)
    throw new AwsFault("ValidationError", `${logicalId}: Encountered unsupported property ${unknown}`);
  const missing = type.required.find((name) => properties[name] === undefined);
  if (missing !== undefined)
    throw new AwsFault("ValidationError", `${logicalId}: Property ${missing} cannot be empty.`);
}

export function typeOf(name: string): ResourceType {
  const type = resourceTypes[name];
  if (!type)
    throw new AwsFault("ValidationError", `Template format error: Unrecognized resource types: [${name}]`);
  return type;
}
