// Lambda: functions, their resource policy, URL and tags.
import { createHash, randomUUID } from "node:crypto";
import type { Subnet } from "@aws-sdk/client-ec2";
import type {
  CreateFunctionRequest,
  FunctionConfiguration,
  ListFunctionsRequest,
  UpdateFunctionConfigurationRequest,
} from "@aws-sdk/client-lambda";
import { AwsFault, type Call, type NeededPermission, type ServiceDefinition } from "../operation.ts";
import { page } from "../paging.ts";
import type { Stored } from "../stored.ts";
import { layerOperations } from "./lambda/layer.ts";
import { addPermission, type FunctionCall, getPolicy, removePermission } from "./lambda/permission.ts";
import {
  functionArn,
  functionsIn,
  listed,
  nameFrom,
  needFunction,
  putFunction,
} from "./lambda/stored-function.ts";
import { urlOperations } from "./lambda/url.ts";

const here = ({ accountId, region }: Call) => ({ accountId, region });

/** AWS gives at most 50 whatever is asked. */
function listFunctions(call: Call<ListFunctionsRequest>) {
  const { MaxItems = 50, Marker } = call.input;
  const all = functionsIn(call.world, here(call)).list();
  const { items, next } = page(all, Math.min(MaxItems, 50), Marker, "InvalidParameterValueException");
  return { Functions: items.map((each) => listed(each.configuration)), NextMarker: next };
}

/** What subnets and groups mean for the function: the VPC comes from the subnets. */
function vpcConfig(
  call: Call,
  asked: UpdateFunctionConfigurationRequest["VpcConfig"],
): FunctionConfiguration["VpcConfig"] {
  const { SubnetIds = [], SecurityGroupIds = [] } = asked ?? {};
  const subnets = call.world.collection<Stored<Subnet>>(here(call), "ec2:subnet");
  const found = SubnetIds.map((id) => {
    const subnet = subnets.get(id);
    if (!subnet)
      throw new AwsFault(
        "InvalidParameterValueException",
        `Error occurred while DescribeSubnets. EC2 Error Code: InvalidSubnetID.NotFound: ${id}`,
      );
    return subnet;
  });
  return { SubnetIds, SecurityGroupIds, VpcId: found[0]?.VpcId ?? "" };
}

function checkLimits({
  Timeout,
  MemorySize,
}: {
  Timeout?: number | undefined;
  MemorySize?: number | undefined;
}): void {
  if (Timeout !== undefined && (Timeout < 1 || Timeout > 900))
    throw new AwsFault("InvalidParameterValueException", "Timeout must be from 1 to 900 seconds");
  if (MemorySize !== undefined && (MemorySize < 128 || MemorySize > 10_240))
    throw new AwsFault("InvalidParameterValueException", "MemorySize must be from 128 to 10240 MB");
}

function createFunction(call: Call<CreateFunctionRequest>) {
  const { input } = call;
  const name = nameFrom(input.FunctionName ?? "");
  if (!/^[\w-]{1,64}$/.test(name))
    throw new AwsFault("InvalidParameterValueException", `Invalid function name: ${name}`);
  if (functionsIn(call.world, here(call)).get(name))
    throw new AwsFault("ResourceConflictException", `Function already exist: ${name}`, 409);
  checkLimits(input);
  const configuration: Stored<FunctionConfiguration> = {
    FunctionName: name,
    FunctionArn: functionArn(call.world, here(call), name),
    Role: input.Role,
    PackageType: input.PackageType ?? "Zip",
    ...(input.Runtime ? { Runtime: input.Runtime } : {}),
    ...(input.Handler ? { Handler: input.Handler } : {}),
    CodeSize: input.Code?.ZipFile?.length ?? 0,
    CodeSha256: createHash("sha256").update(name).digest("base64"),
    Description: input.Description ?? "",
    Timeout: input.Timeout ?? 3,
    MemorySize: input.MemorySize ?? 128,
    EphemeralStorage: { Size: input.EphemeralStorage?.Size ?? 512 },
    Architectures: input.Architectures ?? ["x86_64"],
    TracingConfig: { Mode: input.TracingConfig?.Mode ?? "PassThrough" },
    LoggingConfig: { LogFormat: "Text", LogGroup: `/aws/lambda/${name}` },
    ...(input.Environment ? { Environment: { Variables: input.Environment.Variables } } : {}),
    ...(input.KMSKeyArn ? { KMSKeyArn: input.KMSKeyArn } : {}),
    ...(input.DeadLetterConfig ? { DeadLetterConfig: input.DeadLetterConfig } : {}),
    ...(input.VpcConfig ? { VpcConfig: vpcConfig(call, input.VpcConfig) } : {}),
    LastModified: call.now.toISOString().replace("Z", "+0000"),
    RevisionId: randomUUID(),
    Version: "$LATEST",
    State: "Active",
    LastUpdateStatus: "Successful",
  };
  putFunction(call, { configuration, statements: [], tags: input.Tags ?? {} });
  return configuration;
}

