// One operation of a resource type, page by page. A failure is a value that becomes a gap.
import type { OperationCall, ResourceTypeDefinition } from "#catalog/define.ts";
import type { AwsAnswer, AwsError } from "#model/aws-call.ts";
import type { Gap } from "#model/resource.ts";
import type { HarvestContext } from "./context.ts";
import { paginationOf } from "./pagination.ts";
import { type Json, valueAt } from "./paths.ts";

/** An operation with everything settled but its page token. */
export interface ReadyCall {
  client: string;
  operation: string;
  region: string;
  input: Json;
  absentOn: readonly string[];
}

export type ReadPage =
  | { ok: true; output: Json; sentAt: Date }
  /** One of `absentOn`: what was asked for is not there. */
  | { ok: false; absent: true; sentAt: Date }
  | { ok: false; absent: false; error: AwsError; sentAt: Date };

/** Region and input of a call; null if the item lacks an input. */
export function readyCall(
  context: HarvestContext,
  type: ResourceTypeDefinition,
  call: OperationCall,
  region: string,
  item: Json,
): ReadyCall | null {
  const input: Json = { ...call.fixed };
  for (const [member, path] of Object.entries(call.input)) {
    const value = inputAt(context, region, item, path);
    if (value === undefined) return null;
    input[member] = value;
  }
  return {
    client: call.client ?? type.client,
    operation: call.operation,
    region: call.region === undefined ? region : homeOf(context, call.region),
    input,
    absentOn: call.absentOn,
  };
}

function inputAt(context: HarvestContext, region: string, item: Json, path: string): unknown {
  if (path === "@account") return context.accountId;
  if (path === "@region") return region;
  return valueAt(item, path);
}

/** A definition names the home of a global API in the standard partition; elsewhere it is the partition's own. */
function homeOf(context: HarvestContext, region: string): string {
  return context.partition === "aws" ? region : context.homeRegion;
}

/** Ends after the last page or the first failure. Loops on the token alone: an empty page with one is legal. */
export async function* readPages(context: HarvestContext, call: ReadyCall): AsyncGenerator<ReadPage> {
  const pagination = paginationOf(call.client, call.operation);
  const isLimited = pagination?.limitKey && pagination.limit !== null && !(pagination.limitKey in call.input);
  const firstInput = isLimited
    ? { ...call.input, [pagination.limitKey as string]: pagination.limit }
    : call.input;
  let token: unknown;
  for (;;) {
    const input =
      token === undefined ? firstInput : { ...firstInput, [pagination?.inputToken as string]: token };
    const answer = await send(context, call, input);
    if (!answer.ok) {
      const { error, sentAt } = answer;
      const isAbsent = call.absentOn.includes(error.code);
      yield isAbsent ? { ok: false, absent: true, sentAt } : { ok: false, absent: false, error, sentAt };
      return;
    }
    const next = pagination ? answer.output[pagination.outputToken] : undefined;
    if (pagination) delete answer.output[pagination.outputToken];
    yield { ok: true, output: answer.output, sentAt: answer.sentAt };
    if (next === undefined || next === null || next === "") return;
    if (next === token) {
      yield { ok: false, absent: false, error: repeatedToken(call), sentAt: answer.sentAt };
      return;
    }
    token = next;
  }
}

function send(
  context: HarvestContext,
  { client, operation, region }: ReadyCall,
  input: Json,
): Promise<AwsAnswer> {
  const { accountId, signal } = context;
  return context.limit(async () => {
    signal.throwIfAborted();
    const credentials = await context.credentials();
    return context.call({ client, operation, input, region, accountId, credentials, signal });
  });
}

function repeatedToken({ operation }: ReadyCall): AwsError {
  const message = `${operation} gave the same page token twice in a row`;
  return { code: "RepeatedToken", message, status: null, requestId: null, reason: "failed" };
}

export function gapOf(
  path: string,
  { client, operation }: Pick<ReadyCall, "client" | "operation">,
  { code, reason, message, deniedBy }: Pick<AwsError, "code" | "reason" | "message" | "deniedBy">,
): Gap {
  return {
    path,
    operation: `${client}:${operation}`,
    code,
    reason,
    message,
    ...(deniedBy ? { deniedBy } : {}),
  };
}
