import { call, defineResourceType } from "#catalog/define.ts";

const absentOn = ["ResourceNotFoundException"];

export default defineResourceType({
  type: "aws.lambda.function",
  title: "Lambda function",
  category: "serverless function",
  client: "lambda",
  scope: "regional",
  list: call("ListFunctions", { items: "Functions" }),
  details: [
    call("GetPolicy", { input: { FunctionName: "FunctionName" }, take: "Policy", into: "Policy", absentOn }),
    call("GetFunctionUrlConfig", {
      input: { FunctionName: "FunctionName" },
      into: "FunctionUrlConfig",
      absentOn,
    }),
    call("ListTags", { input: { Resource: "FunctionArn" }, take: "Tags", into: "Tags" }),
  ],
  id: "FunctionName",
  name: "FunctionName",
  arn: "arn:{partition}:lambda:{region}:{account}:function:{FunctionName}",
  tags: "Tags",
  sensitive: ["Environment.Variables.*"],
  json: ["Policy"],
  relations: {
    role: { to: "aws.iam.role", by: "Role" },
    vpc: { to: "aws.ec2.vpc", by: "VpcConfig.VpcId" },
    subnet: { to: "aws.ec2.subnet", by: "VpcConfig.SubnetIds[]" },
    securityGroup: { to: "aws.ec2.security-group", by: "VpcConfig.SecurityGroupIds[]" },
    encryptedBy: { to: "aws.kms.key", by: "KMSKeyArn" },
  },
  // Lambda's event names carry the version of the API that made them.
  events: {
    CreateFunction20150331: "requestParameters.functionName",
    DeleteFunction20150331: "requestParameters.functionName",
    UpdateFunctionCode20150331v2: "requestParameters.functionName",
    UpdateFunctionConfiguration20150331v2: "requestParameters.functionName",
    AddPermission20150331v2: "requestParameters.functionName",
    RemovePermission20150331v2: "requestParameters.functionName",
    CreateFunctionUrlConfig: "requestParameters.functionName",
    UpdateFunctionUrlConfig: "requestParameters.functionName",
    DeleteFunctionUrlConfig: "requestParameters.functionName",
    TagResource20170331v2: "requestParameters.resource",
    UntagResource20170331v2: "requestParameters.resource",
  },
});
