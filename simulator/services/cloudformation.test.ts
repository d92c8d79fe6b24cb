// Stacks over the wire: a role template made, assumed, changed, rolled back and taken away again.
import {
  CloudFormationClient,
  CreateStackCommand,
  DeleteStackCommand,
  DescribeStackEventsCommand,
  DescribeStackResourcesCommand,
  DescribeStacksCommand,
  GetTemplateCommand,
  ListStacksCommand,
  type Parameter,
  UpdateStackCommand,
} from "@aws-sdk/client-cloudformation";
import {
  GetPolicyVersionCommand,
  GetRoleCommand,
  IAMClient,
  ListAttachedRolePoliciesCommand,
  ListRolePoliciesCommand,
  ListRolesCommand,
} from "@aws-sdk/client-iam";
import { expect, test } from "vitest";
import { type Credentials, errorOf, startSmall } from "../small-clients.ts";
import { small } from "../worlds/small.ts";

const wire = startSmall({ settings: { settleMs: 0 } });
const Capabilities = ["CAPABILITY_NAMED_IAM" as const];

const template = `
AWSTemplateFormatVersion: "2010-09-09"
Description: Harvest role
Parameters:
  PlatformRoleArns: { Type: CommaDelimitedList }
  ExternalId: { Type: String, NoEcho: true, MinLength: 2 }
  RolePath: { Type: String, Default: /, AllowedPattern: "/.*" }
  BoundaryArn: { Type: String, Default: "" }
  Audit: { Type: String, Default: "yes", AllowedValues: ["yes", "no"] }
Conditions:
  HasBoundary: !Not [!Equals [!Ref BoundaryArn, ""]]
  IsAudit: !And [!Equals [!Ref Audit, "yes"], !Or [!Condition HasBoundary, !Not [!Condition HasBoundary]]]
Resources:
  Supplement:
    Type: AWS::IAM::ManagedPolicy
    Properties:
      ManagedPolicyName: !Join ["-", [!Select [0, !Split [".", "Skywarden.x"]], Supplement]]
      Roles: [!Ref Role]
      PolicyDocument:
        Version: "2012-10-17"
        Statement: { Effect: Allow, Action: "account:ListRegions", Resource: "*" }
  Role:
    Type: AWS::IAM::Role
    Properties:
      RoleName: Skywarden-Harvest-Stack
      Path: !Ref RolePath
      PermissionsBoundary: !If [HasBoundary, !Ref BoundaryArn, !Ref "AWS::NoValue"]
      ManagedPolicyArns: !If
        - IsAudit
        - [!Sub "arn:\${AWS::Partition}:iam::aws:policy/SecurityAudit"]
        - []
      Policies:
        - PolicyName: inline
          PolicyDocument: { Version: "2012-10-17", Statement: [{ Effect: Allow, Action: "s3:ListAllMyBuckets", Resource: "*" }] }
      AssumeRolePolicyDocument:
        Version: "2012-10-17"
        Statement:
          - Effect: Allow
            Principal: { AWS: !Ref PlatformRoleArns }
            Action: sts:AssumeRole
            Condition: { StringEquals: { "sts:ExternalId": !Ref ExternalId } }
Outputs:
  RoleArn: { Value: !GetAtt Role.Arn }
  Place: { Value: !Sub "\${AWS::AccountId}/\${AWS::Region}/\${AWS::StackName}/\${!Literal}/\${Role}" }
`;

function parameters(values: Record<string, string>): Parameter[] {
  return Object.entries(values).map(([ParameterKey, ParameterValue]) => ({ ParameterKey, ParameterValue }));
}

const given = parameters({
  PlatformRoleArns: `arn:aws:iam::${small.hostingAccountId}:role/${small.installRoleName}`,
  ExternalId: "x-1",
});

async function clients(accountId: string = small.prodAccountId, as?: Credentials) {
  const credentials = as ?? (await wire.asMember(accountId));
  return { stacks: wire.client(CloudFormationClient, credentials), iam: wire.client(IAMClient, credentials) };
}

