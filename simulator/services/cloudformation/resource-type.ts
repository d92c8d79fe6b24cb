// What a type of resource is to a stack, and what the types share: acting through other services' own operations
// with the stack's permissions, so that a stack can do no more and no less than a caller.
import { noteCall } from "../../events/record.ts";
import { chance } from "../../ids.ts";
import { AwsFault, type Call, type ServiceDefinition } from "../../operation.ts";
import { apiOf } from "../../wire/api.ts";
import { eventbridge } from "../eventbridge.ts";
import { iam } from "../iam.ts";
import { sqs } from "../sqs.ts";
import { isTree, type Tree } from "./template.ts";

export interface ResourceType {
  properties: string[];
  required: string[];
  /** Properties that name the object; of IAM's types giving one needs CAPABILITY_NAMED_IAM. */
  customNames: string[];
  /** A change of one makes a new object. */
  replaces: string[];
  /** Calls `made` as soon as there is an object to remove, so that a later failure can be undone. */
  create(act: Act, properties: Tree, nameHint: string, made: Made): void;
  update(act: Act, physicalId: string, properties: Tree, before: Tree): void;
  remove(act: Act, physicalId: string, properties: Tree): void;
  ref(physicalId: string): string;
  attribute(call: Call, physicalId: string, name: string): unknown;
  /** The properties as they are now, among those expected; undefined when the object is gone. */
  actual?(call: Call, physicalId: string, expected: Tree): Tree | undefined;
}

export type Made = (physicalId: string) => void;

/** Runs an operation, "CreateRole" of IAM or "sqs:CreateQueue", as the stack. */
export type Act = (operation: string, input: Tree) => Tree;

const services: Record<string, ServiceDefinition> = { iam, sqs, events: eventbridge };

/** For the service that stacks themselves belong to, which cannot be named above. */
export function serveStacks(prefix: string, service: ServiceDefinition): void {
  services[prefix] = service;
}

function operationOf(name: string): { service: ServiceDefinition; operation: string } {
  const [prefix = "iam", operation] = name.includes(":") ? name.split(":") : ["iam", name];
  const service = services[prefix];
  if (!service || operation === undefined) throw new Error(`stacks know no operation ${name}`);
  return { service, operation };
}

const invokedBy = "cloudformation.amazonaws.com";

export function actFor(call: Call): Act {
  return (name, input) => {
    const { service, operation } = operationOf(name);
    // The stack itself takes its time, in which all that it asks for settles.
    const inner: Call = { ...call, input, settleMs: 0 };
    const needed = service.permissions?.[operation]?.(inner) ?? [
      { action: `${service.iamPrefix ?? service.client}:${operation}`, resource: "*" },
    ];
    const api = apiOf(service.client);
    const known = api?.operations.get(operation);
    const noted = api &&
      known && {
        ...{ api, operation: known, call: inner, session: undefined, invokedBy },
        sourceIp: invokedBy,
        userAgent: invokedBy,
      };
    try {
      for (const permission of needed) call.authorize?.(permission);
      const output = (service.operations[operation]?.(inner) ?? {}) as Tree;
      if (noted) noteCall(noted, { output });
      return output;
    } catch (error) {
      if (noted) noteCall(noted, { error });
      throw error;
    }
  };
}

/** Read without asking the caller's permission: the stack knows what it made. */
export function read(call: Call, name: string, input: Tree): Tree {
  const { service, operation } = operationOf(name);
  return service.operations[operation]?.({ ...call, input }) as Tree;
}

/** What `run` gives, or undefined when what it reads is gone. */
export function ifThere<T>(run: () => T): T | undefined {
  try {
    return run();
  } catch (error) {
    if (error instanceof AwsFault && isGone(error)) return undefined;
    throw error;
  }
}

export function isGone({ code, status }: AwsFault): boolean {
  return status === 404 || /NoSuchEntity|NonExistentQueue|QueueDoesNotExist|NotFound/.test(code);
}

/** What is not there need not be taken away. */
export function forgiving(act: Act): Act {
  return (operation, input) => ifThere(() => act(operation, input)) ?? {};
}

/** stack-LogicalId-XXXXXXXXXXXX, as long as a name may be. */
export function generatedName(stackName: string, logicalId: string): string {
  let suffix = "";
  for (let i = 0; i < 12; i++) suffix += "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"[chance.int(36)];
  return `${`${stackName}-${logicalId}`.slice(0, 51)}-${suffix}`;
}

export function documentText(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

export function tagsOf(value: unknown): { Key: string; Value: string }[] {
  const list = Array.isArray(value) ? value.filter(isTree) : [];
  return list.map(({ Key, Value }) => ({ Key: String(Key), Value: String(Value) }));
}

export function stringsOf(value: unknown): string[] {
  return value === undefined ? [] : (Array.isArray(value) ? value : [value]).map(String);
}

export function textOr(value: unknown, fallback: string): string {
  return value === undefined ? fallback : String(value);
}

export function given(properties: Tree): Tree {
  return Object.fromEntries(Object.entries(properties).filter(([, value]) => value !== undefined));
}

export function differs(name: string, a: Tree, b: Tree): boolean {
  return JSON.stringify(a[name]) !== JSON.stringify(b[name]);
}
