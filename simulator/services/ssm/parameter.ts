import type * as aws from "@aws-sdk/client-ssm";
import { AwsFault, type Call } from "../../operation.ts";
import type { Stored } from "../../stored.ts";
import { arnIn, given, pageAs, records, type Tagged, tagMapOf } from "../records.ts";

/** Value of "ssm:parameter" under its name. */
export interface StoredParameter extends Tagged, Omit<Stored<aws.ParameterMetadata>, "ARN"> {
  Name: string;
  ARN: string;
  Value: string;
  Version: number;
}

export const parameters = records<StoredParameter>(
  "ssm:parameter",
  "Name",
  (name) => new AwsFault("ParameterNotFound", `Parameter ${name} not found.`),
);
export const paging = {
  limit: "MaxResults",
  token: "NextToken",
  standard: 50,
  most: 50,
  code: "InvalidNextToken",
};

/** "/a/b" and "a" both stand behind "parameter" in the ARN. */
export const parameterArn = (call: Call, name: string) =>
  arnIn(call, "ssm", `parameter${name.startsWith("/") ? "" : "/"}${name}`);
export const nameFrom = (given = "") =>
  (given.startsWith("arn:") ? (given.split(":parameter")[1] ?? "") : given).replace(/:\d+$/, "");

export function metadata({ Value: _, tagMap: _tags, ...parameter }: StoredParameter) {
  return parameter;
}

export function value(
  { Value, Name, Type, Version, ARN, LastModifiedDate, DataType }: StoredParameter,
  isDecrypted = false,
) {
  const sealed = Buffer.from(`sealed:${Value}`).toString("base64");
  return {
    Name,
    Type,
    Value: Type === "SecureString" && !isDecrypted ? sealed : Value,
    Version,
    ARN,
    LastModifiedDate,
    DataType,
  };
}

function checkName(Name: string): void {
  if (/^\/?(aws|ssm)/i.test(Name))
    throw new AwsFault(
      "ValidationException",
      `Parameter name: can't be prefixed with "${/^\/?aws/i.test(Name) ? "aws" : "ssm"}" (case-insensitive).`,
    );
  if (!/^[\w./-]+$/.test(Name))
    throw new AwsFault(
      "ValidationException",
      'Parameter name must be a fully qualified name if it contains "/"; only a-zA-Z0-9_.-/ are allowed.',
    );
}

export function putParameter(call: Call<aws.PutParameterRequest>) {
  const { Name = "", Value = "", Overwrite, Tags, Type } = call.input;
  const old = parameters.find(call, Name);
  checkName(Name);
  if (old && !Overwrite)
    throw new AwsFault(
      "ParameterAlreadyExists",
      "The parameter already exists. To overwrite this value, set the overwrite option in the request to true.",
    );
  if (old && Tags?.length)
    throw new AwsFault("ValidationException", "Invalid request: tags and overwrite can't be used together.");
  const type = Type ?? old?.Type;
  if (!type)
    throw new AwsFault("ValidationException", "A parameter type is required when you create a parameter.");
  const tier = call.input.Tier === "Advanced" ? "Advanced" : "Standard";
  if (tier === "Standard" && Value.length > 4096)
    throw new AwsFault(
      "ValidationException",
      "Standard tier parameters support a maximum parameter value of 4096 characters.",
    );
  const made = parameters.put(call, {
    Name,
    ARN: parameterArn(call, Name),
    Type: type,
    Value,
    ...(type === "SecureString" ? { KeyId: call.input.KeyId ?? old?.KeyId ?? "alias/aws/ssm" } : {}),
    ...given(call.input, "Description", "AllowedPattern"),
    Version: (old?.Version ?? 0) + 1,
    Tier: tier,
    DataType: call.input.DataType ?? "text",
    Policies: [],
    LastModifiedDate: call.now.toISOString(),
    LastModifiedUser: call.principal.arn,
    tagMap: old?.tagMap ?? tagMapOf(Tags),
  });
  return { Version: made.Version, Tier: made.Tier };
}

export function describeParameters(call: Call<aws.DescribeParametersRequest>) {
  const texts: Record<string, (each: StoredParameter) => string | undefined> = {
    Name: (each) => each.Name,
    Type: (each) => each.Type,
    KeyId: (each) => each.KeyId,
    Tier: (each) => each.Tier,
  };
  const found = parameters.list(call).filter((each) =>
    (call.input.ParameterFilters ?? []).every(({ Key = "", Option = "Equals", Values = [] }) => {
      const text = Key.startsWith("tag:") ? each.tagMap[Key.slice(4)] : texts[Key]?.(each);
      if (text === undefined) return false;
      if (Option === "BeginsWith") return Values.some((wanted) => text.startsWith(wanted));
      return Option === "Contains" ? Values.some((wanted) => text.includes(wanted)) : Values.includes(text);
    }),
  );
  return pageAs(call, "Parameters", found.map(metadata), paging);
}

export function byPath(call: Call<aws.GetParametersByPathRequest>) {
  const { Path = "/", Recursive, WithDecryption } = call.input;
  const prefix = Path.endsWith("/") ? Path : `${Path}/`;
  const found = parameters
    .list(call)
    .filter(({ Name }) => Name.startsWith(prefix) && (Recursive || !Name.slice(prefix.length).includes("/")))
    .map((each) => value(each, WithDecryption));
  return pageAs(call, "Parameters", found, { ...paging, standard: 10, most: 10 });
}

export function deleteParameters(call: Call<aws.DeleteParametersRequest>) {
  const names = call.input.Names ?? [];
  const found = names.flatMap((name) => parameters.find(call, nameFrom(name)) ?? []);
  for (const each of found) parameters.remove(call, each);
  const DeletedParameters = found.map((each) => each.Name);
  return {
    DeletedParameters,
    InvalidParameters: names.filter((name) => !DeletedParameters.includes(nameFrom(name))),
  };
}
