// A tour of the simulator with AWS's own tools as Debian packages them: the outcomes are those that AWS documents.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterAll, expect, onTestFinished, test } from "vitest";
import {
  awsCommand,
  awsProcesses,
  type Cli,
  cliOf,
  type Endpoint,
  type Loose,
  pythonWithBoto3,
  runTool,
} from "./aws-tools.ts";
import { cleanUp, newFolder, run } from "./demo-run.ts";

const folder = newFolder();
afterAll(cleanUp);

const management = "111111111111";
const [prodUnit, prod] = ["ou-sm01-prod0001", "222222222222"];

async function started(): Promise<Endpoint> {
  const simulator = run(["simulator", "--world", "small", "--json"], { dataDir: folder });
  await simulator.says("}\n");
  return JSON.parse(simulator.stdout()) as Endpoint;
}

const policy = (...Statement: object[]) => JSON.stringify({ Version: "2012-10-17", Statement });

async function organizations({ aws }: Cli): Promise<void> {
  const { Organization } = await aws("organizations describe-organization");
  expect(Organization).toMatchObject({ MasterAccountId: management, FeatureSet: "ALL" });
  const { Accounts } = await aws("organizations list-accounts");
  expect(Accounts).toHaveLength(4);
  // awscli turns pages by itself, however small.
  const paged = await aws("organizations list-accounts --page-size 1");
  expect(paged.Accounts).toEqual(Accounts);
  const { Roots } = await aws("organizations list-roots");
  const { OrganizationalUnits } = await aws(
    `organizations list-organizational-units-for-parent --parent-id ${Roots[0].Id}`,
  );
  expect(OrganizationalUnits.map(({ Name }: Loose) => Name)).toEqual(["prod", "dev"]);
}

async function roles({ aws, as, refused }: Cli): Promise<void> {
  const arn = `arn:aws:iam::${management}:role/tour`;
  const trust = policy({
    Effect: "Allow",
    Principal: { AWS: `arn:aws:iam::${management}:root` },
    Action: "sts:AssumeRole",
    Condition: { StringEquals: { "sts:ExternalId": "tour-id" } },
  });
  await aws("iam create-role --role-name tour --assume-role-policy-document", trust);
  const assume = `sts assume-role --role-arn ${arn} --role-session-name tourist`;
  const denied = `254 An error occurred (AccessDenied) when calling the AssumeRole operation: User: arn:aws:iam::${management}:user/administrator is not authorized to perform: sts:AssumeRole on resource: ${arn}`;
  expect(await refused(assume)).toBe(denied);
  expect(await refused(`${assume} --external-id wrong`)).toBe(denied);
  const { Credentials } = await aws(`${assume} --external-id tour-id`);
  const { Arn } = await as(Credentials, "sts get-caller-identity");
  expect(Arn).toBe(`arn:aws:sts::${management}:assumed-role/tour/tourist`);
}

async function iam({ aws, refused }: Cli): Promise<void> {
  await aws("iam create-user --user-name tourist");
  await aws("iam attach-user-policy --user-name tourist --policy-arn arn:aws:iam::aws:policy/ReadOnlyAccess");
  expect(await refused("iam create-user --user-name tourist")).toContain("(EntityAlreadyExists)");
  expect(await refused("iam delete-user --user-name tourist")).toContain("(DeleteConflict)");
  await aws("iam detach-user-policy --user-name tourist --policy-arn arn:aws:iam::aws:policy/ReadOnlyAccess");
  await aws("iam delete-user --user-name tourist");
  expect(await refused("iam get-user --user-name tourist")).toContain("(NoSuchEntity)");
}

const roleTemplate = JSON.stringify({
  Resources: {
    Role: {
      Type: "AWS::IAM::Role",
      Properties: {
        RoleName: "from-a-template",
        AssumeRolePolicyDocument: {
          Version: "2012-10-17",
          Statement: [
            { Effect: "Allow", Principal: { Service: "ec2.amazonaws.com" }, Action: "sts:AssumeRole" },
          ],
        },
      },
    },
  },
});