test("a stack makes a role that the platform can assume; an update changes it; a delete takes all away", async () => {
  const { stacks, iam } = await clients();
  const StackName = "harvest";
  const { StackId } = await stacks.send(
    new CreateStackCommand({ StackName, TemplateBody: template, Parameters: given, Capabilities }),
  );
  const { Stacks = [] } = await stacks.send(new DescribeStacksCommand({ StackName }));
  expect(Stacks[0]).toMatchObject({ StackId, StackStatus: "CREATE_COMPLETE", Description: "Harvest role" });
  expect(Stacks[0]?.Outputs).toEqual([
    { OutputKey: "RoleArn", OutputValue: `arn:aws:iam::${small.prodAccountId}:role/Skywarden-Harvest-Stack` },
    {
      OutputKey: "Place",
      OutputValue: `${small.prodAccountId}/us-east-1/harvest/\${Literal}/Skywarden-Harvest-Stack`,
    },
  ]);
  expect(Stacks[0]?.Parameters).toContainEqual({ ParameterKey: "ExternalId", ParameterValue: "****" });
  const arn = Stacks[0]?.Outputs?.[0]?.OutputValue ?? "";
  const platform = await wire.asHost();
  expect(await errorOf(wire.assume(arn, { as: platform, externalId: "x-2" }))).toMatchObject({
    code: "AccessDenied",
  });
  await expect(wire.assume(arn, { as: platform, externalId: "x-1" })).resolves.toBeDefined();
  const attached = new ListAttachedRolePoliciesCommand({ RoleName: "Skywarden-Harvest-Stack" });
  const names = async () =>
    (await iam.send(attached)).AttachedPolicies?.map(({ PolicyName }) => PolicyName).sort();
  expect(await names()).toEqual(["SecurityAudit", "Skywarden-Supplement"]);

  const changed = template
    .replace("account:ListRegions", "account:Get*")
    .replace("PolicyName: inline", "PolicyName: renamed");
  const Parameters = [
    ...parameters({ Audit: "no" }),
    ...["PlatformRoleArns", "ExternalId"].map((ParameterKey) => ({ ParameterKey, UsePreviousValue: true })),
  ];
  await stacks.send(new UpdateStackCommand({ StackName, TemplateBody: changed, Parameters, Capabilities }));
  expect(await names()).toEqual(["Skywarden-Supplement"]);
  const inline = await iam.send(new ListRolePoliciesCommand({ RoleName: "Skywarden-Harvest-Stack" }));
  expect(inline.PolicyNames).toEqual(["renamed"]);
  const PolicyArn = `arn:aws:iam::${small.prodAccountId}:policy/Skywarden-Supplement`;
  const { PolicyVersion } = await iam.send(new GetPolicyVersionCommand({ PolicyArn, VersionId: "v2" }));
  expect(PolicyVersion?.IsDefaultVersion && decodeURIComponent(PolicyVersion.Document ?? "")).toContain(
    "account:Get*",
  );
  expect((await stacks.send(new GetTemplateCommand({ StackName }))).TemplateBody).toBe(changed);
  const same = new UpdateStackCommand({
    StackName,
    UsePreviousTemplate: true,
    Parameters: [...Parameters],
    Capabilities,
  });
  expect(await errorOf(stacks.send(same))).toMatchObject({
    code: "ValidationError",
    message: "No updates are to be performed.",
  });

  await stacks.send(new DeleteStackCommand({ StackName }));
  expect((await iam.send(new ListRolesCommand({}))).Roles?.map(({ RoleName }) => RoleName)).toEqual([
    "OrganizationAccountAccessRole",
  ]);
  expect(await errorOf(stacks.send(new DescribeStacksCommand({ StackName })))).toMatchObject({
    code: "ValidationError",
  });
  expect(
    (await stacks.send(new DescribeStacksCommand({ StackName: StackId }))).Stacks?.[0]?.StackStatus,
  ).toBe("DELETE_COMPLETE");
  expect((await stacks.send(new ListStacksCommand({}))).StackSummaries).toHaveLength(1);
});

