import type { AddPermissionRequest, RemovePermissionRequest } from "@aws-sdk/client-lambda";
import { AwsFault, type Call } from "../../operation.ts";
import { needFunction, notFound, type PolicyStatement, putFunction } from "./stored-function.ts";

export type FunctionCall = Call<{ FunctionName: string }>;
export function getPolicy(call: FunctionCall) {
  const { statements, configuration } = needFunction(call);
  if (statements.length === 0) throw notFound("The resource you requested does not exist.");
  const Policy = JSON.stringify({ Version: "2012-10-17", Id: "default", Statement: statements });
  return { Policy, RevisionId: configuration.RevisionId };
}

export function addPermission(call: Call<AddPermissionRequest>) {
  const {
    StatementId = "",
    Action = "",
    Principal = "",
    SourceArn,
    SourceAccount,
    PrincipalOrgID,
    FunctionUrlAuthType,
  } = call.input;
  const target = needFunction(call);
  if (target.statements.some((each) => each.Sid === StatementId))
    throw new AwsFault(
      "ResourceConflictException",
      `The statement id (${StatementId}) provided already exists. Please provide a new statement id, or remove the existing statement.`,
      409,
    );
  const equals = {
    ...(SourceAccount ? { "AWS:SourceAccount": SourceAccount } : {}),
    ...(PrincipalOrgID ? { "aws:PrincipalOrgID": PrincipalOrgID } : {}),
    ...(FunctionUrlAuthType ? { "lambda:FunctionUrlAuthType": FunctionUrlAuthType } : {}),
  };
  const Condition = {
    ...(Object.keys(equals).length > 0 ? { StringEquals: equals } : {}),
    ...(SourceArn ? { ArnLike: { "AWS:SourceArn": SourceArn } } : {}),
  };
  const statement: PolicyStatement = {
    Sid: StatementId,
    Effect: "Allow",
    Principal: principalOf(call, Principal),
    Action,
    Resource: target.configuration.FunctionArn ?? "",
    ...(Object.keys(Condition).length > 0 ? { Condition } : {}),
  };
  putFunction(call, { ...target, statements: [...target.statements, statement] });
  return { Statement: JSON.stringify(statement) };
}

export function principalOf({ world }: Call, given: string): PolicyStatement["Principal"] {
  if (given === "*") return "*";
  if (/^\d{12}$/.test(given)) return { AWS: `arn:${world.partition}:iam::${given}:root` };
  if (given.startsWith("arn:")) return { AWS: given };
  if (/\.amazonaws\.com(\.cn)?$/.test(given)) return { Service: given };
  throw new AwsFault(
    "InvalidParameterValueException",
    "The provided principal was invalid. Please check the principal and try again.",
  );
}

export function removePermission(call: Call<RemovePermissionRequest>) {
  const target = needFunction(call);
  const statements = target.statements.filter((each) => each.Sid !== call.input.StatementId);
  if (statements.length === target.statements.length)
    throw notFound(`Statement ${call.input.StatementId} is not found in resource policy.`);
  putFunction(call, { ...target, statements });
  return {};
}
