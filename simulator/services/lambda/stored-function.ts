// A Lambda function as the simulator keeps it, found by name or ARN. Its code is not simulated.
import type { FunctionConfiguration, GetFunctionUrlConfigResponse } from "@aws-sdk/client-lambda";
import { AwsFault, type Call } from "../../operation.ts";
import type { Stored } from "../../stored.ts";
import type { Place, World } from "../../world.ts";

export interface PolicyStatement {
  Sid: string;
  Effect: "Allow";
  Principal: string | { Service: string } | { AWS: string };
  Action: string;
  Resource: string;
  Condition?: Record<string, Record<string, string>>;
}

/** Value of the collection "lambda:function" under the function's name. */
export interface StoredFunction {
  configuration: Stored<FunctionConfiguration>;
  /** Statements of the resource policy, in the order they were added. */
  statements: PolicyStatement[];
  url?: Stored<GetFunctionUrlConfigResponse>;
  /** Reserved executions; absent = none reserved. */
  concurrency?: number;
  tags: Record<string, string>;
}

export const functionsIn = (world: World, place: Place) =>
  world.collection<StoredFunction>(place, "lambda:function");

export const functionArn = (world: World, { region, accountId }: Place, name: string) =>
  `arn:${world.partition}:lambda:${region}:${accountId}:function:${name}`;

/** A name, a partial ARN (123456789012:function:name) or an ARN, with or without a version. */
export function nameFrom(given: string): string {
  const parts = given.split(":");
  const at = parts.indexOf("function");
  return (at < 0 ? parts[0] : parts[at + 1]) ?? given;
}

/** Members that ListFunctions leaves out. */
const stateMembers = [
  "State",
  "StateReason",
  "StateReasonCode",
  "LastUpdateStatus",
  "LastUpdateStatusReason",
  "LastUpdateStatusReasonCode",
  "RuntimeVersionConfig",
] as const;

export function listed(configuration: Stored<FunctionConfiguration>): Stored<FunctionConfiguration> {
  const shown = { ...configuration };
  for (const member of stateMembers) delete shown[member];
  return shown;
}

export function needFunction(call: Call<{ FunctionName?: string | undefined }>): StoredFunction {
  const given = call.input.FunctionName ?? "";
  const name = nameFrom(given);
  const place = { accountId: call.accountId, region: call.region };
  const arn = functionArn(call.world, place, name);
  const isElsewhere = given.startsWith("arn:") && !given.startsWith(arn);
  const found = isElsewhere ? undefined : functionsIn(call.world, place).get(name);
  if (!found) throw notFound(`Function not found: ${isElsewhere ? given : arn}`);
  return found;
}

export const notFound = (message: string) => new AwsFault("ResourceNotFoundException", message, 404);

export function putFunction(call: Call, value: StoredFunction): void {
  const place = { accountId: call.accountId, region: call.region };
  functionsIn(call.world, place).put(value.configuration.FunctionName ?? "", value);
}