test("a failure while creating undoes what was made and says why", async () => {
  const { stacks, iam } = await clients(small.devAccountId);
  const TemplateBody = JSON.stringify({
    Resources: {
      First: { Type: "AWS::IAM::Role", Properties: { RoleName: "First", AssumeRolePolicyDocument: trust() } },
      Second: {
        Type: "AWS::IAM::Role",
        DependsOn: "First",
        Properties: {
          RoleName: "Second",
          AssumeRolePolicyDocument: trust(),
          ManagedPolicyArns: ["arn:aws:iam::aws:policy/NoSuch"],
        },
      },
    },
  });
  await stacks.send(new CreateStackCommand({ StackName: "broken", TemplateBody, Capabilities }));
  const { Stacks = [] } = await stacks.send(new DescribeStacksCommand({ StackName: "broken" }));
  expect(Stacks[0]?.StackStatus).toBe("ROLLBACK_COMPLETE");
  const { StackEvents = [] } = await stacks.send(new DescribeStackEventsCommand({ StackName: "broken" }));
  const failed = StackEvents.find(({ ResourceStatus }) => ResourceStatus === "CREATE_FAILED");
  expect(failed).toMatchObject({
    LogicalResourceId: "Second",
    ResourceStatusReason: expect.stringContaining("arn:aws:iam::aws:policy/NoSuch"),
  });
  expect((await iam.send(new ListRolesCommand({}))).Roles?.map(({ RoleName }) => RoleName)).toEqual([
    "OrganizationAccountAccessRole",
  ]);
  expect(
    (await stacks.send(new DescribeStackResourcesCommand({ StackName: "broken" }))).StackResources,
  ).toEqual([]);
});

test("a failed update puts back what was there", async () => {
  const { stacks, iam } = await clients(small.devAccountId);
  const body = (Description: string, arn: string) =>
    JSON.stringify({
      Resources: {
        A: {
          Type: "AWS::IAM::Role",
          Properties: { RoleName: "A", Description, AssumeRolePolicyDocument: trust() },
        },
        B: {
          Type: "AWS::IAM::Role",
          DependsOn: "A",
          Properties: { RoleName: "B", AssumeRolePolicyDocument: trust(), ManagedPolicyArns: [arn] },
        },
      },
    });
  const audit = "arn:aws:iam::aws:policy/SecurityAudit";
  await stacks.send(
    new CreateStackCommand({ StackName: "pair", TemplateBody: body("old", audit), Capabilities }),
  );
  await stacks.send(
    new UpdateStackCommand({
      StackName: "pair",
      TemplateBody: body("new", "arn:aws:iam::aws:policy/NoSuch"),
      Capabilities,
    }),
  );
  const { Stacks = [] } = await stacks.send(new DescribeStacksCommand({ StackName: "pair" }));
  expect(Stacks[0]?.StackStatus).toBe("UPDATE_ROLLBACK_COMPLETE");
  expect((await iam.send(new GetRoleCommand({ RoleName: "A" }))).Role?.Description).toBe("old");
  const kept = await iam.send(new ListAttachedRolePoliciesCommand({ RoleName: "B" }));
  expect(kept.AttachedPolicies?.map(({ PolicyArn }) => PolicyArn)).toEqual([audit]);
});

test("resources are made with the caller's own permissions", async () => {
  const onlyStacks = JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Action: "cloudformation:*", Resource: "*" }],
  });
  const arn = `arn:aws:iam::${small.devAccountId}:role/OrganizationAccountAccessRole`;
  const { stacks } = await clients(small.devAccountId, await wire.assume(arn, { policy: onlyStacks }));
  const TemplateBody = JSON.stringify({
    Resources: { R: { Type: "AWS::IAM::Role", Properties: { AssumeRolePolicyDocument: trust() } } },
  });
  await stacks.send(new CreateStackCommand({ StackName: "mine", TemplateBody, Capabilities }));
  const { StackEvents = [] } = await stacks.send(new DescribeStackEventsCommand({ StackName: "mine" }));
  const failed = StackEvents.find(({ ResourceStatus }) => ResourceStatus === "CREATE_FAILED");
  expect(failed?.ResourceStatusReason).toContain("is not authorized to perform: iam:CreateRole");
});

