import * as aws from "@aws-sdk/client-ec2";
import { DescribeKeyCommand, KMSClient } from "@aws-sdk/client-kms";
import { describe, expect } from "vitest";
import { checkCalls, startWire } from "../wire-clients.ts";

const wire = startWire();
const region = "eu-north-1";
const ec2 = (where = region) => wire.client(aws.EC2Client, where);
const first = <T>(list: T[] | undefined): T => {
  const [item] = list ?? [];
  if (item === undefined) throw new Error("nothing found");
  return item;
};

/** Ids of what earlier rows made. */
const made = { vpc: "", subnet: "", group: "", volume: "", instance: "" };

describe("a region set back to new", () => {
  checkCalls([
    [
      "encryption is off",
      () => ec2().send(new aws.DisableEbsEncryptionByDefaultCommand({})),
      { EbsEncryptionByDefault: false },
    ],
    [
      "snapshots may be shared",
      () => ec2().send(new aws.DisableSnapshotBlockPublicAccessCommand({})),
      { State: "unblocked" },
    ],
    [
      "metadata has no defaults",
      () =>
        ec2().send(
          new aws.ModifyInstanceMetadataDefaultsCommand({
            HttpTokens: "no-preference",
            HttpPutResponseHopLimit: -1,
          }),
        ),
      { Return: true },
    ],
    [
      "so none are shown",
      () =>
        ec2()
          .send(new aws.GetInstanceMetadataDefaultsCommand({}))
          .then((a) => ({ tokens: a.AccountLevel?.HttpTokens })),
      { tokens: undefined },
    ],
  ]);
});