function updateConfiguration(call: Call<UpdateFunctionConfigurationRequest>) {
  const { input } = call;
  const target = needFunction(call);
  checkLimits(input);
  const {
    RevisionId,
    Role,
    Handler,
    Description,
    Timeout,
    MemorySize,
    Runtime,
    KMSKeyArn,
    DeadLetterConfig,
  } = input;
  if (RevisionId && RevisionId !== target.configuration.RevisionId)
    throw new AwsFault(
      "PreconditionFailedException",
      "The Revision Id provided does not match the latest Revision Id.",
      412,
    );
  const plain = Object.entries({
    Role,
    Handler,
    Description,
    Timeout,
    MemorySize,
    Runtime,
    KMSKeyArn,
    DeadLetterConfig,
  });
  const configuration: Stored<FunctionConfiguration> = {
    ...target.configuration,
    ...Object.fromEntries(plain.filter(([, value]) => value !== undefined)),
    ...(input.Environment ? { Environment: { Variables: input.Environment.Variables } } : {}),
    ...(input.TracingConfig?.Mode ? { TracingConfig: { Mode: input.TracingConfig.Mode } } : {}),
    ...(input.VpcConfig ? { VpcConfig: vpcConfig(call, input.VpcConfig) } : {}),
    LastModified: call.now.toISOString().replace("Z", "+0000"),
    RevisionId: randomUUID(),
  };
  putFunction(call, { ...target, configuration });
  return configuration;
}

function deleteFunction(call: FunctionCall) {
  const { configuration } = needFunction(call);
  functionsIn(call.world, here(call)).delete(configuration.FunctionName ?? "");
  return {};
}

const tagCall = (call: Call<{ Resource: string }>): FunctionCall => ({
  ...call,
  input: { FunctionName: call.input.Resource },
});

const onFunction =
  (operation: string, member = "FunctionName") =>
  (call: Call<Record<string, unknown>>): NeededPermission[] => {
    const given = String(call.input[member]);
    const resource = given.startsWith("arn:") ? given : functionArn(call.world, here(call), nameFrom(given));
    return [{ action: `lambda:${operation}`, resource }];
  };

const operationsOnFunction = [
  "GetFunction",
  "CreateFunctionUrlConfig",
  "UpdateFunctionUrlConfig",
  "DeleteFunctionUrlConfig",
  "PutFunctionConcurrency",
  "DeleteFunctionConcurrency",
  "GetPolicy",
  "GetFunctionUrlConfig",
  "GetFunctionConfiguration",
  "AddPermission",
  "RemovePermission",
  "CreateFunction",
  "UpdateFunctionConfiguration",
  "DeleteFunction",
];

export const lambda: ServiceDefinition = {
  client: "lambda",
  operations: {
    ListFunctions: listFunctions,
    GetPolicy: getPolicy,
    GetFunctionConfiguration: (call: FunctionCall) => needFunction(call).configuration,
    ListTags: (call: Call<{ Resource: string }>) => ({ Tags: needFunction(tagCall(call)).tags }),
    TagResource: (call: Call<{ Resource: string; Tags: Record<string, string> }>) => {
      const target = needFunction(tagCall(call));
      putFunction(call, { ...target, tags: { ...target.tags, ...call.input.Tags } });
      return {};
    },
    AddPermission: addPermission,
    RemovePermission: removePermission,
    CreateFunction: createFunction,
    UpdateFunctionConfiguration: updateConfiguration,
    DeleteFunction: deleteFunction,
    UntagResource: (call: Call<{ Resource: string; TagKeys: string[] }>) => {
      const target = needFunction(tagCall(call));
      const tags = Object.entries(target.tags).filter(([key]) => !call.input.TagKeys.includes(key));
      putFunction(call, { ...target, tags: Object.fromEntries(tags) });
      return {};
    },
    GetFunction: (call: FunctionCall) => {
      const { configuration, tags, concurrency } = needFunction(call);
      return {
        Configuration: configuration,
        Code: {
          RepositoryType: "S3",
          Location: `https://awslambda-${call.region}-tasks.s3.amazonaws.com/snapshots`,
        },
        Tags: tags,
        ...(concurrency === undefined ? {} : { Concurrency: { ReservedConcurrentExecutions: concurrency } }),
      };
    },
    ...urlOperations,
    ...layerOperations,
  },
  permissions: {
    ...Object.fromEntries(operationsOnFunction.map((name) => [name, onFunction(name)])),
    ListTags: onFunction("ListTags", "Resource"),
    TagResource: onFunction("TagResource", "Resource"),
    UntagResource: onFunction("UntagResource", "Resource"),
  },
  resourcePolicy: (call: Call, { resource }) => {
    const found = functionsIn(call.world, here(call)).get(nameFrom(resource));
    if (!found?.statements.length) return undefined;
    return {
      accountId: call.accountId,
      text: JSON.stringify({ Version: "2012-10-17", Statement: found.statements }),
    };
  },
};