async function stacks({ aws, refused }: Cli): Promise<void> {
  const create = "cloudformation create-stack --stack-name tour --template-body";
  expect(await refused(create, roleTemplate)).toContain("(InsufficientCapabilitiesException)");
  await aws(create, roleTemplate, "--capabilities", "CAPABILITY_NAMED_IAM");
  await aws("cloudformation wait stack-create-complete --stack-name tour");
  const { Stacks } = await aws("cloudformation describe-stacks --stack-name tour");
  expect(Stacks[0].StackStatus).toBe("CREATE_COMPLETE");
  expect((await aws("iam get-role --role-name from-a-template")).Role.Path).toBe("/");
  await aws("cloudformation delete-stack --stack-name tour");
  await aws("cloudformation wait stack-delete-complete --stack-name tour");
  expect(await refused("iam get-role --role-name from-a-template")).toContain("(NoSuchEntity)");
}

async function stackSets({ aws }: Cli): Promise<void> {
  await aws(
    "organizations enable-aws-service-access --service-principal member.org.stacksets.cloudformation.amazonaws.com",
  );
  await aws(
    "cloudformation create-stack-set --stack-set-name tour --permission-model SERVICE_MANAGED --auto-deployment Enabled=true,RetainStacksOnAccountRemoval=false --capabilities CAPABILITY_NAMED_IAM --template-body",
    roleTemplate,
  );
  const { OperationId } = await aws(
    `cloudformation create-stack-instances --stack-set-name tour --deployment-targets OrganizationalUnitIds=${prodUnit} --regions us-east-1`,
  );
  const statusOf = async () =>
    (
      await aws(
        `cloudformation describe-stack-set-operation --stack-set-name tour --operation-id ${OperationId}`,
      )
    ).StackSetOperation.Status;
  while ((await statusOf()) === "RUNNING") await sleep(200);
  expect(await statusOf()).toBe("SUCCEEDED");
  const { Summaries } = await aws("cloudformation list-stack-instances --stack-set-name tour");
  expect(Summaries).toEqual([
    expect.objectContaining({ Account: prod, Region: "us-east-1", Status: "CURRENT" }),
  ]);
}

async function ec2({ aws, refused }: Cli): Promise<void> {
  const { Vpc } = await aws("ec2 create-vpc --cidr-block 10.42.0.0/16");
  const vpc = `--vpc-id ${Vpc.VpcId}`;
  const { GroupId } = await aws(`ec2 create-security-group --group-name tour --description tour ${vpc}`);
  await aws(
    `ec2 authorize-security-group-ingress --group-id ${GroupId} --protocol tcp --port 22 --cidr 0.0.0.0/0`,
  );
  const { SecurityGroups } = await aws(`ec2 describe-security-groups --group-ids ${GroupId}`);
  expect(SecurityGroups[0].IpPermissions).toMatchObject([
    { FromPort: 22, ToPort: 22, IpProtocol: "tcp", IpRanges: [{ CidrIp: "0.0.0.0/0" }] },
  ]);
  expect(await refused(`ec2 delete-vpc ${vpc}`)).toContain("(DependencyViolation)");
  expect(await refused(`ec2 describe-vpcs --dry-run ${vpc.replace("--vpc-id", "--vpc-ids")}`)).toContain(
    "(DryRunOperation)",
  );
  await aws(`ec2 delete-security-group --group-id ${GroupId}`);
  await aws(`ec2 delete-vpc ${vpc}`);
  expect(await refused(`ec2 describe-vpcs --vpc-ids ${Vpc.VpcId}`)).toContain("(InvalidVpcID.NotFound)");
}

