// How a stack looks at an instant: what an operation does is done at once, and shown bit by bit over the time that
// such operations take, so that clients see IN_PROGRESS first.
import type { Call } from "../../operation.ts";
import type { Stack, StackEvent, StackResource } from "./stack.ts";

/** Spreads the events from `first` on over the settling time. */
export function spread({ now, settleMs = 0 }: Call, stack: Stack, first: number): void {
  const fresh = stack.events.slice(first);
  const steps = Math.max(1, fresh.length - 1);
  for (const [at, event] of fresh.entries()) {
    event.Timestamp = new Date(now.getTime() + (settleMs * at) / steps).toISOString();
  }
}

/** The stack as it is to be seen now. */
export function visible({ now }: Call, stack: Stack): Stack {
  const last = stack.events.at(-1);
  if (!last || Date.parse(last.Timestamp) <= now.getTime()) return stack;
  const events = stack.events.filter(({ Timestamp }) => Date.parse(Timestamp) <= now.getTime());
  const own = events.findLast((event) => event.PhysicalResourceId === stack.StackId);
  const { StackStatusReason: _, ...rest } = stack;
  return {
    ...rest,
    StackStatus: own?.ResourceStatus ?? "CREATE_IN_PROGRESS",
    ...(own?.ResourceStatusReason === undefined ? {} : { StackStatusReason: own.ResourceStatusReason }),
    events,
    resources: stack.resources.flatMap((resource) => visibleResource(resource, events)),
    outputs: own?.ResourceStatus === "CREATE_IN_PROGRESS" ? [] : stack.outputs,
  };
}

function visibleResource(resource: StackResource, events: StackEvent[]): StackResource[] {
  const event = events.findLast(({ LogicalResourceId }) => LogicalResourceId === resource.logicalId);
  return event ? [{ ...resource, status: event.ResourceStatus }] : [];
}
