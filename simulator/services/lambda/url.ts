// Function URLs and reserved concurrency: single settings of a function.
import type {
  CreateFunctionUrlConfigRequest,
  PutFunctionConcurrencyRequest,
  UpdateFunctionUrlConfigRequest,
} from "@aws-sdk/client-lambda";
import { chance, draw, lowerAlphanumeric } from "../../ids.ts";
import { AwsFault, type Call, type Operation } from "../../operation.ts";
import { needFunction, notFound, putFunction } from "./stored-function.ts";

type FunctionCall = Call<{ FunctionName: string }>;

function neededUrl(call: FunctionCall) {
  const { url } = needFunction(call);
  if (!url) throw notFound("The resource you requested does not exist.");
  return url;
}

function checkAuthType(type: string | undefined): void {
  if (type !== undefined && type !== "NONE" && type !== "AWS_IAM")
    throw new AwsFault(
      "ValidationException",
      `1 validation error detected: Value '${type}' at 'authType' failed to satisfy constraint: Member must satisfy enum value set: [NONE, AWS_IAM]`,
    );
}

function createUrl(call: Call<CreateFunctionUrlConfigRequest>) {
  const target = needFunction(call);
  const { AuthType, Cors, InvokeMode = "BUFFERED" } = call.input;
  checkAuthType(AuthType);
  if (target.url)
    throw new AwsFault(
      "ResourceConflictException",
      `FunctionUrlConfig exists for this Lambda function: ${target.configuration.FunctionArn}`,
      409,
    );
  const at = call.now.toISOString();
  const url = {
    FunctionUrl: `https://${draw(lowerAlphanumeric, 32, chance)}.lambda-url.${call.region}.on.aws/`,
    FunctionArn: target.configuration.FunctionArn,
    AuthType,
    ...(Cors ? { Cors } : {}),
    InvokeMode,
    CreationTime: at,
    LastModifiedTime: at,
  };
  putFunction(call, { ...target, url });
  return url;
}

function updateUrl(call: Call<UpdateFunctionUrlConfigRequest>) {
  const old = neededUrl(call as FunctionCall);
  const { AuthType = old.AuthType, Cors = old.Cors, InvokeMode = old.InvokeMode } = call.input;
  checkAuthType(AuthType);
  const url = {
    ...old,
    AuthType,
    ...(Cors ? { Cors } : {}),
    ...(InvokeMode ? { InvokeMode } : {}),
    LastModifiedTime: call.now.toISOString(),
  };
  putFunction(call, { ...needFunction(call), url });
  return url;
}

function deleteUrl(call: FunctionCall) {
  neededUrl(call);
  const { url: _, ...target } = needFunction(call);
  putFunction(call, target);
  return {};
}

function putConcurrency(call: Call<PutFunctionConcurrencyRequest>) {
  const { ReservedConcurrentExecutions = 0 } = call.input;
  const target = needFunction(call);
  // AWS keeps 100 of the account's 1,000 for everybody.
  if (ReservedConcurrentExecutions > 900)
    throw new AwsFault(
      "InvalidParameterValueException",
      "Specified ReservedConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its minimum value of [100].",
    );
  putFunction(call, { ...target, concurrency: ReservedConcurrentExecutions });
  return { ReservedConcurrentExecutions };
}

export const urlOperations: Record<string, Operation> = {
  GetFunctionUrlConfig: neededUrl,
  ListFunctionUrlConfigs: (call: FunctionCall) => {
    const { url } = needFunction(call);
    return { FunctionUrlConfigs: url ? [url] : [] };
  },
  CreateFunctionUrlConfig: createUrl,
  UpdateFunctionUrlConfig: updateUrl,
  DeleteFunctionUrlConfig: deleteUrl,
  GetFunctionConcurrency: (call: FunctionCall) => {
    const { concurrency } = needFunction(call);
    return concurrency === undefined ? {} : { ReservedConcurrentExecutions: concurrency };
  },
  PutFunctionConcurrency: putConcurrency,
  DeleteFunctionConcurrency: (call: FunctionCall) => {
    const { concurrency: _, ...target } = needFunction(call);
    putFunction(call, target);
    return {};
  },
};