async function s3({ aws, refused }: Cli): Promise<void> {
  const bucket = `tour-${management}`;
  const [file, back] = [join(folder, "letter.txt"), join(folder, "back.txt")];
  writeFileSync(file, "Grüße aus der Ferne\n".repeat(5000));
  await aws(`s3 mb s3://${bucket}`);
  await aws(`s3 cp ${file} s3://${bucket}/letters/one.txt`);
  expect(await aws(`s3 ls s3://${bucket}/letters/`)).toContain("one.txt");
  await aws(`s3 cp s3://${bucket}/letters/one.txt ${back}`);
  expect(readFileSync(back)).toEqual(readFileSync(file));
  const document = policy({
    Effect: "Deny",
    Principal: "*",
    Action: "s3:GetObject",
    Resource: `arn:aws:s3:::${bucket}/*`,
  });
  await aws(`s3api put-bucket-policy --bucket ${bucket} --policy`, document);
  const { Policy } = await aws(`s3api get-bucket-policy --bucket ${bucket}`);
  expect(JSON.parse(Policy)).toEqual(JSON.parse(document));
  expect(await refused(`s3api get-object --bucket ${bucket} --key letters/one.txt ${back}`)).toContain(
    "254 An error occurred (AccessDenied) when calling the GetObject operation",
  );
  expect(await refused(`s3api delete-bucket --bucket ${bucket}`)).toContain("(BucketNotEmpty)");
  await aws(`s3 rm s3://${bucket}/letters/one.txt`);
  await aws(`s3 rb s3://${bucket}`);
  expect(await refused(`s3api head-bucket --bucket ${bucket}`)).toContain("(404)");
}

async function sqs({ aws, refused }: Cli): Promise<void> {
  const { QueueUrl } = await aws("sqs create-queue --queue-name tour");
  const queue = `--queue-url ${QueueUrl}`;
  const sent = await aws(`sqs send-message ${queue} --message-body hello`);
  const { Messages } = await aws(`sqs receive-message ${queue} --wait-time-seconds 5`);
  expect(Messages).toMatchObject([
    { MessageId: sent.MessageId, Body: "hello", MD5OfBody: sent.MD5OfMessageBody },
  ]);
  await aws(`sqs delete-message ${queue} --receipt-handle`, Messages[0].ReceiptHandle);
  const { Attributes } = await aws(
    `sqs get-queue-attributes ${queue} --attribute-names ApproximateNumberOfMessages ApproximateNumberOfMessagesNotVisible`,
  );
  expect(Attributes).toEqual({
    ApproximateNumberOfMessages: "0",
    ApproximateNumberOfMessagesNotVisible: "0",
  });
  await aws(`sqs delete-queue ${queue}`);
  expect(await refused("sqs get-queue-url --queue-name tour")).toContain("NonExistentQueue");
}

const command = awsCommand();
const stations = { organizations, roles, iam, stacks, stackSets, ec2, s3, sqs };

test("awscli of version 2 takes the tour", { timeout: 300_000 }, async () => {
  if (!command) {
    process.stdout.write(
      "awscli of version 2 is not installed here: its tour of the simulator is not taken\n",
    );
    return;
  }
  const { run: runAws, end } = awsProcesses(command, folder);
  onTestFinished(end);
  const cli = cliOf(runAws, await started());
  for (const station of Object.values(stations)) await station(cli);
});

test("boto3 takes the tour", { timeout: 120_000 }, async () => {
  const python = pythonWithBoto3();
  if (!python) {
    process.stdout.write("python3-boto3 is not installed here: its tour of the simulator is not taken\n");
    return;
  }
  const at = await started();
  const script = fileURLToPath(new URL("simulator-tour.py", import.meta.url));
  const { code, stdout, stderr } = await runTool(python, [script, at.endpoint], at, folder);
  expect(stderr).toBe("");
  expect(stdout.trim().split("\n")).toEqual([
    "organizations: 4 accounts",
    "sts: AccessDenied without and with the wrong external id",
    `sts: arn:aws:sts::${management}:assumed-role/tour/boto3`,
    "iam: DeleteConflict",
    "cloudformation: InsufficientCapabilitiesException, then CREATE_COMPLETE",
    `cloudformation: stack set in ${prod}`,
    "ec2: DependencyViolation",
    "s3: the same bytes back, AccessDenied under the policy, BucketNotEmpty",
    "sqs: hello",
  ]);
  expect(code).toBe(0);
});
