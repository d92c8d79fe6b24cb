# The tour of simulator-tour.test.ts with boto3: prints one line for each station.
import json
import sys
import time

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

endpoint = sys.argv[1]
management, prod_unit = "111111111111", "ou-sm01-prod0001"


def client(name, **more):
    return boto3.client(name, endpoint_url=endpoint, config=Config(retries={"max_attempts": 3}), **more)


def refusal(call, **arguments):
    try:
        call(**arguments)
    except ClientError as error:
        return error.response["Error"]["Code"]
    return "nothing was refused"


def policy(**statement):
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


accounts = [
    account
    for page in client("organizations").get_paginator("list_accounts").paginate(PaginationConfig={"PageSize": 1})
    for account in page["Accounts"]
]
print(f"organizations: {len(accounts)} accounts")

iam, sts = client("iam"), client("sts")
iam.create_role(
    RoleName="tour",
    AssumeRolePolicyDocument=policy(
        Effect="Allow",
        Principal={"AWS": f"arn:aws:iam::{management}:root"},
        Action="sts:AssumeRole",
        Condition={"StringEquals": {"sts:ExternalId": "tour-id"}},
    ),
)
role = {"RoleArn": f"arn:aws:iam::{management}:role/tour", "RoleSessionName": "boto3"}
without, wrong = refusal(sts.assume_role, **role), refusal(sts.assume_role, **role, ExternalId="wrong")
assert without == wrong, (without, wrong)
print(f"sts: {without} without and with the wrong external id")
made = sts.assume_role(**role, ExternalId="tour-id")["Credentials"]
session = client(
    "sts",
    aws_access_key_id=made["AccessKeyId"],
    aws_secret_access_key=made["SecretAccessKey"],
    aws_session_token=made["SessionToken"],
)
print(f"sts: {session.get_caller_identity()['Arn']}")

iam.create_user(UserName="tourist")
iam.attach_user_policy(UserName="tourist", PolicyArn="arn:aws:iam::aws:policy/ReadOnlyAccess")
print(f"iam: {refusal(iam.delete_user, UserName='tourist')}")

cloudformation = client("cloudformation")
template = json.dumps(
    {
        "Resources": {
            "Role": {
                "Type": "AWS::IAM::Role",
                "Properties": {
                    "RoleName": "from-a-template",
                    "AssumeRolePolicyDocument": {
                        "Version": "2012-10-17",
                        "Statement": [
                            {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}
                        ],
                    },
                },
            }
        }
    }
)
stack = {"StackName": "tour", "TemplateBody": template}
refused = refusal(cloudformation.create_stack, **stack)
cloudformation.create_stack(**stack, Capabilities=["CAPABILITY_NAMED_IAM"])
cloudformation.get_waiter("stack_create_complete").wait(StackName="tour", WaiterConfig={"Delay": 1})
status = cloudformation.describe_stacks(StackName="tour")["Stacks"][0]["StackStatus"]
print(f"cloudformation: {refused}, then {status}")

client("organizations").enable_aws_service_access(
    ServicePrincipal="member.org.stacksets.cloudformation.amazonaws.com"
)
cloudformation.create_stack_set(
    StackSetName="tour",
    TemplateBody=template,
    Capabilities=["CAPABILITY_NAMED_IAM"],
    PermissionModel="SERVICE_MANAGED",
    AutoDeployment={"Enabled": True, "RetainStacksOnAccountRemoval": False},
)
operation = cloudformation.create_stack_instances(
    StackSetName="tour", DeploymentTargets={"OrganizationalUnitIds": [prod_unit]}, Regions=["us-east-1"]
)["OperationId"]
for _ in range(100):
    if cloudformation.describe_stack_set_operation(StackSetName="tour", OperationId=operation)["StackSetOperation"]["Status"] != "RUNNING":
        break
    time.sleep(0.1)
instances = cloudformation.list_stack_instances(StackSetName="tour")["Summaries"]
print(f"cloudformation: stack set in {', '.join(each['Account'] for each in instances if each['Status'] == 'CURRENT')}")

ec2 = client("ec2")
vpc = ec2.create_vpc(CidrBlock="10.42.0.0/16")["Vpc"]["VpcId"]
ec2.create_security_group(GroupName="tour", Description="tour", VpcId=vpc)
print(f"ec2: {refusal(ec2.delete_vpc, VpcId=vpc)}")

s3 = client("s3")
bucket, body = f"boto3-{management}", bytes(range(256)) * 4_000
s3.create_bucket(Bucket=bucket)
s3.put_object(Bucket=bucket, Key="a/b", Body=body)
assert s3.get_object(Bucket=bucket, Key="a/b")["Body"].read() == body[:], "other bytes came back"
s3.put_bucket_policy(
    Bucket=bucket,
    Policy=policy(Effect="Deny", Principal="*", Action="s3:GetObject", Resource=f"arn:aws:s3:::{bucket}/*"),
)
hidden = refusal(s3.get_object, Bucket=bucket, Key="a/b")
print(f"s3: the same bytes back, {hidden} under the policy, {refusal(s3.delete_bucket, Bucket=bucket)}")

sqs = client("sqs")
queue = sqs.create_queue(QueueName="tour")["QueueUrl"]
sqs.send_message(QueueUrl=queue, MessageBody="hello")
print(f"sqs: {sqs.receive_message(QueueUrl=queue, WaitTimeSeconds=5)['Messages'][0]['Body']}")