describe("instances and volumes", () => {
  const machine = () =>
    ec2()
      .send(new aws.DescribeInstancesCommand({ InstanceIds: [made.instance] }))
      .then((a) => first(first(a.Reservations).Instances));
  const run = (more: Partial<aws.RunInstancesCommandInput>) =>
    ec2().send(
      new aws.RunInstancesCommand({
        ImageId: "ami-0123456789abcdef0",
        MinCount: 1,
        MaxCount: 1,
        SubnetId: made.subnet,
        ...more,
      }),
    );
  checkCalls([
    [
      "a VPC to be in",
      async () => {
        const { Vpc } = await ec2().send(new aws.CreateVpcCommand({ CidrBlock: "10.0.0.0/16" }));
        made.vpc = Vpc?.VpcId ?? "";
        const { Subnet } = await ec2().send(
          new aws.CreateSubnetCommand({ VpcId: made.vpc, CidrBlock: "10.0.1.0/24" }),
        );
        made.subnet = Subnet?.SubnetId ?? "";
        const { GroupId } = await ec2().send(
          new aws.CreateSecurityGroupCommand({ GroupName: "machines", Description: "d", VpcId: made.vpc }),
        );
        made.group = GroupId ?? "";
        return made;
      },
      {},
    ],
    ["no image", () => run({ ImageId: "image" }), "400 InvalidAMIID.Malformed"],
    [
      "a profile that is none",
      () => run({ IamInstanceProfile: { Name: "nobody" } }),
      "400 InvalidParameterValue",
    ],
    [
      "one is run",
      async () => {
        const answer = await run({ SecurityGroupIds: [made.group], InstanceType: "t3.micro" });
        made.instance = answer.Instances?.[0]?.InstanceId ?? "";
        return answer;
      },
      { Instances: [{ State: { Name: "pending" }, InstanceType: "t3.micro" }] },
    ],
    [
      "it runs in its subnet",
      machine,
      {
        State: { Name: "running" },
        PrivateIpAddress: "10.0.1.4",
        MetadataOptions: { HttpTokens: "optional" },
      },
    ],
    [
      "found by state",
      () =>
        ec2()
          .send(
            new aws.DescribeInstancesCommand({
              Filters: [{ Name: "instance-state-name", Values: ["running"] }],
            }),
          )
          .then((a) => ({ count: a.Reservations?.length })),
      { count: 1 },
    ],
    [
      "ids and pages exclude each other",
      () => ec2().send(new aws.DescribeInstancesCommand({ InstanceIds: [made.instance], MaxResults: 10 })),
      "400 InvalidParameterCombination",
    ],
    [
      "its volume is not encrypted",
      () =>
        ec2()
          .send(
            new aws.DescribeVolumesCommand({
              Filters: [{ Name: "attachment.instance-id", Values: [made.instance] }],
            }),
          )
          .then((a) => {
            made.volume = first(a.Volumes).VolumeId ?? "";
            return a;
          }),
      { Volumes: [{ State: "in-use", Encrypted: false, Size: 8 }] },
    ],
    [
      "its interface",
      () =>
        ec2().send(
          new aws.DescribeNetworkInterfacesCommand({
            Filters: [{ Name: "attachment.instance-id", Values: [made.instance] }],
          }),
        ),
      { NetworkInterfaces: [{ PrivateIpAddress: "10.0.1.4" }] },
    ],
    [
      "tokens are asked for",
      () =>
        ec2().send(
          new aws.ModifyInstanceMetadataOptionsCommand({ InstanceId: made.instance, HttpTokens: "required" }),
        ),
      { InstanceMetadataOptions: { State: "pending" } },
    ],
    [
      "and stay",
      machine,
      { MetadataOptions: { HttpTokens: "required", HttpEndpoint: "enabled", State: "applied" } },
    ],
    [
      "the group is in use",
      () => ec2().send(new aws.DeleteSecurityGroupCommand({ GroupId: made.group })),
      "400 DependencyViolation",
    ],
    [
      "the subnet too",
      () => ec2().send(new aws.DeleteSubnetCommand({ SubnetId: made.subnet })),
      "400 DependencyViolation",
    ],
    [
      "the volume too",
      () => ec2().send(new aws.DeleteVolumeCommand({ VolumeId: made.volume })),
      "400 VolumeInUse",
    ],
    [
      "it stops",
      () => ec2().send(new aws.StopInstancesCommand({ InstanceIds: [made.instance] })),
      { StoppingInstances: [{ PreviousState: { Name: "running" } }] },
    ],
    [
      "and says why",
      machine,
      { State: { Code: 80 }, StateTransitionReason: expect.stringMatching(/^User initiated \(/) },
    ],
    [
      "it starts",
      () => ec2().send(new aws.StartInstancesCommand({ InstanceIds: [made.instance] })),
      { StartingInstances: [{ PreviousState: { Name: "stopped" } }] },
    ],
    [
      "tags",
      () =>
        ec2().send(
          new aws.CreateTagsCommand({
            Resources: [made.instance, made.volume],
            Tags: [
              { Key: "a", Value: "1" },
              { Key: "b", Value: "2" },
            ],
          }),
        ),
      {},
    ],
    [
      "of AWS's are refused",
      () =>
        ec2().send(
          new aws.CreateTagsCommand({ Resources: [made.instance], Tags: [{ Key: "aws:x", Value: "1" }] }),
        ),
      "400 InvalidParameterValue",
    ],
    [
      "go",
      () =>
        ec2().send(
          new aws.DeleteTagsCommand({
            Resources: [made.instance],
            Tags: [{ Key: "a" }, { Key: "b", Value: "other" }],
          }),
        ),
      {},
    ],
    ["if the value fits", () => machine().then((a) => a.Tags ?? []), [{ Key: "b", Value: "2" }]],
    [
      "encryption by default",
      () => ec2().send(new aws.EnableEbsEncryptionByDefaultCommand({})),
      { EbsEncryptionByDefault: true },
    ],
    [
      "holds for new volumes",
      () => ec2().send(new aws.CreateVolumeCommand({ AvailabilityZone: `${region}b`, Size: 10 })),
      { Encrypted: true, KmsKeyId: expect.stringContaining(":key/") },
    ],
    [
      "with a key that AWS made for it",
      () => wire.client(KMSClient, region).send(new DescribeKeyCommand({ KeyId: "alias/aws/ebs" })),
      { KeyMetadata: { KeyManager: "AWS" } },
    ],
    [
      "a zone that is none",
      () => ec2().send(new aws.CreateVolumeCommand({ AvailabilityZone: "eu-north-1z", Size: 10 })),
      "400 InvalidZone.NotFound",
    ],
    [
      "it ends",
      () => ec2().send(new aws.TerminateInstancesCommand({ InstanceIds: [made.instance] })),
      { TerminatingInstances: [{ CurrentState: { Name: "terminated" } }] },
    ],
    [
      "and its volume with it",
      () => ec2().send(new aws.DescribeVolumesCommand({ VolumeIds: [made.volume] })),
      "400 InvalidVolume.NotFound",
    ],
    [
      "then the group goes",
      () => ec2().send(new aws.DeleteSecurityGroupCommand({ GroupId: made.group })),
      {},
    ],
    ["the subnet", () => ec2().send(new aws.DeleteSubnetCommand({ SubnetId: made.subnet })), {}],
    ["and the VPC", () => ec2().send(new aws.DeleteVpcCommand({ VpcId: made.vpc })), {}],
    [
      "with all that came with it",
      () =>
        ec2()
          .send(new aws.DescribeSecurityGroupsCommand({}))
          .then((a) => a.SecurityGroups ?? []),
      [],
    ],
  ]);
});
