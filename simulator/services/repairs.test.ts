// Repairs of machines and networks and their undo that no test of a single service tries: each is read back.
import * as aws from "@aws-sdk/client-ec2";
import * as iam from "@aws-sdk/client-iam";
import { describe, expect } from "vitest";
import { type ClientClass, startSmall } from "../small-clients.ts";
import { small } from "../worlds/small.ts";
import { openIds } from "./network-rows.ts";
import { checkCalls } from "./wire-clients.ts";

const wire = startSmall();
const { keep, id } = openIds();
const open = <T>(Class: ClientClass<T>) => wire.client(Class, undefined, "eu-west-1");
const ec2 = () => open(aws.EC2Client);

describe("rules of a security group by their ids", () => {
  const rules = () =>
    ec2()
      .send(
        new aws.DescribeSecurityGroupRulesCommand({ Filters: [{ Name: "group-id", Values: [id("group")] }] }),
      )
      .then((answer) => answer.SecurityGroupRules?.filter((rule) => !rule.IsEgress) ?? []);
  const modify = (SecurityGroupRuleId: string, CidrIpv4: string) =>
    ec2().send(
      new aws.ModifySecurityGroupRulesCommand({
        GroupId: id("group"),
        SecurityGroupRules: [
          {
            SecurityGroupRuleId,
            SecurityGroupRule: {
              IpProtocol: "tcp",
              FromPort: 22,
              ToPort: 22,
              CidrIpv4,
              Description: "office",
            },
          },
        ],
      }),
    );
  checkCalls([
    [
      "two of them",
      async () => {
        const { GroupId } = await ec2().send(
          new aws.CreateSecurityGroupCommand({ GroupName: "web", Description: "web" }),
        );
        keep("group", GroupId);
        const IpRanges = [{ CidrIp: "0.0.0.0/0" }, { CidrIp: "10.0.0.0/8" }];
        const made = await ec2().send(
          new aws.AuthorizeSecurityGroupIngressCommand({
            GroupId,
            IpPermissions: [{ IpProtocol: "tcp", FromPort: 22, ToPort: 22, IpRanges }],
          }),
        );
        keep("rule", made.SecurityGroupRules?.[0]?.SecurityGroupRuleId);
        return { ids: (await rules()).map((rule) => rule.SecurityGroupRuleId === id("rule")) };
      },
      { ids: [true, false] },
    ],
    ["one is narrowed", () => modify(id("rule"), "192.0.2.0/24"), { Return: true }],
    [
      "and keeps its id",
      async () => ({ rule: (await rules()).find((rule) => rule.SecurityGroupRuleId === id("rule")) }),
      { rule: { CidrIpv4: "192.0.2.0/24", Description: "office" } },
    ],
    ["the same as another", () => modify(id("rule"), "10.0.0.0/8"), "400 InvalidPermission.Duplicate"],
    [
      "one that is not there",
      () => modify("sgr-0aaaaaaaaaaaaaaaa", "10.0.0.0/8"),
      "400 InvalidSecurityGroupRuleId.NotFound",
    ],
    [
      "described",
      () =>
        ec2().send(
          new aws.UpdateSecurityGroupRuleDescriptionsIngressCommand({
            GroupId: id("group"),
            SecurityGroupRuleDescriptions: [{ SecurityGroupRuleId: id("rule"), Description: "home" }],
          }),
        ),
      { Return: true },
    ],
    ["is read back", async () => ({ first: (await rules())[0] }), { first: { Description: "home" } }],
    [
      "revoked by id",
      () =>
        ec2().send(
          new aws.RevokeSecurityGroupIngressCommand({
            GroupId: id("group"),
            SecurityGroupRuleIds: [id("rule")],
          }),
        ),
      { Return: true },
    ],
    ["is gone", async () => ({ count: (await rules()).length }), { count: 1 }],
  ]);
});