function trust() {
  return {
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal: { Service: "ec2.amazonaws.com" }, Action: "sts:AssumeRole" }],
  };
}

const role = { Type: "AWS::IAM::Role", Properties: { AssumeRolePolicyDocument: trust() } };
const refused: [
  title: string,
  input: { body: unknown; parameters?: Parameter[]; capabilities?: string[] },
  code: string,
  message: string,
][] = [
  [
    "no capability",
    { body: { Resources: { R: role } }, capabilities: [] },
    "InsufficientCapabilitiesException",
    "Requires capabilities : [CAPABILITY_IAM]",
  ],
  [
    "a named role with the lesser capability",
    {
      body: { Resources: { R: { ...role, Properties: { ...role.Properties, RoleName: "x" } } } },
      capabilities: ["CAPABILITY_IAM"],
    },
    "InsufficientCapabilitiesException",
    "[CAPABILITY_NAMED_IAM]",
  ],
  ["no resources", { body: { Description: "x" } }, "ValidationError", "At least one Resources member"],
  ["broken YAML", { body: "Resources:\n  R: {Type: [" }, "ValidationError", "YAML not well-formed"],
  ["broken JSON", { body: '{"Resources":' }, "ValidationError", "JSON not well-formed"],
  [
    "an unknown type",
    { body: { Resources: { R: { Type: "AWS::Nope::Nope" } } } },
    "ValidationError",
    "Unrecognized resource types: [AWS::Nope::Nope]",
  ],
  [
    "an unknown section",
    { body: { Resources: { R: role }, Foo: {} } },
    "ValidationError",
    "Invalid template property or properties [Foo]",
  ],
  [
    "a reference to nothing",
    { body: { Resources: { R: { ...role, DependsOn: "Gone" } } } },
    "ValidationError",
    "Unresolved resource dependencies [Gone]",
  ],
  [
    "an unknown tag",
    { body: "Resources:\n  R: {Type: 'AWS::IAM::Role', Properties: {Path: !Nope x}}" },
    "ValidationError",
    "Unrecognized YAML tag !Nope",
  ],
  [
    "a parameter without a value",
    { body: { Parameters: { P: { Type: "String" } }, Resources: { R: role } } },
    "ValidationError",
    "Parameters: [P] must have values",
  ],
  [
    "a parameter that is not declared",
    { body: { Resources: { R: role } }, parameters: parameters({ Q: "1" }) },
    "ValidationError",
    "Parameters: [Q] do not exist in the template",
  ],
  [
    "a value outside its pattern",
    {
      body: { Parameters: { P: { Type: "String", AllowedPattern: "[a-z]+" } }, Resources: { R: role } },
      parameters: parameters({ P: "A" }),
    },
    "ValidationError",
    "must match pattern [a-z]+",
  ],
  [
    "a value that is not allowed",
    {
      body: { Parameters: { P: { Type: "String", AllowedValues: ["a"] } }, Resources: { R: role } },
      parameters: parameters({ P: "A" }),
    },
    "ValidationError",
    "must be one of AllowedValues",
  ],
  [
    "its own words for it",
    {
      body: {
        Parameters: { P: { Type: "String", MinLength: 2, ConstraintDescription: "two at least" } },
        Resources: { R: role },
      },
      parameters: parameters({ P: "A" }),
    },
    "ValidationError",
    "two at least",
  ],
];

test.each(refused)("refuses %s", async (_, {
  body,
  parameters: Parameters = [],
  capabilities = Capabilities,
}, code, message) => {
  const { stacks } = await clients();
  const TemplateBody = typeof body === "string" ? body : JSON.stringify(body);
  const command = new CreateStackCommand({
    StackName: "refused",
    TemplateBody,
    Parameters,
    Capabilities: capabilities as typeof Capabilities,
  });
  expect(await errorOf(stacks.send(command))).toEqual({
    code,
    status: 400,
    message: expect.stringContaining(message),
  });
});
