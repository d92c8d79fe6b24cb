// Ways from one principal's permissions to more, each as one literal: what must be allowed, on what, and whose
// permissions it gives. From AWS's documentation of the actions; composed ways are found as several hops.
import { type EscalationRule, passed, rule } from "./escalation-rule.ts";

/** AWS names no resource in their requests: only "*" allows them. */
export const actionsWithoutResource: ReadonlySet<string> = new Set([
  "bedrock-agentcore:CreateCodeInterpreter",
  "datapipeline:CreatePipeline",
  "glue:CreateDevEndpoint",
]);

export const escalationRules: readonly EscalationRule[] = [
  rule("put-own-user-policy", "Writes itself a policy", "administrator", [["iam:PutUserPolicy", "self"]], {
    of: "user",
  }),
  rule(
    "attach-own-user-policy",
    "Attaches a policy to itself",
    "administrator",
    [["iam:AttachUserPolicy", "self"]],
    {
      of: "user",
    },
  ),
  rule("put-own-role-policy", "Writes itself a policy", "administrator", [["iam:PutRolePolicy", "self"]], {
    of: "role",
  }),
  rule(
    "attach-own-role-policy",
    "Attaches a policy to itself",
    "administrator",
    [["iam:AttachRolePolicy", "self"]],
    {
      of: "role",
    },
  ),
  rule("new-policy-version", "Rewrites a policy that hangs on it", "administrator", [
    ["iam:CreatePolicyVersion", "own-policy"],
  ]),
  rule("put-group-policy", "Writes a policy for its group", "administrator", [
    ["iam:PutGroupPolicy", "own-group"],
  ]),
  rule("attach-group-policy", "Attaches a policy to its group", "administrator", [
    ["iam:AttachGroupPolicy", "own-group"],
  ]),
  rule(
    "join-group",
    "Joins a group that may do everything",
    "administrator",
    [["iam:AddUserToGroup", "administrators-group"]],
    { of: "user" },
  ),
  rule("new-role-attach", "Makes a role that may do everything", "administrator", [
    ["iam:CreateRole", "new-role"],
    ["iam:AttachRolePolicy", "new-role"],
  ]),
  rule("new-role-put", "Makes a role and writes its policy", "administrator", [
    ["iam:CreateRole", "new-role"],
    ["iam:PutRolePolicy", "new-role"],
  ]),
  rule("new-user-attach", "Makes a user that may do everything", "administrator", [
    ["iam:CreateUser", "new-user"],
    ["iam:AttachUserPolicy", "new-user"],
    ["iam:CreateAccessKey", "new-user"],
  ]),
  rule(
    "drop-user-boundary",
    "Takes its own boundary away",
    "without-boundary",
    [["iam:DeleteUserPermissionsBoundary", "self"]],
    { of: "user" },
  ),
  rule(
    "drop-role-boundary",
    "Takes its own boundary away",
    "without-boundary",
    [["iam:DeleteRolePermissionsBoundary", "self"]],
    { of: "role" },
  ),
  rule("assume-role", "Assumes the role", "role", [["sts:AssumeRole", "target"]]),
  rule("rewrite-trust", "Makes the role trust it, and assumes it", "role", [
    ["iam:UpdateAssumeRolePolicy", "target"],
  ]),
  rule("new-access-key", "Makes an access key of the user", "user", [["iam:CreateAccessKey", "target"]]),
  rule("new-password", "Gives the user a password", "user", [["iam:CreateLoginProfile", "target"]]),
  rule("change-password", "Changes the user's password", "user", [["iam:UpdateLoginProfile", "target"]]),
  passed(
    "pass-lambda",
    "Runs a new function as the role",
    "lambda.amazonaws.com",
    "lambda:CreateFunction",
    "lambda:InvokeFunction",
  ),
  passed("pass-ec2", "Starts an instance with the role", "ec2.amazonaws.com", "ec2:RunInstances"),
  passed(
    "pass-auto-scaling",
    "Lets a scaling group start instances with the role",
    "ec2.amazonaws.com",
    "autoscaling:CreateLaunchConfiguration",
    "autoscaling:CreateAutoScalingGroup",
  ),
  passed(
    "pass-cloudformation",
    "Lets a stack act as the role",
    "cloudformation.amazonaws.com",
    "cloudformation:CreateStack",
  ),
  passed(
    "pass-codebuild",
    "Runs a build as the role",
    "codebuild.amazonaws.com",
    "codebuild:CreateProject",
    "codebuild:StartBuild",
  ),
  passed(
    "pass-glue-endpoint",
    "Opens a Glue endpoint with the role",
    "glue.amazonaws.com",
    "glue:CreateDevEndpoint",
  ),
  passed(
    "pass-glue-job",
    "Runs a Glue job as the role",
    "glue.amazonaws.com",
    "glue:CreateJob",
    "glue:StartJobRun",
  ),
  passed(
    "pass-sagemaker-notebook",
    "Opens a notebook with the role",
    "sagemaker.amazonaws.com",
    "sagemaker:CreateNotebookInstance",
    "sagemaker:CreatePresignedNotebookInstanceUrl",
  ),
  passed(
    "pass-sagemaker-training",
    "Runs a training as the role",
    "sagemaker.amazonaws.com",
    "sagemaker:CreateTrainingJob",
  ),
  passed(
    "pass-sagemaker-processing",
    "Runs a processing job as the role",
    "sagemaker.amazonaws.com",
    "sagemaker:CreateProcessingJob",
  ),
  passed(
    "pass-ecs",
    "Runs a task as the role",
    "ecs-tasks.amazonaws.com",
    "ecs:RegisterTaskDefinition",
    "ecs:RunTask",
  ),
  passed(
    "pass-app-runner",
    "Runs a service as the role",
    "tasks.apprunner.amazonaws.com",
    "apprunner:CreateService",
  ),
  passed(
    "pass-data-pipeline",
    "Runs a pipeline as the role",
    "datapipeline.amazonaws.com",
    "datapipeline:CreatePipeline",
    "datapipeline:PutPipelineDefinition",
    "datapipeline:ActivatePipeline",
  ),
  passed(
    "pass-bedrock-agentcore",
    "Runs code of an agent as the role",
    "bedrock-agentcore.amazonaws.com",
    "bedrock-agentcore:CreateCodeInterpreter",
    "bedrock-agentcore:StartCodeInterpreterSession",
    "bedrock-agentcore:InvokeCodeInterpreter",
  ),
  rule(
    "rewrite-function",
    "Replaces the code of a function",
    "role",
    [["lambda:UpdateFunctionCode", "holder"]],
    {
      holder: "aws.lambda.function",
    },
  ),
  rule("ssm-session", "Opens a shell on an instance", "role", [["ssm:StartSession", "holder"]], {
    holder: "aws.ec2.instance",
  }),
  rule("ssm-command", "Runs a command on an instance", "role", [["ssm:SendCommand", "holder"]], {
    holder: "aws.ec2.instance",
  }),
  rule(
    "instance-connect",
    "Puts a key on an instance",
    "role",
    [["ec2-instance-connect:SendSSHPublicKey", "holder"]],
    {
      holder: "aws.ec2.instance",
    },
  ),
  rule(
    "rewrite-user-data",
    "Rewrites what an instance runs at its start",
    "role",
    [
      ["ec2:ModifyInstanceAttribute", "holder"],
      ["ec2:StopInstances", "holder"],
      ["ec2:StartInstances", "holder"],
    ],
    { holder: "aws.ec2.instance" },
  ),
];