describe("machines, snapshots and networks", () => {
  const snapshot = (name: string) =>
    ec2()
      .send(new aws.DescribeSnapshotsCommand({ SnapshotIds: [id(name)] }))
      .then((answer) => answer.Snapshots?.[0] ?? {});
  const profiles = () =>
    ec2()
      .send(new aws.DescribeIamInstanceProfileAssociationsCommand({}))
      .then((answer) => answer.IamInstanceProfileAssociations?.[0]);
  const share = { Attribute: "createVolumePermission" as const };
  checkCalls([
    [
      "a machine with a profile",
      async () => {
        const roles = open(iam.IAMClient);
        for (const InstanceProfileName of ["one", "two"])
          await roles.send(new iam.CreateInstanceProfileCommand({ InstanceProfileName }));
        const { Instances } = await ec2().send(
          new aws.RunInstancesCommand({
            ImageId: "ami-12345678",
            MinCount: 1,
            MaxCount: 1,
            IamInstanceProfile: { Name: "one" },
          }),
        );
        keep("instance", Instances?.[0]?.InstanceId);
        return ec2().send(new aws.RebootInstancesCommand({ InstanceIds: [id("instance")] }));
      },
      {},
    ],
    [
      "gets another",
      async () => {
        const AssociationId = (await profiles())?.AssociationId;
        const wish = { AssociationId, IamInstanceProfile: { Name: "two" } };
        await ec2().send(new aws.ReplaceIamInstanceProfileAssociationCommand(wish));
        return (await profiles()) ?? {};
      },
      { IamInstanceProfile: { Arn: expect.stringMatching(/two$/) } },
    ],
    [
      "which must exist",
      async () => {
        const AssociationId = (await profiles())?.AssociationId;
        const wish = { AssociationId, IamInstanceProfile: { Name: "three" } };
        return ec2().send(new aws.ReplaceIamInstanceProfileAssociationCommand(wish));
      },
      "400 InvalidParameterValue",
    ],
    [
      "or it keeps the old one",
      async () => (await profiles()) ?? {},
      { IamInstanceProfile: { Arn: expect.stringMatching(/two$/) } },
    ],
    [
      "a shared snapshot",
      async () => {
        const { VolumeId } = await ec2().send(
          new aws.CreateVolumeCommand({ AvailabilityZone: "eu-west-1a", Size: 1 }),
        );
        keep("plain", (await ec2().send(new aws.CreateSnapshotCommand({ VolumeId }))).SnapshotId);
        const wish = {
          SnapshotId: id("plain"),
          ...share,
          OperationType: "add" as const,
          UserIds: [small.devAccountId],
        };
        return ec2().send(new aws.ModifySnapshotAttributeCommand(wish));
      },
      {},
    ],
    [
      "is reset",
      () => ec2().send(new aws.ResetSnapshotAttributeCommand({ SnapshotId: id("plain"), ...share })),
      {},
    ],
    [
      "and nobody else's",
      () => ec2().send(new aws.DescribeSnapshotAttributeCommand({ SnapshotId: id("plain"), ...share })),
      { CreateVolumePermissions: [] },
    ],
    [
      "an encrypted copy",
      async () => {
        const wish = { SourceRegion: "eu-west-1", SourceSnapshotId: id("plain"), Encrypted: true };
        keep("copy", (await ec2().send(new aws.CopySnapshotCommand(wish))).SnapshotId);
        return snapshot("copy");
      },
      { Encrypted: true, KmsKeyId: expect.stringMatching(/:key\//), State: "completed" },
    ],
    ["its source stays plain", () => snapshot("plain"), { Encrypted: false }],
    [
      "the internet blocked for VPCs",
      async () => {
        const wish = { InternetGatewayBlockMode: "block-ingress" as const };
        await ec2().send(new aws.ModifyVpcBlockPublicAccessOptionsCommand(wish));
        return ec2().send(new aws.DescribeVpcBlockPublicAccessOptionsCommand({}));
      },
      {
        VpcBlockPublicAccessOptions: { InternetGatewayBlockMode: "block-ingress", State: "update-complete" },
      },
    ],
  ]);
});
