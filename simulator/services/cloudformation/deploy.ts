// Brings a stack's resources to what its template says, in the order of their references; on a failure everything
// done so far is undone in reverse, as AWS rolls back.
import { AwsFault, type Call } from "../../operation.ts";
import { checkProperties, orderOf, outputsOf, scopeOf, typeOf, type Wanted } from "./plan.ts";
import { resolveProperties, type Scope } from "./resolve.ts";
import { actFor, differs, forgiving, generatedName, isGone, type ResourceType } from "./resource-type.ts";
import { addEvent, type Stack, type StackResource } from "./stack.ts";
import type { TemplateResource, Tree } from "./template.ts";

interface Undo {
  run: () => void;
}

export interface Failure {
  reason: string;
  /** Why what was done could not be undone. */
  undoReason?: string;
}

/** The first failure, after which all is undone unless told otherwise; undefined when all went well. */
export function deploy(call: Call, stack: Stack, wanted: Wanted, undoes: boolean): Failure | undefined {
  const scope = scopeOf(call, stack, wanted);
  const undo: Undo[] = [];
  const before = structuredClone(stack.resources);
  let order: string[];
  try {
    order = orderOf(scope);
    for (const logicalId of order) apply(call, stack, scope, logicalId, undo);
    stack.outputs = outputsOf(scope);
  } catch (error) {
    if (!(error instanceof AwsFault)) throw error;
    if (!undoes) return { reason: error.message };
    const undoReason = undoAll(undo);
    if (undoReason !== undefined) return { reason: error.message, undoReason };
    stack.resources = before;
    return { reason: error.message };
  }
  const gone = stack.resources.filter(({ logicalId }) => !order.includes(logicalId));
  removeAll(call, stack, gone.reverse());
  return undefined;
}

function undoAll(undo: Undo[]): string | undefined {
  let reason: string | undefined;
  for (const { run } of undo.reverse()) {
    try {
      run();
    } catch (error) {
      if (!(error instanceof AwsFault)) throw error;
      reason ??= error.message;
    }
  }
  return reason;
}

/** Removes resources, keeping those that are to be retained; the reason when one cannot go. */
export function removeAll(call: Call, stack: Stack, resources: StackResource[]): string | undefined {
  let reason: string | undefined;
  for (const resource of resources) {
    if (!resource.isRetained) {
      try {
        remove(call, stack, resource);
      } catch (error) {
        if (!(error instanceof AwsFault)) throw error;
        if (!isGone(error)) {
          reason ??= error.message;
          resource.status = "DELETE_FAILED";
          addEvent(call, stack, resource, "DELETE_FAILED", error.message);
          continue;
        }
      }
    }
    stack.resources = stack.resources.filter(
      ({ logicalId, physicalId }) => logicalId !== resource.logicalId || physicalId !== resource.physicalId,
    );
  }
  return reason;
}

function remove(call: Call, stack: Stack, resource: StackResource): void {
  addEvent(call, stack, resource, "DELETE_IN_PROGRESS");
  typeOf(resource.type).remove(actFor(call), resource.physicalId, resource.properties);
  addEvent(call, stack, resource, "DELETE_COMPLETE");
}

function apply(call: Call, stack: Stack, scope: Scope, logicalId: string, undo: Undo[]): void {
  const declared = scope.template.resources[logicalId] as TemplateResource;
  const properties = resolveProperties(scope, declared.properties);
  checkProperties(logicalId, declared.type, properties);
  const old = stack.resources.find((resource) => resource.logicalId === logicalId);
  if (!old) {
    create(call, stack, logicalId, declared, properties, undo);
    return;
  }
  if (JSON.stringify(old.properties) === JSON.stringify(properties)) return;
  const type = typeOf(declared.type);
  const isReplaced =
    old.type !== declared.type || type.replaces.some((name) => differs(name, properties, old.properties));
  if (isReplaced) replace(call, stack, old, declared, properties, undo);
  else update(call, stack, old, type, properties, undo);
}

function create(
  call: Call,
  stack: Stack,
  logicalId: string,
  declared: TemplateResource,
  properties: Tree,
  undo: Undo[],
): StackResource {
  const type = typeOf(declared.type);
  const resource: StackResource = {
    logicalId,
    physicalId: "",
    type: declared.type,
    properties,
    status: "CREATE_COMPLETE",
    changedAt: call.now.toISOString(),
    isRetained: declared.isRetained,
  };
  addEvent(call, stack, resource, "CREATE_IN_PROGRESS");
  const made = (physicalId: string) => {
    resource.physicalId = physicalId;
    stack.resources.push(resource);
    undo.push({ run: () => remove(call, stack, resource) });
  };
  attempt(call, stack, resource, "CREATE_FAILED", () =>
    type.create(actFor(call), properties, generatedName(stack.StackName, logicalId), made),
  );
  addEvent(call, stack, resource, "CREATE_COMPLETE");
  return resource;
}

function update(
  call: Call,
  stack: Stack,
  old: StackResource,
  type: ResourceType,
  properties: Tree,
  undo: Undo[],
): void {
  const before = old.properties;
  addEvent(call, stack, old, "UPDATE_IN_PROGRESS");
  // Also what a failed update had already changed is put back.
  undo.push({ run: () => type.update(forgiving(actFor(call)), old.physicalId, before, properties) });
  attempt(call, stack, old, "UPDATE_FAILED", () =>
    type.update(actFor(call), old.physicalId, properties, before),
  );
  Object.assign(old, { properties, status: "UPDATE_COMPLETE", changedAt: call.now.toISOString() });
  addEvent(call, stack, old, "UPDATE_COMPLETE");
}

/** The new object first, so that what refers to it can follow; the old one goes at once after it. */
function replace(
  call: Call,
  stack: Stack,
  old: StackResource,
  declared: TemplateResource,
  properties: Tree,
  undo: Undo[],
): void {
  const made = create(call, stack, old.logicalId, declared, properties, undo);
  const oldType = typeOf(old.type);
  stack.resources = stack.resources.filter((resource) => resource !== old);
  remove(call, stack, old);
  undo.push({
    run: () => oldType.create(actFor(call), old.properties, old.physicalId, () => undefined),
  });
  made.status = "UPDATE_COMPLETE";
}

function attempt<T>(call: Call, stack: Stack, resource: StackResource, failed: string, run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (!(error instanceof AwsFault)) throw error;
    const reason = `Resource handler returned message: "${error.message} (Service: ${serviceOf(resource.type)}, Status Code: ${error.status}, Request ID: ${call.requestId})" (RequestToken: ${call.requestId}, HandlerErrorCode: ${error.code})`;
    resource.status = failed;
    addEvent(call, stack, resource, failed, reason);
    throw new AwsFault(
      error.code,
      `The following resource(s) failed to ${failed.startsWith("CREATE") ? "create" : "update"}: [${resource.logicalId}].`,
    );
  }
}

/** As the SDK names it: AWS::IAM::Role is of Iam. */
function serviceOf(type: string): string {
  const [, word = ""] = type.split("::");
  return word.slice(0, 1) + word.slice(1).toLowerCase();
}
