import * as aws from "@aws-sdk/client-ec2";
import { describe } from "vitest";
import { checkCalls, startWire } from "../wire-clients.ts";

const wire = startWire();
const region = "eu-north-1";
const ec2 = (where = region) => wire.client(aws.EC2Client, where);

/** Ids of what earlier rows made. */
const made = { vpc: "", subnet: "" };

describe("networks", () => {
  const describeVpc = () => ec2().send(new aws.DescribeVpcsCommand({ VpcIds: [made.vpc] }));
  const createSubnet = (CidrBlock: string) =>
    ec2().send(new aws.CreateSubnetCommand({ VpcId: made.vpc, CidrBlock }));
  checkCalls([
    [
      "an empty region",
      () =>
        ec2()
          .send(new aws.DescribeVpcsCommand({}))
          .then((a) => ({ count: a.Vpcs?.length })),
      { count: 0 },
    ],
    [
      "a block that is too large",
      () => ec2().send(new aws.CreateVpcCommand({ CidrBlock: "10.0.0.0/8" })),
      "400 InvalidVpc.Range",
    ],
    [
      "no block",
      () => ec2().send(new aws.CreateVpcCommand({ CidrBlock: "10.0.0.1/16" })),
      "400 InvalidParameterValue",
    ],
    [
      "a dry run",
      () => ec2().send(new aws.CreateVpcCommand({ CidrBlock: "10.0.0.0/16", DryRun: true })),
      "412 DryRunOperation",
    ],
    [
      "a VPC",
      async () => {
        const TagSpecifications = [{ ResourceType: "vpc" as const, Tags: [{ Key: "Name", Value: "one" }] }];
        const { Vpc } = await ec2().send(
          new aws.CreateVpcCommand({ CidrBlock: "10.0.0.0/16", TagSpecifications }),
        );
        made.vpc = Vpc?.VpcId ?? "";
        return Vpc;
      },
      { State: "pending", CidrBlock: "10.0.0.0/16", IsDefault: false },
    ],
    ["is described", describeVpc, { Vpcs: [{ State: "available", Tags: [{ Key: "Name", Value: "one" }] }] }],
    [
      "an unknown one is not",
      () => ec2().send(new aws.DescribeVpcsCommand({ VpcIds: ["vpc-0aaaaaaaaaaaaaaaa"] })),
      "400 InvalidVpcID.NotFound",
    ],
    [
      "it has its default group",
      () =>
        ec2().send(
          new aws.DescribeSecurityGroupsCommand({ Filters: [{ Name: "vpc-id", Values: [made.vpc] }] }),
        ),
      { SecurityGroups: [{ GroupName: "default", IpPermissionsEgress: [{ IpProtocol: "-1" }] }] },
    ],
    [
      "its main route table",
      () =>
        ec2().send(
          new aws.DescribeRouteTablesCommand({ Filters: [{ Name: "association.main", Values: ["true"] }] }),
        ),
      { RouteTables: [{ Routes: [{ GatewayId: "local" }] }] },
    ],
    [
      "and its default ACL",
      () =>
        ec2()
          .send(new aws.DescribeNetworkAclsCommand({ Filters: [{ Name: "default", Values: ["true"] }] }))
          .then((a) => ({ rules: a.NetworkAcls?.[0]?.Entries?.length })),
      { rules: 4 },
    ],
    ["a subnet outside", () => createSubnet("10.1.0.0/24"), "400 InvalidSubnet.Range"],
    [
      "a subnet",
      async () => {
        const { Subnet } = await createSubnet("10.0.1.0/24");
        made.subnet = Subnet?.SubnetId ?? "";
        return Subnet;
      },
      { AvailableIpAddressCount: 251, AvailabilityZone: `${region}a`, MapPublicIpOnLaunch: false },
    ],
    ["one that overlaps", () => createSubnet("10.0.1.128/25"), "400 InvalidSubnet.Conflict"],
    [
      "a VPC in use stays",
      () => ec2().send(new aws.DeleteVpcCommand({ VpcId: made.vpc })),
      "400 DependencyViolation",
    ],
    [
      "a filter that is none",
      () => ec2().send(new aws.DescribeSubnetsCommand({ Filters: [{ Name: "colour", Values: ["red"] }] })),
      "400 InvalidParameterValue",
    ],
    [
      "filters by tag and wildcard",
      () =>
        ec2()
          .send(new aws.DescribeVpcsCommand({ Filters: [{ Name: "tag:Name", Values: ["o?e", "x*"] }] }))
          .then((a) => ({ id: a.Vpcs?.[0]?.VpcId === made.vpc })),
      { id: true },
    ],
  ]);
});
